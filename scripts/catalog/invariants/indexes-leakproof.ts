import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const indexesLeakproof: Invariant = {
  name: 'indexes-leakproof',
  claim: 'every index of a table with row-level security is on plain columns whose comparison is leakproof',
  why: 'PostgreSQL asks nothing that could leak a row before the policies: enum, numeric, citext, array, jsonb, full text, trigrams and lower() leave their index unused (2,000 times slower, measured).',
  requirements: ['N-30'],
  // Keys only: INCLUDE columns and the predicate of a partial index are not searched by. Collations matter to LIKE alone.
  query: `
    with ${TABLES},
    keys as (
      select i.indexrelid, i.indexrelid::regclass::text as object, am.amname, key.attnum, a.attname, a.atttypid,
             (
               select bool_and(f.proleakproof)
               from pg_opclass as c
               join pg_amop as o on o.amopfamily = c.opcfamily and o.amopmethod = am.oid
                and o.amoplefttype = c.opcintype and o.amoprighttype = c.opcintype
               join pg_operator as operator on operator.oid = o.amopopr
               join pg_proc as f on f.oid = operator.oprcode
               where c.oid = key.opclass
             ) as is_leakproof
      from tables as t
      join pg_index as i on i.indrelid = t.oid
      join pg_class as x on x.oid = i.indexrelid
      join pg_am as am on am.oid = x.relam
      cross join lateral unnest(i.indkey::int2[], i.indclass::oid[]) with ordinality as key (attnum, opclass, place)
      left join pg_attribute as a on a.attrelid = t.oid and a.attnum = key.attnum and key.attnum > 0
      where t.relrowsecurity
        and key.place <= i.indnkeyatts
    )
    select object || ' ' || coalesce(attname, 'expression') as object,
           case
             when attnum = 0 then 'is an index on an expression: store it in a generated column'
             when is_leakproof is not true then 'searches ' || format_type(atttypid, null) || ' by ' || amname || ', which policies leave unused'
           end as problem
    from keys`,
};
