import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { html } from '../../../scripts/review/render/html/markup.ts';
import { matrixData } from '../../../scripts/review/render/html/matrix.ts';
import { renderHtml } from '../../../scripts/review/render/html.ts';
import { cellsOf, emptyReview, fullReview, HOSTILE, hostileReview, observed, UNSEEN } from './fixture.ts';

/** Every element that the page is made of; whatever else appears came out of a name. */
const ELEMENTS =
  'html head meta title style body a header h1 h2 h3 small p span code b ul li nav main section article table caption thead tbody tr th td details summary dl dt dd div noscript svg defs marker path g rect text pre mark script'.split(
    ' ',
  );

/** Tags of a page, scripts and styles left out, as a parser of HTML finds them. */
function tagsOf(page: string): { name: string; attributes: string[] }[] {
  const bare = page.replaceAll(/(<(script|style)\b[^>]*>)[\s\S]*?(<\/\2>)/g, '$1$3');
  return [...bare.matchAll(/<([a-z][^\s/>]*)((?:[^>"]|"[^"]*")*)>/gi)].map(([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: [...rest.matchAll(/([^\s=]+)(?:="[^"]*")?/g)].map(([, attribute = '']) => attribute),
  }));
}

/** What stands between an opening tag and its end. */
function contentOf(page: string, opening: string): string {
  const from = page.indexOf(opening) + opening.length;
  return page.slice(from, page.indexOf('</', from));
}

const SECTIONS = 'findings verdicts seen matrix diagram migrations work data functions types'.split(' ');

describe('the page', () => {
  test('every part is there with a heading and a place in the contents, also where nothing changes [S-30 +]', () => {
    for (const page of [renderHtml(fullReview()), renderHtml(emptyReview())]) {
      for (const id of SECTIONS) {
        expect(page).toContain(`<section id="${id}" aria-labelledby="${id}-title">`);
        expect(page).toContain(`<a href="#${id}">`);
      }
    }
  });

  test('it tells base and head, figures, findings and what to do, conditions, locks and types [S-30 N-43 +]', () => {
    const page = renderHtml(fullReview());

    for (const part of [
      '<code>main</code> at <code>0123456789ab</code>',
      '<code>20260101000000_open_beds.sql</code>',
      '+1 grant, ~1 policy, 1 widened, 1 changed, 1 narrowed, 1 equal',
      '<b>2</b> <span>findings stop it</span>',
      '<code>public.beds</code> is a new table without rules',
      'now: where the role is nurse or receptionist',
      'seen: receptionist of A, receptionist of B',
      'ACCESS EXCLUSIVE on public.beds, all rows written anew',
      'public.beds.note is dropped, with its values',
      '<span class="come">+  return <mark>true</mark>;</span>',
      'column public.beds.note is gone',
    ]) {
      expect(page).toContain(part);
    }
  });

  test('where nobody was asked, the matrix says so; where no table is touched, the diagram does [N-43 -]', () => {
    const { observation: _, ...blind } = fullReview();

    expect(renderHtml(blind)).toContain(
      'Not observed: no persona tried, and no migration met rows; the catalog alone.',
    );
    expect(renderHtml(blind)).not.toContain('<script type="application/json"');
    expect(renderHtml(emptyReview())).toContain('The change touches no table.');
  });

  test('its policy allows the style and the script that are in it, and nothing else [S-30 -]', () => {
    const page = renderHtml(hostileReview());
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(contentOf(page, '<style>'))}`,
      `script-src ${hash(contentOf(page, '<script>'))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('no name becomes an element or an attribute, and none hides anything [S-30 -]', () => {
    const page = renderHtml(hostileReview());

    for (const { name, attributes } of tagsOf(page)) {
      expect(ELEMENTS).toContain(name);
      expect(attributes.filter((attribute) => /^(on|style$|src$|srcset$)/i.test(attribute))).toEqual([]);
    }
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(UNSEEN);
    expect(page.split('</script>').length - 1).toBe(2);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  test('it links to nowhere but itself [S-30 -]', () => {
    const targets = [...renderHtml(hostileReview()).matchAll(/(?:href|src|action)="([^"]*)"/g)];

    expect(targets.length).toBeGreaterThan(10);
    for (const [, target] of targets) expect(target).toMatch(/^#[a-z]+$/);
  });

  test('the data for its script comes back as it was, whatever it holds [S-30 +]', () => {
    const review = hostileReview();
    const json = contentOf(renderHtml(review), '<script type="application/json" id="matrix-data">');

    expect(json).not.toContain('<');
    expect(JSON.parse(json)).toEqual(review.observation && matrixData(review.observation));
  });

  test('the same review gives the same bytes [S-30 +]', () => {
    expect(renderHtml(fullReview())).toBe(renderHtml(fullReview()));
  });
});

describe('markup', () => {
  test('a value is text, in an element and in an attribute; markup made the same way stays markup [S-30 -]', () => {
    expect(
      html`<p title="${'"><img>'}">${HOSTILE.script}${html`<b>${'&'}</b>`}${[html`<i>`, 1]}</p>`.text,
    ).toBe(
      '<p title="&quot;&gt;&lt;img&gt;">&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;<b>&amp;</b><i>1</p>',
    );
  });
});

describe('the matrix of the page', () => {
  test('personas who get the same of everything, before and now, share a column; others do not [N-43 +]', () => {
    const data = matrixData(
      observed([
        ...cellsOf('nurse of A', 'authenticated', 'public.beds', 'R', 'RU'),
        ...cellsOf('nurse of B', 'authenticated', 'public.beds', 'R', 'RU'),
        ...cellsOf('doctor of A', 'authenticated', 'public.beds', 'RU', 'RU'),
        ...cellsOf('patient of A', 'patient', 'public.beds', '', ''),
      ]),
    );

    expect(data.columns).toEqual([
      { title: 'nurse of either clinic', personas: 2, realm: 0 },
      { title: 'doctor of A', personas: 1, realm: 0 },
      { title: 'patient of A', personas: 1, realm: 1 },
    ]);
    expect(data.cells).toEqual([
      [
        ['R', '', 'RU', ''],
        ['RU', '', 'RU', ''],
        ['', '', '', ''],
      ],
    ]);
  });

  test('what could not be asked before is unknown, and not nothing [N-43 -]', () => {
    const { cells } = matrixData(observed(cellsOf('nurse of A', 'authenticated', 'public.new', null, 'R')));

    expect(cells).toEqual([[[null, null, 'R', '']]]);
  });
});
