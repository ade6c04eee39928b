import { out, say, table } from '../../console/report.ts';
import { tellCounts } from '../facts/counts.ts';
import type { ReviewFinding } from '../guards/guard.ts';
import { tellLock } from '../guards/locks-short.ts';
import type { Review } from '../review.ts';
import type { Mark } from '../verdicts/verdict.ts';
import { realmSections, SYMBOLS, tellObservation, tellSeen } from './sections.ts';

const COLOURS: Readonly<Record<Mark, (text: string) => string>> = {
  widened: out.red,
  changed: out.yellow,
  narrowed: out.green,
  equal: out.dim,
};

/** Prints a review: figures first, then who may do what, what it costs, and what stops it. */
export function printReview(review: Review): void {
  say(
    out.bold(
      `${review.migrations.length} new ${review.migrations.length === 1 ? 'migration' : 'migrations'} since ${review.base.ref} (${review.base.commit.slice(0, 12)})`,
    ),
  );
  say(tellCounts(review.counts));
  say(out.dim(tellObservation(review)));
  for (const { title, verdicts } of realmSections(review)) {
    say(`\n${out.bold(title)}`);
    for (const verdict of verdicts) {
      const seen = tellSeen(verdict);
      say(
        `  ${COLOURS[verdict.mark](`${SYMBOLS[verdict.mark]} ${verdict.mark.padEnd(8)}`)} ${verdict.sentence}${seen ? out.dim(`  (${seen})`) : ''}`,
      );
    }
  }
  printWork(review);
  printShapes(review);
  say();
  for (const finding of review.findings) printFinding(finding);
  say(
    review.findings.length === 0
      ? `${out.green('nothing stops it')}`
      : `${out.red(`${review.findings.length} ${review.findings.length === 1 ? 'finding stops' : 'findings stop'} it`)}`,
  );
}

function printWork({ migrations, losses }: Review): void {
  const rows = migrations.flatMap(({ fileName, locks, rows: changed, cautions }) => [
    ...locks.map((lock) => [fileName, tellLock(lock)]),
    ...changed.map((sentence) => [fileName, sentence]),
    ...cautions.map(({ rule, line, message }) => [fileName, `squawk ${rule} (line ${line}): ${message}`]),
  ]);
  if (rows.length > 0) say(`\n${table(['migration', 'while it runs'], rows)}`);
  if (losses.length > 0) say(`\n${out.bold('Data')}`);
  for (const loss of losses) say(`  ${out.red('✗')} ${loss}`);
}

function printShapes({ shapes, routines }: Review): void {
  if (routines.length > 0) say(`\n${out.bold('Functions')}`);
  for (const { key, change, diff } of routines) {
    say(`  ${change.padEnd(7)} ${key}`);
    for (const line of diff.split('\n')) {
      if (/^[-+](?![-+]{2} )/.test(line))
        say(`      ${line.startsWith('+') ? out.green(line) : out.red(line)}`);
    }
  }
  if (shapes.length > 0) say(`\n${out.bold('Types')}`);
  for (const { sentence, breaks } of shapes)
    say(`  ${breaks ? out.yellow('breaks') : '      '}  ${sentence}`);
}

function printFinding({ guard, where, problem, expected, remedy, details = [] }: ReviewFinding): void {
  say(`${out.red('✗')} ${out.bold(where)} ${problem}  ${out.dim(guard)}`);
  say(`  expected  ${expected}`);
  for (const detail of details) say(`  ${detail}`);
  say(`  ${out.green('→')} ${remedy}\n`);
}
