import { command } from './console/command.ts';
import { out, progress, say } from './console/report.ts';
import { visible, visibleLines } from './console/visible.ts';
import { type DriftReport, findDrift } from './drift/drift.ts';
import type { Drift } from './drift/sentence.ts';
import { resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean; details?: boolean }>({
  name: 'db:drift',
  summary: 'Tells what a database holds that its migrations did not make, and what they made that it lacks.',
  options: [
    ['--details', 'show the lines of each definition that differ'],
    ['--json', 'print {"drifts","compared","pending","beside","ignored","unseen"} and nothing else'],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server. One read-only transaction; it creates nothing there. The migrations that',
    'the database has applied are replayed on a server of the same major, here: other majors install with',
    '"npm run test:majors -- <major> --install".',
    'Compared: every object, grant, policy, owner and comment of public, authz, audit and governance; our roles; who bypasses',
    'policies or can become a caller; settings that decide about access; publications; the ledger itself. Beside them what reaches ours',
    'from elsewhere: views, functions and children, event triggers, foreign servers, what guards files and logins.',
    'Exits 1 if anything differs.',
  ].join('\n'),
  async run({ json, details }) {
    const target = resolveTarget();
    const report = await findDrift(target.url, { onProgress: progress });
    if (json) say(JSON.stringify(report));
    else print(report, target.display, details === true);
    return report.drifts.length > 0 ? 1 : 0;
  },
});

function print(
  { drifts, compared, pending, beside, ignored, unseen }: DriftReport,
  where: string,
  details: boolean,
) {
  const opening = drifts.filter(({ opens }) => opens);
  const others = drifts.filter(({ opens }) => !opens);
  if (opening.length > 0) say(out.bold(out.red('Opens something, or takes a guard away')));
  for (const drift of opening) tell(drift, out.red('✗'), details);
  if (others.length > 0) say(out.bold('Differs'));
  for (const drift of others) tell(drift, out.yellow('~'), details);
  if (drifts.length > 0) say();
  for (const { name, relations, functions, isOpen } of beside) {
    say(
      `${out.dim('not compared')}  schema ${visible(name)}: ${relations} relations, ${functions} functions` +
        (isOpen ? out.yellow(', and callers of the API may enter it') : ''),
    );
  }
  if (ignored.length > 0) say(`${out.dim("the platform's own")}  ${ignored.map(visible).join(', ')}`);
  if (unseen.length > 0)
    say(`${out.yellow('not seen by this login')}  ${unseen.join(', ')}: connect as the migrating role`);
  if (pending.length > 0) say(`${out.dim('pending')}  ${pending.join(', ')}`);
  say(
    drifts.length === 0
      ? `${out.green('no drift')}: ${compared} objects, grants and settings of ${where} are as the migrations left them`
      : `${drifts.length} of ${compared} differ at ${where}: ${opening.length} open something`,
  );
}

function tell({ sentence, details: lines }: Drift, mark: string, details: boolean): void {
  say(`${mark} ${visible(sentence)}`);
  if (details) for (const line of lines) say(`    ${out.dim(visibleLines(line))}`);
}
