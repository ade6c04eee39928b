import type { Difference } from '../../catalog/differences.ts';
import { MARKS, type Mark, type Verdict } from '../verdicts/verdict.ts';

/** What a change comes to, in figures. */
export interface Counts {
  readonly grants: { readonly added: number; readonly removed: number };
  readonly policies: { readonly added: number; readonly removed: number; readonly changed: number };
  readonly marks: Readonly<Record<Mark, number>>;
}

/** Counts privileges, one for each role, object and right, and policies; and verdicts by their mark. */
export function countChanges(differences: readonly Difference[], verdicts: readonly Verdict[]): Counts {
  const lines = (text: string | undefined) => new Set(text?.split('\n') ?? []);
  const grants = differences.filter(({ key }) => key.startsWith('grants on '));
  const only = (
    from: (difference: Difference) => string | undefined,
    other: (difference: Difference) => string | undefined,
  ) =>
    grants.reduce((sum, difference) => {
      const known = lines(other(difference));
      return sum + [...lines(from(difference))].filter((line) => !known.has(line)).length;
    }, 0);
  const policies = (change: Difference['change']) =>
    differences.filter((difference) => difference.key.startsWith('policy ') && difference.change === change)
      .length;
  return {
    grants: {
      added: only(
        ({ after }) => after,
        ({ before }) => before,
      ),
      removed: only(
        ({ before }) => before,
        ({ after }) => after,
      ),
    },
    policies: { added: policies('added'), removed: policies('removed'), changed: policies('changed') },
    marks: Object.fromEntries(
      MARKS.map((mark) => [mark, verdicts.filter((verdict) => verdict.mark === mark).length]),
    ) as Record<Mark, number>,
  };
}

/** `+3 grants, -1 policy, 2 widened, 0 narrowed`: what a reviewer reads first. */
export function tellCounts({ grants, policies, marks }: Counts): string {
  const counted = (sign: string, count: number, one: string, many: string) =>
    count === 0 ? [] : [`${sign}${count} ${count === 1 ? one : many}`];
  return [
    ...counted('+', grants.added, 'grant', 'grants'),
    ...counted('-', grants.removed, 'grant', 'grants'),
    ...counted('+', policies.added, 'policy', 'policies'),
    ...counted('-', policies.removed, 'policy', 'policies'),
    ...counted('~', policies.changed, 'policy', 'policies'),
    `${marks.widened} widened`,
    ...(marks.changed > 0 ? [`${marks.changed} changed`] : []),
    `${marks.narrowed} narrowed`,
    ...(marks.equal > 0 ? [`${marks.equal} equal`] : []),
  ].join(', ');
}
