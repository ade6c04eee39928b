import { CHECKS, type Finding } from './check/finding.ts';
import { recordNew } from './check/record.ts';
import { type CheckReport, runChecks } from './check/run.ts';
import { ACCESS_MATRIX } from './codegen/access-matrix.ts';
import { GENERATED } from './codegen/write-generated.ts';
import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { out, progress, say, table } from './console/report.ts';
import { CHECKSUM_FILE } from './migrate/checksums.ts';
import { MIGRATIONS } from './migrate/history.ts';

await command<{ record?: boolean; json?: boolean }>({
  name: 'db:check',
  summary: 'Replay the history and prove that sources, catalog and generated files say the same.',
  options: [
    [
      '--record',
      `write the checksums of new migrations to ${MIGRATIONS}/${CHECKSUM_FILE}, if nothing else is found`,
    ],
    ['--json', 'print {"findings":[…]}, with --record {"findings":[…],"recorded":[…]}'],
  ],
  notes: [
    'Checks: file names and order, markers and the empty down section, checksums of landed migrations, headers that are true',
    'of their statements, that every migration applies, sources == catalog in both directions, fresh generated types and access matrix.',
    'Everything runs in a scratch database: no server of yours is touched.',
  ].join('\n'),
  async run({ record = false, json = false }) {
    const report = await runChecks({
      directory: MIGRATIONS,
      generated: GENERATED,
      accessMatrix: ACCESS_MATRIX,
      onProgress: progress,
    });
    const { findings, recorded } = record
      ? recordNew(report.findings, MIGRATIONS, report.checked)
      : { findings: report.findings, recorded: undefined };
    if (json) say(JSON.stringify({ findings, recorded }));
    else print({ ...report, findings });
    if (recorded && !json) {
      say(
        findings.length > 0
          ? 'nothing was recorded'
          : `recorded ${counted(recorded.length, 'migration')} in ${MIGRATIONS}/${CHECKSUM_FILE}`,
      );
    }
    return findings.length > 0 ? 1 : 0;
  },
});

function print({ findings, looked }: CheckReport): void {
  for (const [first, ...others] of alike(findings)) {
    if (!first) continue;
    const { where, problem, expected, remedy, details = [] } = first;
    say(`${out.red('✗')} ${out.bold(where)} ${problem}`);
    for (const other of others) say(`  ${out.bold(other.where)} ${problem}`);
    say(`  expected  ${expected}`);
    for (const detail of details) say(`  ${detail}`);
    say(`  ${out.green('→')} ${remedy}`);
  }
  if (findings.length > 0) say();
  const count = (check: string) => findings.filter((finding) => finding.check === check).length;
  const rows = CHECKS.map((check) => [check, looked.get(check) ?? 'not run', count(check)]);
  say(table(['check', 'looked at', 'findings'], rows));
}

/** Findings that differ only in where they are, so that the remedy is read once. */
function alike(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify({ ...finding, where: '' });
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}
