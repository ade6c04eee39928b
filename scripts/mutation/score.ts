import type { Verdict } from './battery/battery.ts';
import { EQUIVALENTS, reasonFor } from './equivalents.ts';
import { matchesGlob } from './glob.ts';

export interface Score {
  readonly verdicts: readonly Verdict[];
  readonly killed: readonly Verdict[];
  /** Alive, and no reason is known why that would be right. */
  readonly survivors: readonly Verdict[];
  /** Alive, and listed with the reason why nobody can tell. */
  readonly equivalent: readonly (Verdict & { readonly reason: string })[];
  /** Alive as far as can be said without all the test files, which were not asked. */
  readonly undecided: readonly Verdict[];
  /** Could not be made: the operator is wrong. */
  readonly refused: readonly Verdict[];
  /** Reasons that do not hold: what they speak of was killed, or does not exist. */
  readonly stale: readonly string[];
}

/**
 * Sorts the verdicts.
 *
 * @param isWhole whether every mutant was judged: only then can a reason be known to speak of none.
 */
export function scoreOf(verdicts: readonly Verdict[], isWhole: boolean, equivalents = EQUIVALENTS): Score {
  const reasonOf = ({ mutant }: Verdict) => reasonFor(mutant.key, equivalents);
  const alive = verdicts.filter(({ kill, refused }) => !kill && refused === undefined);
  const unreasoned = alive.filter((verdict) => reasonOf(verdict) === undefined);
  const stale = equivalents
    .flatMap(({ keys }) => keys)
    .flatMap((key) => {
      const spoken = verdicts.filter(({ mutant }) => matchesGlob(key, mutant.key));
      const killed = spoken.filter(({ kill }) => kill);
      if (isWhole && spoken.length === 0) return [`${key}: there is no such mutant`];
      return killed.map(({ mutant, kill }) => `${mutant.key}: killed by ${kill?.by}`);
    });
  return {
    verdicts,
    killed: verdicts.filter(({ kill }) => kill),
    survivors: unreasoned.filter(({ asked }) => asked === undefined),
    undecided: unreasoned.filter(({ asked }) => asked !== undefined),
    equivalent: alive.flatMap((verdict) => {
      const reason = reasonOf(verdict);
      return reason === undefined ? [] : [{ ...verdict, reason }];
    }),
    refused: verdicts.filter(({ refused }) => refused !== undefined),
    stale,
  };
}
