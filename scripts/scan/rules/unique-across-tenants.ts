import { whoWrites } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const uniqueAcrossTenants: ScanRule = {
  name: 'unique-across-tenants',
  level: 'low',
  claim: 'no unique index tells a tenant which values the others hold',
  why: 'A duplicate answers with an error, whoever owns the other row: inserting asks, value by value, what exists elsewhere.',
  remedy: 'unique (<tenant key>, <columns>); random ids are no secret and may stay as they are',
  needs: 'tenant',
  // A random id or token cannot be guessed, and a counter tells nothing by colliding.
  query: ({ callers, tables, tenantTables }) => `
    with ${callers}, ${tables}, ${tenantTables}
    select t.object || ' ' || quote_ident(x.relname) as object,
           case
             when not t.attnum = any (i.indkey) then 'is unique across tenants, and may be asked by ' || ${whoWrites('t.oid', 'key.attnum', 'insert')}
           end as problem
    from tenant_tables as t
    join pg_index as i on i.indrelid = t.oid and i.indisunique
    join pg_class as x on x.oid = i.indexrelid
    cross join lateral (
      select a.attnum
      from unnest(i.indkey::int2[]) as k
      join pg_attribute as a on a.attrelid = t.oid and a.attnum = k
      left join pg_attrdef as d on d.adrelid = t.oid and d.adnum = a.attnum
      where a.atttypid <> 'uuid'::regtype and a.attidentity = '' and coalesce(pg_get_expr(d.adbin, d.adrelid), '') not like 'nextval(%'
        and a.attname !~ '(^|_)(token|nonce|hash|secret)$'
      order by a.attnum
      limit 1
    ) as key
    where t.relrowsecurity`,
};
