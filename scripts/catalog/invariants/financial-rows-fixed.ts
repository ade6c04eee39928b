import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

/** Roles that reach rows, our definer functions included. */
const WRITERS =
  "'{anon,authenticated,patient,internal_ops,service_role,cordon_definer,cordon_insights}'::text[]";

export const financialRowsFixed: Invariant = {
  name: 'financial-rows-fixed',
  claim:
    'whether a row is financial is computed from columns that nobody may update, wherever a policy asks for it',
  why: 'Finance reads rows of financial kinds among clinical ones: whoever could make a finding one, by its kind, would show it to them.',
  requirements: ['N-17', 'N-20'],
  query: `
    with ${TABLES}
    select t.object,
           case
             when a.attname is null then 'has no column is_financial'
             when a.attgenerated <> 's' or not a.attnotnull then 'has a column is_financial that is written, or may be NULL'
             when w.writer is not null then w.writer || ' may update ' || w.source
           end as problem
    from tables as t
    left join pg_attribute as a on a.attrelid = t.oid and a.attname = 'is_financial' and not a.attisdropped
    left join lateral (
      select r.rolname::text as writer, s.attname::text as source
      from pg_attrdef as d
      join pg_depend as k
        on k.classid = 'pg_attrdef'::regclass and k.objid = d.oid and k.refobjsubid <> a.attnum
          and k.refclassid = 'pg_class'::regclass and k.refobjid = t.oid and k.refobjsubid > 0
      join pg_attribute as s on s.attrelid = t.oid and s.attnum = k.refobjsubid
      join pg_roles as r on r.rolname = any (${WRITERS})
      where d.adrelid = t.oid
        and d.adnum = a.attnum
        and has_column_privilege(r.oid, t.oid, s.attnum, 'UPDATE')
      order by r.rolname, s.attname
      limit 1
    ) as w on true
    where exists (
      select from pg_policy as p
      where p.polrelid = t.oid
        and concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) like '%is_financial%'
    )`,
};
