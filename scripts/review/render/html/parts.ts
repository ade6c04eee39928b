import { counted } from '../../../console/counted.ts';
import type { Observation } from '../../facts/observed.ts';
import type { Review } from '../../review.ts';
import type { ConfirmedVerdict } from '../../verdicts/confirm.ts';
import { MARKS, type Mark } from '../../verdicts/verdict.ts';
import { claimOf } from '../rules.ts';
import {
  findingGroups,
  realmSections,
  SYMBOLS,
  seenChanges,
  tellObservation,
  tellOutcome,
  tellSeen,
  workOf,
} from '../sections.ts';
import { renderDiagram } from './diagram.ts';
import { renderDiff } from './diff.ts';
import { exact, html, joined, type Markup } from './markup.ts';

/** A part of the page, with a place in its contents. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** How much there is of it. */
  readonly count: number | undefined;
  readonly body: Markup;
}

/** Everything of the page below its head, what stops a change first. */
export function partsOf(review: Review): readonly Part[] {
  const { migrations, verdicts, losses, routines, shapes, entities, observation } = review;
  const part = (
    id: string,
    title: string,
    count: number | undefined,
    body: Markup,
    none = 'None.',
  ): Part => ({ id, title, count, body: count === 0 ? html`<p class="none">${none}</p>` : body });
  return [
    part('findings', 'Findings', review.findings.length, findings(review), 'Nothing stops it.'),
    part(
      'verdicts',
      'Who may do what',
      verdicts.length,
      verdictTables(review),
      'Nobody can do more or less than before.',
    ),
    part(
      'seen',
      'What personas got otherwise',
      observation?.changes.length,
      seen(review),
      'Everybody got what they got before.',
    ),
    part('matrix', 'Matrix', undefined, matrix(review)),
    part(
      'diagram',
      'Tables',
      entities.tables.filter(({ change }) => change !== 'same').length,
      renderDiagram(entities),
      'The change touches no table.',
    ),
    part('migrations', 'Migrations', migrations.length, migrationList(review)),
    part('work', 'While it runs', workOf(review).length, work(review)),
    part(
      'data',
      'Data',
      losses.length,
      html`<ul class="plain">${losses.map((loss) => html`<li><b class="stop sign">✗</b> ${loss}</li>`)}</ul>`,
    ),
    part('functions', 'Functions', routines.length, functions(review)),
    part('types', 'Types', shapes.length, types(review)),
  ];
}

/** Figures that a reviewer reads first. */
export function tiles(review: Review): Markup {
  const words: Readonly<Record<Mark, string>> = {
    widened: 'widened',
    changed: 'changed, to be read like a widening',
    narrowed: 'narrowed',
    equal: 'written anew, and equal',
  };
  const stops = review.findings.length;
  return html`<ul class="tiles">
<li class="${stops > 0 ? 'stopped' : 'passed'}"><a href="#findings"><b>${stops > 0 ? stops : '✓'}</b> <span>${tellOutcome(review).replace(/^\d+ /, '')}</span></a></li>
${MARKS.map(
  (mark) =>
    html`<li class="${review.counts.marks[mark] > 0 ? mark : 'zero'}"><a href="#verdicts"><b><span aria-hidden="true">${SYMBOLS[mark]}</span> ${review.counts.marks[mark]}</b> <span>${words[mark]}</span></a></li>`,
)}
</ul>`;
}

function findings(review: Review): Markup {
  const groups = findingGroups(review);
  return joined(
    groups.map(
      ({ guard, expected, remedy, findings: found }, place) => html`<article class="finding">
${guard !== groups[place - 1]?.guard && html`<h3>${guard} <small>${prose(claimOf(guard))}</small></h3>`}
<ul class="plain">${found.map(
        ({ where, problem, details = [] }) =>
          html`<li><b class="stop sign">✗</b> <code>${where}</code> ${problem}${details.length > 0 && html`<ul class="details">${details.map((detail) => html`<li><code>${detail}</code></li>`)}</ul>`}</li>`,
      )}</ul>
<dl><dt>expected</dt><dd>${prose(expected)}</dd><dt>remedy</dt><dd>${prose(remedy)}</dd></dl>
</article>`,
    ),
  );
}

