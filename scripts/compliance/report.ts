import { out, say } from '../console/report.ts';
import { visible } from '../review/render/text.ts';
import { grouped } from './groups.ts';
import type { ComplianceReport, Line, Status } from './run.ts';
import { tellCounts, VERDICTS } from './words.ts';

const COLOURS: Readonly<Record<Status, (text: string) => string>> = {
  held: out.green,
  broken: out.red,
  open: out.yellow,
  unseen: out.yellow,
  outside: out.cyan,
};

/** Prints a report as a person reads it: the sum, then group by group one line a requirement, and below it why it is not held. */
export function printReport({ server, startedAt, milliseconds, counts, lines }: ComplianceReport): void {
  say(`${out.bold(tellCounts(counts))} of ${lines.length} requirements`);
  say(
    `${out.dim('at')} ${server.address} ${out.dim('as')} ${server.role}, PostgreSQL ${server.version}, ${startedAt}, in ${(milliseconds / 1000).toFixed(1)} s`,
  );
  for (const { title, lines: own } of grouped(lines)) {
    say();
    say(out.bold(title));
    for (const line of own) printLine(line);
  }
}

function printLine({ id, promise, status, why, evidence }: Line): void {
  const looks =
    status === 'held' ? out.dim(`  ${evidence.length} ${evidence.length === 1 ? 'look' : 'looks'}`) : '';
  say(`${COLOURS[status](VERDICTS[status].mark)} ${id}  ${promise}${looks}`);
  if (why !== null) say(`        ${COLOURS[status](VERDICTS[status].word)}: ${visible(why)}`);
}
