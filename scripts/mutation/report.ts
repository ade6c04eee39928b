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
  return ({ kill, mutant }) => {
    done += 1;
    if (!kill && reasonFor(mutant.key) === undefined) {
      alive += 1;
      progress(`alive: ${mutant.key}`);
    }
    if (now() - last < 10_000 && done < total) return;
    last = now();
    const left = ((last - start) / done) * (total - done);
    progress(`${done}/${total} mutants, ${alive} alive, about ${Math.ceil(left / 60_000)} min left`);
  };
}

/** Prints the score: a table by operator, and whatever lives. */
export function printScore(score: Score, milliseconds: number): void {
  const rows = OPERATORS.flatMap(({ name, about }) => {
    const of = (list: readonly Verdict[]) => list.filter(({ mutant }) => mutant.operator === name).length;
    const all = of(score.verdicts);
    return all === 0
      ? []
      : [[name, all, of(score.killed), of(score.equivalent), of(score.survivors), about] as const];
  });
  say(table(['operator', 'mutants', 'killed', 'equivalent', 'alive', 'what it does'], rows));
  say();
  for (const { mutant, reason } of score.equivalent) say(`${out.dim('=')} ${mutant.key}\n    ${reason}`);
  for (const { mutant } of score.survivors) say(`${out.red('✗')} ${mutant.key}`);
  for (const { mutant, refused } of score.refused)
    say(`${out.red('✗')} ${mutant.key} cannot be made: ${refused}`);
  for (const problem of score.stale) say(`${out.red('✗')} listed as equivalent, and is not: ${problem}`);
  const { verdicts, killed, equivalent, survivors } = score;
  say(
    `${verdicts.length} mutants, ${killed.length} killed, ${equivalent.length} equivalent, ${survivors.length} alive ` +
      `in ${Math.round(milliseconds / 1000)} s (${Math.round(milliseconds / Math.max(1, verdicts.length))} ms each)`,
  );
}

/** The score for machines. */
export function scoreAsJson(score: Score, seed?: number): string {
  const told = ({ key, operator, subject, sql }: Mutant) => ({ key, operator, subject, sql });
  return JSON.stringify({
    mutants: score.verdicts.length,
    killed: score.killed.length,
    survivors: score.survivors.map(({ mutant }) => told(mutant)),
    equivalent: score.equivalent.map(({ mutant, reason }) => ({ key: mutant.key, reason })),
    refused: score.refused.map(({ mutant, refused }) => ({ key: mutant.key, refused })),
    stale: score.stale,
    ...(seed !== undefined && { seed }),
  });
}
