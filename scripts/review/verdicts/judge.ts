import type { Migration } from '../../migrate/history.ts';
import type { Reach } from '../reach/reach.ts';
import { compareReach } from './compare-reach.ts';
import { decidingWrites } from './deciding-writes.ts';
import type { Verdict } from './verdict.ts';

/** Everything that one migration does to who may do what: by the catalog that it leaves, and by the rows that it writes. [S-30] */
export async function judge(
  migration: Pick<Migration, 'up' | 'path'>,
  before: Reach,
  after: Reach,
): Promise<readonly Verdict[]> {
  return [...(await compareReach(before, after)), ...(await decidingWrites(migration, before))];
}
