import { loadModule } from 'libpg-query';
import type { Reach } from '../reach/reach.ts';
import { compareDecidingRows, compareDoors, compareRoles } from './doors.ts';
import { compareGuards } from './guards.ts';
import { compareHoldings } from './holdings.ts';
import { compareRelations } from './relations.ts';
import { compareRoutines } from './routines.ts';
import { MARKS, type Verdict } from './verdict.ts';

const COMPARISONS: readonly ((before: Reach, after: Reach) => Verdict[])[] = [
  compareRelations,
  compareHoldings,
  compareRoutines,
  compareGuards,
  compareDoors,
  compareRoles,
  compareDecidingRows,
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
  for (const compare of COMPARISONS) {
    for (const verdict of compare(before, after))
      verdicts.set(`${verdict.mark} ${verdict.sentence}`, verdict);
  }
  const rank = ({ mark, realm, sentence }: Verdict) => `${MARKS.indexOf(mark)} ${realm} ${sentence}`;
  return [...verdicts.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
