import { counted } from '../console/counted.ts';
import { out, say } from '../console/report.ts';
import { visible } from '../console/visible.ts';
import { grouped } from './groups.ts';
import type { Change } from './record.ts';
import type { ComplianceReport, Line, Status } from './run.ts';
import { tellCounts, tellExtent, VERDICTS } from './words.ts';

const COLOURS: Readonly<Record<Status, (text: string) => string>> = {
  held: out.green,
  broken: out.red,
  open: out.yellow,
  unseen: out.yellow,
  outside: out.cyan,
};

/** Prints a report as a person reads it: the sum, then group by group one line a requirement, and below it why it is not held. */
export function printReport({ server, startedAt, milliseconds, counts, lines }: ComplianceReport): void {
  say(`${out.bold(tellCounts(counts))} of ${tellExtent(lines.length)}`);
  say(
    `${out.dim('at')} ${server.address} ${out.dim('as')} ${server.role}, PostgreSQL ${server.version}, ${startedAt}, in ${(milliseconds / 1000).toFixed(1)} s`,
  );
  for (const { title, lines: own } of grouped(lines)) {
    say();
    say(out.bold(title));
    for (const line of own) printLine(line);
  }
}

/** Prints what differs from the run before. */
export function printChanges(since: string | undefined, changes: readonly Change[]): void {
  say();
  if (since === undefined) {
    say('no run was recorded before: npm run compliance -- --record');
    return;
  }
  say(
    out.bold(
      changes.length === 0
        ? `nothing differs from ${since}`
        : `${counted(changes.length, 'line')} not as on ${since}`,
    ),
  );
  for (const { id, before, after } of changes) {
    const was = before === null ? 'not looked at then' : VERDICTS[before].word;
    const is = before === after ? 'by other evidence' : VERDICTS[after].word;
    say(`  ${id}  ${was} → ${COLOURS[after](is)}`);
  }
}

function printLine({ id, promise, status, why, evidence }: Line): void {
  const looks =
    status === 'held' ? out.dim(`  ${evidence.length} ${evidence.length === 1 ? 'look' : 'looks'}`) : '';
  say(`${COLOURS[status](VERDICTS[status].mark)} ${id}  ${promise}${looks}`);
  if (why === null) return;
  // Why nobody looked begins with that word already.
  const { word } = VERDICTS[status];
  const reason = visible(why.startsWith(`${word}: `) ? why.slice(word.length + 2) : why);
  say(`        ${COLOURS[status](word)}: ${reason}`);
}
