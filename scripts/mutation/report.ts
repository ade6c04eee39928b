import { out, progress, say, table } from '../console/report.ts';
import type { Verdict } from './battery/battery.ts';
import { reasonFor } from './equivalents.ts';
import type { Mutant } from './mutant.ts';
import { OPERATORS } from './operators/index.ts';
import type { Score } from './score.ts';

/** Tells every few seconds how far the work is. */
export function tellProgress(total: number, now: () => number = Date.now): (verdict: Verdict) => void {
  const start = now();
  let last = start;
  let [done, alive] = [0, 0];
  return ({ kill, refused, mutant, asked }) => {
    done += 1;
    if (!kill && refused === undefined && asked === undefined && reasonFor(mutant.key) === undefined) {
      alive += 1;
      progress(`alive: ${mutant.key}`);
    }
    if (now() - last < 10_000 && done < total) return;
    last = now();
    const left = ((last - start) / done) * (total - done);
    progress(`${done}/${total} mutants, ${alive} alive, about ${Math.ceil(left / 60_000)} min left`);
  };
}

/** Tells every twenty files how far looking at the unchanged database is. */
export function tellSurvey(): (done: number, files: number) => void {
  return (done, files) => {
    if (files > 0 && done % 20 === 0)
      progress(`${done}/${files} test files run without any mutant, to see what each of them calls`);
  };
}

/** What is known of an operator's mutants. */
export interface OperatorCount {
  readonly name: string;
  readonly about: string;
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: number;
  readonly alive: number;
  /** Not judged, or alive without all test files having been asked. */
  readonly open: number;
}

/** Counts by operator, for those that have mutants. */
export function countsOf(score: Score, mutants: readonly Mutant[]): readonly OperatorCount[] {
  return OPERATORS.flatMap(({ name, about }) => {
    const of = (list: readonly { readonly mutant: Mutant }[]) =>
      list.filter(({ mutant }) => mutant.operator === name).length;
    const all = mutants.filter(({ operator }) => operator === name).length;
    const [killed, equivalent] = [of(score.killed), of(score.equivalent)];
    const alive = of(score.survivors) + of(score.refused);
    return all === 0
      ? []
      : [{ name, about, mutants: all, killed, equivalent, alive, open: all - killed - equivalent - alive }];
  });
}

/** Prints the score: a table by operator, and whatever lives. */
export function printScore(score: Score, mutants: readonly Mutant[], milliseconds?: number): void {
  const rows = countsOf(score, mutants).map(
    (each) =>
      [
        each.name,
        each.mutants,
        each.killed,
        each.equivalent,
        each.alive,
        each.open || '',
        each.about,
      ] as const,
  );
  say(table(['operator', 'mutants', 'killed', 'equivalent', 'alive', 'open', 'what it does'], rows));
  say();
  for (const { mutant, reason } of score.equivalent) say(`${out.dim('=')} ${mutant.key}\n    ${reason}`);
  for (const { mutant } of score.survivors) say(`${out.red('✗')} ${mutant.key}`);
  for (const { mutant, refused } of score.refused)
    say(`${out.red('✗')} ${mutant.key} cannot be made: ${refused}`);
  for (const problem of score.stale) say(`${out.red('✗')} listed as equivalent, and is not: ${problem}`);
  const { verdicts, killed, equivalent, survivors, undecided } = score;
  const open = mutants.length - verdicts.length + undecided.length;
  const time =
    milliseconds === undefined
      ? ''
      : ` in ${Math.round(milliseconds / 1000)} s (${Math.round(milliseconds / Math.max(1, verdicts.length))} ms each)`;
  say(
    `${mutants.length} mutants, ${killed.length} killed, ${equivalent.length} equivalent, ${survivors.length} alive, ` +
      `${open} open${time}`,
  );
  if (open > 0) say(`${out.dim('→')} npm run mutation -- --rest goes on with what is open`);
}

/** The score for machines. */
export function scoreAsJson(score: Score, seed?: number): string {
  const told = ({ key, operator, subject, sql }: Mutant) => ({ key, operator, subject, sql });
  return JSON.stringify({
    mutants: score.verdicts.length,
    killed: score.killed.length,
    survivors: score.survivors.map(({ mutant }) => told(mutant)),
    equivalent: score.equivalent.map(({ mutant, reason }) => ({ key: mutant.key, reason })),
    undecided: score.undecided.length,
    refused: score.refused.map(({ mutant, refused }) => ({ key: mutant.key, refused })),
    stale: score.stale,
    ...(seed !== undefined && { seed }),
  });
}

export function keysAsJson(mutants: readonly Mutant[]): string {
  return JSON.stringify({ keys: mutants.map(({ key }) => key) });
}
