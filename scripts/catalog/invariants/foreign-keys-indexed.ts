import type { Invariant } from './invariant.ts';
import { FOREIGN_KEYS, TABLES } from './scope.ts';

export const foreignKeysIndexed: Invariant = {
  name: 'foreign-keys-indexed',
  claim:
    'every foreign key is covered by an index that starts with its columns, or that is unique over some of them',
  why: 'Without one every change of the parent reads the whole child table, under a lock.',
  requirements: [],
  query: `
    with ${TABLES}, ${FOREIGN_KEYS}
    select k.object,
           case
             when not exists (
               select from pg_index as i
               where i.indrelid = k.conrelid and i.indisvalid
                 and (
                   (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
                   -- one row at most: a second index, of all the columns, would be written for nothing
                   or i.indisunique and (i.indkey::smallint[])[0:i.indnkeyatts - 1] <@ k.conkey
                 )
                 -- a partial index serves the key only where it leaves out nothing but NULL
                 and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
             ) then 'no index starts with its columns, and none that is unique is over some of them'
           end as problem
    from foreign_keys as k`,
};
