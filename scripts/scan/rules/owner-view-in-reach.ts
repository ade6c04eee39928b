import { isKept, whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';
import { isInvokerView, VIEW_SOURCES } from '../views.ts';

export const ownerViewInReach: ScanRule = {
  name: 'owner-view-in-reach',
  level: 'high',
  claim: 'no view in reach shows guarded tables with the rights of its owner',
  why: 'A view asks the policies as its owner, whom they seldom bind: it shows the rows of every tenant, and writes them where it is updatable.',
  remedy: 'alter view … set (security_invoker = true); create or replace view drops that option, silently',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}, ${VIEW_SOURCES}
    select c.object,
           case
             when not ${isInvokerView('c')} and exists (
               select from view_sources as s join pg_class as t on t.oid = s.source
               where s.view = c.oid and t.relkind in ('r', 'p') and ${isKept('t')}
                 and t.relnamespace <> 'pg_catalog'::regnamespace
             ) then 'shows guarded rows with the rights of ' || quote_ident(pg_get_userbyid(c.relowner)) || ' to ' || ${whoReaches('c')}
           end as problem
    from relations as c
    where c.relkind = 'v'`,
};
