import { writeFileSync } from 'node:fs';
import { writeComplianceDocs } from './compliance/docs.ts';
import { renderCompliance } from './compliance/page.ts';
import { PROBES } from './compliance/probes/index.ts';
import { printReport } from './compliance/report.ts';
import { runCompliance } from './compliance/run.ts';
import { selectRequirements } from './compliance/select.ts';
import { command } from './console/command.ts';
import { requireFolderOf } from './console/folder.ts';
import { progress, say } from './console/report.ts';
import { resolveTarget } from './postgres/target.ts';
import { readRequirements } from './proof/requirements.ts';

interface Options {
  readonly json?: boolean;
  readonly html?: string;
  readonly only?: readonly string[];
  readonly write?: boolean;
}

await command<Options>({
  name: 'compliance',
  summary: 'Looks at every requirement on a live database, and tells what was found.',
  options: [
    ['--html <file>', 'write the report as one page to keep, with every query and its evidence'],
    ['--only <id...>', 'look at these requirements only'],
    ['--write', 'write docs/compliance.md from the probes and stop'],
    ['--json', 'print {"format","server","startedAt","milliseconds","counts","lines"} and nothing else'],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates. One transaction, which is always rolled back.',
    'Exits 1 unless every line is held. Every probe is told in docs/compliance.md.',
  ].join('\n'),
  async run({ json, html, only = [], write }) {
    requireFolderOf(html);
    const requirements = selectRequirements(await readRequirements(), only);
    if (write) {
      writeComplianceDocs(await readRequirements());
      return 0;
    }
    const report = await runCompliance(resolveTarget().url, {
      probes: PROBES,
      requirements,
      onProgress: json ? () => {} : progress,
    });
    if (html !== undefined) writeFileSync(html, renderCompliance(report));
    if (json) say(JSON.stringify(report));
    else printReport(report);
    return report.counts.held === report.lines.length ? 0 : 1;
  },
});
