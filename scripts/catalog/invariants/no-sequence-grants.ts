import type { Invariant } from './invariant.ts';
import { API_ROLES, RELATIONS } from './scope.ts';

export const noSequenceGrants: Invariant = {
  name: 'no-sequence-grants',
  claim: 'no role of an application reaches a sequence, and no table it reaches needs one',
  why: 'A sequence counts across tenants: reading it shows volumes, setting it breaks every insert.',
  requirements: ['S-04', 'N-11'],
  query: `
    with ${RELATIONS}
    select c.object,
           case
             when c.relkind = 'S' then (
               select string_agg(r.rolname || ' reaches it', ', ')
               from pg_roles as r
               where r.rolname in ${API_ROLES} and has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
             )
             else (
               select string_agg('column ' || a.attname || ' counts across tenants', ', ')
               from pg_attribute as a
               left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
               where a.attrelid = c.oid and not a.attisdropped
                 and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%')
             )
           end as problem
    from relations as c
    where c.relkind in ('r', 'p', 'S')`,
};
