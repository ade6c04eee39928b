import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const erasureRuled: Invariant = {
  name: 'erasure-ruled',
  claim:
    'of every table with rows of a patient erasure knows what to do, and every rule of it speaks of what exists',
  why: 'A table without a rule stops every erasure, and the law’s deadline with it.',
  requirements: ['N-49'],
  query: `
    with ${TABLES}
    select g.relation as object,
           case when not exists (
             select from governance.erasure_rules as r
             where format('%I.%I', r.schema_name, r.table_name) = g.relation and r.column_name = '*'
           ) then 'has no rule in governance.erasure_rules: keep or delete, and on which ground' end as problem
    from governance.subject_graph() as g
    union all
    select 'governance.erasure_rules ' || r.schema_name || '.' || r.table_name || '.' || r.column_name, 'names what does not exist'
    from governance.erasure_rules as r
    where not exists (
      select from tables as t
      join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where t.schema = r.schema_name and t.table_name = r.table_name and r.column_name in (a.attname, '*')
    )`,
};