function verdictTables(review: Review): Markup {
  return joined(
    realmSections(review).map(
      ({ title, verdicts }) => html`<table class="verdicts">
<caption>${title}</caption>
<thead><tr><th scope="col">Mark</th><th scope="col">What</th><th scope="col">Observed</th></tr></thead>
<tbody>${verdicts.map((verdict) => verdictRow(verdict, review))}</tbody>
</table>`,
    ),
  );
}

function verdictRow(verdict: ConfirmedVerdict, review: Review): Markup {
  const { mark, sentence, details = [], seen: personas = [] } = verdict;
  const told = tellSeen(verdict, review);
  const isCut = personas.length > 3;
  return html`<tr class="${mark}">
<td class="mark"><span aria-hidden="true">${SYMBOLS[mark]}</span> ${mark}</td>
<td>${sentence}${details.length > 0 && html`<details><summary>conditions before and now</summary><ul class="conditions">${details.map((line) => html`<li>${line}</li>`)}</ul></details>`}</td>
<td>${isCut ? html`<details><summary>${told}</summary>${personas.join(', ')}</details>` : told}</td>
</tr>`;
}

function seen(review: Review): Markup {
  const changes = seenChanges(review);
  if (changes.length === 0) return html`<p class="none">${sentence(tellObservation(review))}</p>`;
  return html`<ul class="plain">${changes.map(
    ({ mark, sentence: told }) =>
      html`<li class="${mark}"><span class="mark"><span aria-hidden="true">${SYMBOLS[mark]}</span> ${mark}</span> ${told}</li>`,
  )}</ul>`;
}

function matrix({ observation, migrations }: Review): Markup {
  if (!observation) return html`<p class="none">${sentence(tellObservation({ migrations }))}</p>`;
  return html`<p class="legend">R read, C create, U update, D delete; – nothing. Above: rows of the persona's own organisation that fulfil the conditions of the rule; below, with a dot: the same elsewhere. Personas who get the same of everything share a column.</p>
<div id="matrix-view"><noscript><p class="none">The matrix needs the script of this page.</p></noscript></div>
${unasked(observation)}`;
}

function unasked({ unasked: missing }: Observation): Markup | false {
  if (missing.length === 0) return false;
  return html`<p>${counted(missing.length, 'table')} could be asked on one side only:</p>
<ul>${missing.map(({ relation, side, why }) => html`<li><code>${relation}</code>, not ${side}: ${why}</li>`)}</ul>`;
}

function migrationList({ migrations }: Review): Markup {
  return html`<table>
<caption>New migrations, in the order in which they run</caption>
<thead><tr><th scope="col">File</th><th scope="col">Why</th><th scope="col">Widened or changed</th><th scope="col">Narrowed</th></tr></thead>
<tbody>${migrations.map(
    ({ fileName, why, widened, narrowed }) =>
      html`<tr><th scope="row"><code>${fileName}</code></th><td>${why}</td><td class="figure">${widened}</td><td class="figure">${narrowed}</td></tr>`,
  )}</tbody>
</table>`;
}

function work(review: Review): Markup {
  const rows = workOf(review);
  const files = [...new Set(rows.map(({ fileName }) => fileName))];
  return html`<p class="legend">Locks as the server held them, rows that statements change, and what the linter of statements warns of.</p>
${files.map(
  (file) => html`<table class="work">
<caption><code>${file}</code></caption>
<thead><tr><th scope="col">Source</th><th scope="col">What</th></tr></thead>
<tbody>${rows
    .filter(({ fileName }) => fileName === file)
    .map(({ source, sentence: told }) => html`<tr><td>${source}</td><td>${prose(told)}</td></tr>`)}</tbody>
</table>`,
)}`;
}

function functions({ routines }: Review): Markup {
  return joined(
    routines.map(({ key, change, diff }) =>
      diff === ''
        ? html`<p class="routine"><span class="fate ${change}">${change}</span> <code>${key}</code></p>`
        : html`<details class="routine" open><summary><span class="fate ${change}">${change}</span> <code>${key}</code></summary>
${renderDiff(diff)}</details>`,
    ),
  );
}

function types({ shapes }: Review): Markup {
  return html`<ul class="plain">${shapes.map(
    ({ sentence: told, breaks }) => html`<li>${breaks && html`<b class="stop">breaks</b> `}${told}</li>`,
  )}</ul>`;
}

/** What stands between backticks, in the type of code. */
function prose(text: string): Markup[] {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? html`<code>${part.slice(1, -1)}</code>` : exact(part)));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
