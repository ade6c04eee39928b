import { command } from './console/command.ts';
import { requirePlaceFor, requirePlacesApart, writeReport } from './console/folder.ts';
import { progress, say } from './console/report.ts';
import { withBase } from './review/history/base.ts';
import { renderHtml } from './review/render/html.ts';
import { renderMarkdown } from './review/render/markdown.ts';
import { renderSarif } from './review/render/sarif.ts';
import { printReview } from './review/render/terminal.ts';
import { review } from './review/review.ts';

interface Options {
  readonly base?: string;
  readonly json?: boolean;
  readonly markdown?: string;
  readonly sarif?: string;
  readonly html?: string;
  readonly observe: boolean;
}

await command<Options>({
  name: 'db:review',
  summary: 'Tells what new migrations change in who may do what, and stops what nobody has named.',
  options: [
    ['--base <ref>', 'the branch that the change is for; origin/main or main when left out'],
    ['--markdown <file>', 'write the report for a pull request'],
    ['--html <file>', 'write the report as one page: matrix, before and after, diagram'],
    ['--sarif <file>', 'write the findings for code scanning'],
    ['--no-observe', 'leave out the personas: the catalog alone, in half of the time'],
    ['--json', 'print the whole report as one object and nothing else'],
  ],
  notes: [
    'Replays the base and applies the new migrations on a server of its own. Nothing of yours is touched.',
    'Compared are grants, schemas, memberships, PUBLIC, row security, fences, policies, columns, functions, views, triggers, default',
    'privileges and publications, as they work together. Then every persona tries everything, before and after.',
    'Exits 1 if a guard stops the change.',
    'Example: npm run db:review -- --base origin/main --html review.html',
  ].join('\n'),
  async run({ base: ref, json, markdown, sarif, html, observe }) {
    const paths = [markdown, sarif, html];
    for (const path of paths) requirePlaceFor(path);
    requirePlacesApart(paths);
    const found = await withBase(ref, (base) => review(base, { observe, onProgress: progress }));
    for (const [path, render] of [
      [markdown, renderMarkdown],
      [sarif, renderSarif],
      [html, renderHtml],
    ] as const) {
      if (path === undefined) continue;
      writeReport(path, render(found));
      progress(`wrote ${path}`);
    }
    if (json) say(JSON.stringify(found));
    else printReview(found);
    return found.findings.length > 0 ? 1 : 0;
  },
});
