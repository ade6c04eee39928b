import { counted } from '../console/counted.ts';
import { exact, html, type Markup } from '../review/render/html/markup.ts';
import { renderPage } from '../review/render/html/page.ts';
import { grouped } from './groups.ts';
import type { Found } from './look.ts';
import { type ComplianceReport, type Line, STATUSES, type Status } from './run.ts';
import { tellCounts, tellExtent, VERDICTS } from './words.ts';

/** What the style of the page calls each verdict. */
const CLASSES: Readonly<Record<Status, string>> = {
  held: 'passed',
  broken: 'stopped',
  open: 'changed',
  unseen: 'changed',
  outside: 'changed',
};

/** The whole report as one page that an auditor can keep: no network, and every query with what it found. */
export function renderCompliance(report: ComplianceReport): string {
  const { server, startedAt, milliseconds, counts, lines } = report;
  return renderPage({
    title: `Compliance of ${server.address}, ${startedAt}`,
    head: html`<h1>${tellCounts(counts)}</h1>
<p class="range"><span>of</span> ${tellExtent(lines.length)} <span>at</span> <code>${server.address}</code> <span>as</span> <code>${server.role}</code> <span>on</span> PostgreSQL ${server.version} <span>at</span> ${startedAt} <span>in</span> ${(milliseconds / 1000).toFixed(1)} s</p>
<ul class="tiles">
${STATUSES.map(
  (status) =>
    html`<li class="${counts[status] > 0 ? CLASSES[status] : 'zero'}"><a href="#content"><b><span aria-hidden="true">${VERDICTS[status].mark}</span> ${counts[status]}</b> <span>${VERDICTS[status].word}: ${VERDICTS[status].means}</span></a></li>`,
)}
</ul>
<p class="legend">Everything was looked at in one transaction that was rolled back. People and clinics are those of the synthetic seed,
staged beside the rows of this database; their ids are given as the seed has them, so that a look can be repeated on a database with the seed.
A digest is SHA-256 over verdict and findings: equal where two runs found the same.</p>`,
    parts: grouped(lines).map(({ title, lines: own }) => ({
      id: title.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
      title,
      count: own.filter(({ status }) => status !== 'held').length || undefined,
      body: html`${own.map(lineOf)}`,
    })),
    data: undefined,
  });
}

function lineOf({ id, promise, status, why, evidence, digest, milliseconds }: Line): Markup {
  const { mark, word } = VERDICTS[status];
  return html`<article class="finding" id="${id}">
<h3><span class="mark ${CLASSES[status]}"><span aria-hidden="true">${mark}</span> ${word}</span> ${id} ${promise}
<small>${why ?? counted(evidence.length, 'look')}</small></h3>
${evidence.length > 0 && html`<details><summary>${counted(evidence.length, 'look')}, ${milliseconds} ms, digest <code>${digest.slice(0, 16)}</code></summary>${evidence.map(foundOf)}</details>`}
</article>
`;
}

function foundOf({ claim, as, sql, expected, found, held }: Found): Markup {
  const status = held === null ? 'unseen' : held ? 'held' : 'broken';
  return html`<h4><span class="mark ${CLASSES[status]}"><span aria-hidden="true">${VERDICTS[status].mark}</span> ${VERDICTS[status].word}</span> ${claim}</h4>
<dl><dt>asked as</dt><dd>${as}</dd><dt>expected</dt><dd>${expected}</dd><dt>found</dt><dd>${exact(found)}</dd></dl>
<pre class="diff"><code>${exact(sql.trim())}</code></pre>
`;
}
