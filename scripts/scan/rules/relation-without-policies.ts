import { whoReads } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const relationWithoutPolicies: ScanRule = {
  name: 'relation-without-policies',
  level: 'high',
  claim: 'no materialised view of guarded tables and no foreign table is in reach',
  why: 'Neither can have policies: a materialised view holds what its owner saw, for everybody who may read it.',
  remedy: 'revoke select, and let callers read it through a function that asks who they are',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}
    select c.object,
           case
             when c.relkind = 'f' then 'is a foreign table in reach of ' || ${whoReads('c')}
             when exists (
               select from pg_rewrite as w
               join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
               join pg_class as t on t.oid = d.refobjid and (t.relrowsecurity or t.relkind = 'v')
               where w.ev_class = c.oid and t.oid <> c.oid
             ) then 'shows guarded rows, unguarded, to ' || ${whoReads('c')}
           end as problem
    from relations as c
    where c.relkind in ('m', 'f')`,
};
