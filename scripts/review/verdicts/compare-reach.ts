import { loadModule } from 'libpg-query';
import type { Reach } from '../reach/reach.ts';
import { compareDecidingRows } from './deciding-rows.ts';
import { compareDoors } from './doors.ts';
import { compareExtensions } from './extensions.ts';
import { compareGuards } from './guards.ts';
import { compareHoldings } from './holdings.ts';
import { rolesThatLeft, withMemberships, withoutUnbound } from './memberships.ts';
import { compareMoves } from './moves.ts';
import { compareNames, withOldNames } from './names.ts';
import { compareRelations } from './relations.ts';
import { compareRoles } from './roles.ts';
import { compareRoutines } from './routines.ts';
import { compareSettings } from './settings.ts';
import { MARKS, type Verdict } from './verdict.ts';

type Comparison = (before: Reach, after: Reach) => Verdict[];

/** Told of both as they are. */
const OF_THE_WHOLE: readonly Comparison[] = [
  compareRoles,
  compareMoves,
  compareNames,
  compareSettings,
  compareDecidingRows,
  compareExtensions,
];

/** Told object by object, beyond what the first have told in one line. */
const OBJECT_BY_OBJECT: readonly Comparison[] = [
  compareRelations,
  compareHoldings,
  compareRoutines,
  compareGuards,
  compareDoors,
];

/**
 * What a change does to who may do what: every difference in effective reach, marked and told. The same two catalogs give the
 * same verdicts in the same order. [S-30]
 *
 * @returns by mark, then by realm and sentence; empty where nothing that counts differs.
 */
export async function compareReach(before: Reach, after: Reach): Promise<readonly Verdict[]> {
  await loadModule();
  const verdicts = new Map<string, Verdict>();
  const [old, now] = withoutUnbound(withMemberships(withOldNames(before, after), after), after);
  const left = rolesThatLeft(before, after);
  for (const verdict of [
    ...OF_THE_WHOLE.flatMap((compare) => compare(before, after)),
    ...OBJECT_BY_OBJECT.flatMap((compare) => compare(old, now)).filter(
      // What goes with a membership, or with the role itself, is told with that.
      ({ mark, realm }) => !(mark === 'narrowed' && left.has(realm)),
    ),
  ]) {
    verdicts.set(`${verdict.mark} ${verdict.sentence}`, verdict);
  }
  const rank = ({ mark, realm, sentence }: Verdict) => `${MARKS.indexOf(mark)} ${realm} ${sentence}`;
  return [...verdicts.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
