import type { ScanRule } from '../rule.ts';

export const guardOffInReplica: ScanRule = {
  name: 'guard-off-in-replica',
  level: 'low',
  claim: 'every trigger that refuses something is ENABLE ALWAYS',
  why: 'Under session_replication_role = replica, which restores and the role postgres of hosted projects may set, a plain trigger is silent.',
  remedy: 'alter table … enable always trigger …',
  query: ({ tables }) => String.raw`
    with ${tables}
    select t.object || ' trigger ' || quote_ident(g.tgname) as object,
           case g.tgenabled when 'O' then 'is silent in a replica session' when 'R' then 'fires in a replica session only' when 'D' then 'is disabled' end as problem
    from tables as t
    join pg_trigger as g on g.tgrelid = t.oid and not g.tgisinternal
    join pg_proc as p on p.oid = g.tgfoid
    where g.tgtype & 2 = 2
      and p.prosrc ~* '\mraise\s+(exception|sqlstate|''|\w+\s+using)'
      and g.tgparentid = 0`,
};
