// The matrix of the page: filters, and the cells that they leave. Data goes into the page as text, and never as markup.
(() => {
  const view = document.getElementById('matrix-view');
  const source = document.getElementById('matrix-data');
  if (!view || !source) return;
  const { realms, relations, columns, cells } = JSON.parse(source.textContent);

  const differs = ([ownBefore, otherBefore, own, other]) => ownBefore !== own || otherBefore !== other;
  const count = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  const anyDiffers = cells.some((row) => row.some(differs));
  const realm = element(
    'select',
    { id: 'filter-realm' },
    element('option', { value: '', textContent: 'all realms' }),
    ...realms.map(({ role, title }, place) =>
      element('option', { value: String(place), textContent: `${title} (${role})` }),
    ),
  );
  const table = element('input', { id: 'filter-table', type: 'search', placeholder: 'part of its name' });
  const persona = element('input', { id: 'filter-persona', type: 'search', placeholder: 'part of its name' });
  const only = element('input', { id: 'filter-differs', type: 'checkbox', checked: anyDiffers });
  const status = element('p', { className: 'quiet', id: 'filter-count' });
  status.setAttribute('aria-live', 'polite');
  const scroll = element('div', { className: 'scroll', tabIndex: 0 });
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'Matrix, scrolls');

  view.replaceChildren(
    element(
      'fieldset',
      { className: 'filters' },
      element('legend', { className: 'unseen', textContent: 'Filters of the matrix' }),
      element('label', {}, 'Realm', realm),
      element('label', {}, 'Persona', persona),
      element('label', {}, 'Table', table),
      element('label', {}, only, ' only what differs'),
    ),
    status,
    scroll,
  );

  function show() {
    const named = (text, field) => text.toLowerCase().includes(field.value.trim().toLowerCase());
    const wantsColumn = (place) =>
      (realm.value === '' || columns[place].realm === Number(realm.value)) &&
      named(columns[place].title, persona);
    let rows = [...relations.keys()].filter((row) => named(relations[row], table));
    let shown = [...columns.keys()].filter(wantsColumn);
    if (only.checked) {
      rows = rows.filter((row) => shown.some((column) => differs(cells[row][column])));
      shown = shown.filter((column) => rows.some((row) => differs(cells[row][column])));
    }
    const changed = sum(rows.map((row) => shown.filter((column) => differs(cells[row][column])).length));
    const people = sum(shown.map((column) => columns[column].personas));
    status.textContent =
      rows.length === 0 || shown.length === 0
        ? anyDiffers || !only.checked
          ? 'Nothing fits these filters.'
          : 'Nothing differs.'
        : `${count(rows.length, 'table')} of ${relations.length}, ${count(people, 'persona')} of ${sum(columns.map((column) => column.personas))}; ${count(changed, 'cell')} ${changed === 1 ? 'differs' : 'differ'}.`;
    const isEmpty = rows.length === 0 || shown.length === 0;
    scroll.hidden = isEmpty;
    scroll.replaceChildren(...(isEmpty ? [] : [matrixOf(rows, shown)]));
  }

  function matrixOf(rows, shown) {
    return element(
      'table',
      {},
      element('caption', {
        className: 'unseen',
        textContent: 'What each persona gets of each table, before and now',
      }),
      element('thead', {}, element('tr', {}, heading('Table'), ...shown.map(columnHeading))),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', textContent: relations[row] }),
            ...shown.map((column) => cellOf(cells[row][column], relations[row], columns[column].title)),
          ),
        ),
      ),
    );
  }

  function heading(text) {
    return element('th', { scope: 'col', textContent: text });
  }

  function columnHeading(column) {
    const { title, personas } = columns[column];
    const names = title.split(', ');
    const told = names.length > 2 ? `${names[0]} and ${personas - 1} more` : title;
    return element(
      'th',
      { scope: 'col', title },
      element(
        'span',
        {},
        told,
        ' ',
        element('small', { className: 'realm', textContent: realms[columns[column].realm].role }),
      ),
    );
  }

  function cellOf(cell, relation, title) {
    const [ownBefore, otherBefore, own, other] = cell;
    const made = element('td', {
      className: differs(cell) ? 'differs' : '',
      title: `${title}, ${relation}`,
    });
    const nothing = [ownBefore, otherBefore, own, other].every((letters) => letters === '');
    if (nothing) made.append(element('span', { className: 'nothing', textContent: '–' }));
    else {
      made.append(half('own', 'own rows ', ownBefore, own));
      if (otherBefore !== other || other !== '')
        made.append(half('other', 'other rows ', otherBefore, other));
    }
    return made;
  }

  function half(className, words, before, now) {
    const made = element('span', { className }, element('span', { className: 'unseen', textContent: words }));
    if (before === now) made.append(now || '–');
    else {
      made.append(
        element('del', { textContent: before === null ? '?' : before || '–' }),
        ' → ',
        element('ins', { textContent: now || '–' }),
      );
    }
    return made;
  }

  for (const control of [realm, table, persona, only]) control.addEventListener('input', show);
  show();
})();

// Paper has no clicks: whatever is folded is printed open.
{
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const part of folded) part.open = true;
  });
  addEventListener('afterprint', () => {
    for (const part of folded) part.open = false;
  });
}
