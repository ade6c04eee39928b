import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const guardTriggersAlways: Invariant = {
  name: 'guard-triggers-always',
  claim: 'every trigger is ENABLE ALWAYS and lists no columns',
  why: 'A plain trigger is silent under session_replication_role = replica; "update of" misses what another trigger changes.',
  requirements: ['S-16', 'S-03'],
  query: `
    with ${TABLES}
    select t.object || ' trigger ' || g.tgname as object,
           case
             when g.tgenabled <> 'A' then 'is not ENABLE ALWAYS'
             when cardinality(g.tgattr::smallint[]) > 0 then 'lists columns'
           end as problem
    from pg_trigger as g
    join tables as t on t.oid = g.tgrelid
    where not g.tgisinternal`,
};
