import { whoReads } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';
import { VIEW_SOURCES } from '../views.ts';

export const relationWithoutPolicies: ScanRule = {
  name: 'relation-without-policies',
  level: 'high',
  claim: 'no materialised view of guarded tables and no foreign table is in reach',
  why: 'Neither can have policies: a materialised view holds what its owner saw, for everybody who may read it.',
  remedy: 'revoke select, and let callers read it through a function that asks who they are',
  query: ({ callers, relations }) => `
    with recursive ${callers}, ${relations}, ${VIEW_SOURCES},
    -- What is filled from a view is filled from what the view reads.
    beneath as (
      select view, source from view_sources
      union
      select b.view, s.source from beneath as b join view_sources as s on s.view = b.source
    )
    select c.object,
           case
             when c.relkind = 'f' then 'is a foreign table in reach of ' || ${whoReads('c')}
             when exists (
               select from beneath as b join pg_class as t on t.oid = b.source and t.relkind in ('r', 'p') and t.relrowsecurity
               where b.view = c.oid
             ) then 'shows guarded rows, unguarded, to ' || ${whoReads('c')}
           end as problem
    from relations as c
    where c.relkind in ('m', 'f')`,
};
