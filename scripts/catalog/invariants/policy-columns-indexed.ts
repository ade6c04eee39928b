import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const policyColumnsIndexed: Invariant = {
  name: 'policy-columns-indexed',
  claim: 'every column that a policy compares with the caller is led by an index',
  why: 'A policy is part of every query: without an index it reads the whole table, for one row as for all.',
  requirements: ['N-30'],
  // What the recorder of a disclosed row is told (authz.log_disclosure) is compared with nothing.
  // A condition on the row's own state (archived_at, status, …) is not a key: it filters what a key column found.
  query: `
    with ${TABLES},
    policies as materialized (
      select p.oid, p.polname, p.polrelid,
             regexp_replace(
               concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
               'authz\\.log_disclosure\\(\\( SELECT authz\\.disclosure_stamp\\([^()]*\\) AS disclosure_stamp\\), [^()]*\\)', '', 'g'
             ) as compared
      from pg_policy as p
    )
    select distinct t.object || '.' || a.attname as object,
           case
             when not exists (
               select from pg_index as i
               where i.indrelid = t.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null
             ) then 'is compared in ' || string_agg(p.polname, ', ' order by p.polname) || ' and no index starts with it'
           end as problem
    from policies as p
    join tables as t on t.oid = p.polrelid
    join pg_depend as d
      on d.classid = 'pg_policy'::regclass and d.objid = p.oid
     and d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.refobjsubid > 0
    join pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid
    where a.atttypid = 'uuid'::regtype
      and p.compared ~ ('\\m' || a.attname || '\\M')
    group by t.oid, t.object, a.attname, a.attnum`,
};
