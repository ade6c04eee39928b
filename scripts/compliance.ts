import { writeComplianceDocs } from './compliance/docs.ts';
import { renderCompliance } from './compliance/page.ts';
import { PROBES } from './compliance/probes/index.ts';
import { changesSince, lastRun, recordRun } from './compliance/record.ts';
import { printChanges, printReport } from './compliance/report.ts';
import { runCompliance } from './compliance/run.ts';
import { selectRequirements } from './compliance/select.ts';
import { isSound } from './compliance/words.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { requirePlaceFor, writeReport } from './console/folder.ts';
import { progress, say } from './console/report.ts';
import { requireSameHistory } from './migrate/same-history.ts';
import { resolveTarget } from './postgres/target.ts';
import { readRequirements } from './requirements/requirements.ts';

interface Options {
  readonly json?: boolean;
  readonly html?: string;
  readonly only?: readonly string[];
  readonly record?: boolean;
  readonly since?: boolean;
  readonly write?: boolean;
}

const PART_OF_A_RUN = misuse({
  problem: '--only looks at a part, and only a whole run is recorded or compared',
  expected: '--record and --since without --only',
  remedy: 'leave one of them out',
});

await command<Options>({
  name: 'compliance',
  summary: 'Looks at every requirement on a live database, and tells what was found.',
  options: [
    ['--html <file>', 'write the report as one page to keep, with every query and its evidence'],
    ['--record', 'record the run in governance.compliance_results, which nobody alters'],
    ['--since', 'tell what differs from the run that was recorded last'],
    ['--only <id...>', 'look at these requirements only'],
    ['--write', 'write docs/compliance.md from the probes and stop'],
    [
      '--json',
      'print {"format","server","startedAt","milliseconds","counts","lines","runId","changes"} and nothing else',
    ],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates. One transaction, which is always rolled back.',
    'Exits 1 where a line is broken, open or not looked at, and with --record where the database has another history than this checkout. Every probe is told in docs/compliance.md.',
  ].join('\n'),
  async run({ json, html, only = [], record, since, write }) {
    requirePlaceFor(html);
    if ((record || since) && only.length > 0) throw PART_OF_A_RUN;
    const requirements = selectRequirements(await readRequirements(), only);
    if (write) {
      writeComplianceDocs(await readRequirements());
      return 0;
    }
    const { url } = resolveTarget();
    await requireSameHistory(url, record === true, progress);
    const last = since ? await lastRun(url, requirements.length) : undefined;
    const report = await runCompliance(url, {
      probes: PROBES,
      requirements,
      onProgress: json ? () => {} : progress,
    });
    const runId = record ? await recordRun(url, report) : null;
    const changes = last ? changesSince(last, report) : null;
    if (html !== undefined) writeReport(html, renderCompliance(report));
    if (json) say(JSON.stringify({ ...report, runId, changes }));
    else {
      printReport(report);
      if (since) printChanges(last?.ranAt, changes ?? []);
      if (runId !== null) say(`\nrecorded as run ${runId}`);
    }
    return isSound(report.counts) ? 0 : 1;
  },
});
