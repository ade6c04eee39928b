import type { Invariant } from './invariant.ts';
import { FUNCTIONS, RELATIONS, TABLES } from './scope.ts';

export const everythingCommented: Invariant = {
  name: 'everything-commented',
  claim: 'every schema, table, view, function and trigger carries a comment',
  why: 'The catalog is the one document that every tool shows.',
  requirements: [],
  query: `
    with ${TABLES}, ${RELATIONS}, ${FUNCTIONS},
    objects as (
      select object, obj_description(oid, 'pg_class') as comment from relations where relkind <> 'S'
      union all
      select object, obj_description(oid, 'pg_proc') from functions
      union all
      select t.object || ' trigger ' || g.tgname, obj_description(g.oid, 'pg_trigger')
      from pg_trigger as g
      join tables as t on t.oid = g.tgrelid
      where not g.tgisinternal
      union all
      select 'schema ' || nspname, obj_description(oid, 'pg_namespace')
      from pg_namespace
      where nspname in ('authz', 'audit', 'governance')
    )
    select object, case when coalesce(comment, '') = '' then 'has no comment' end as problem
    from objects`,
};
