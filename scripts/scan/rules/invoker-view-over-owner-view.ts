import { whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';
import { isInvokerView, VIEW_SOURCES } from '../views.ts';

export const invokerViewOverOwnerView: ScanRule = {
  name: 'invoker-view-over-owner-view',
  level: 'high',
  claim: 'no view that runs with the rights of its reader stands on one that does not',
  why: 'The outer view looks safe, and the inner one has already read every row as its owner. Scanners that look at one view at a time pass both, where the inner one stands in a schema that the API does not show.',
  remedy: 'alter view <inner> set (security_invoker = true)',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}, ${VIEW_SOURCES}
    select c.object,
           (
             select 'stands on ' || string_agg(distinct inner_view.oid::regclass::text, ', ') || ', which shows guarded rows with the rights of its owner, for '
             from view_sources as s
             join pg_class as inner_view on inner_view.oid = s.source and inner_view.relkind = 'v'
             join view_sources as deeper on deeper.view = inner_view.oid
             join pg_class as t on t.oid = deeper.source and t.relkind in ('r', 'p') and t.relrowsecurity
             where s.view = c.oid and not ${isInvokerView('inner_view')}
           ) || ${whoReaches('c')} as problem
    from relations as c
    where c.relkind = 'v'
      and ${isInvokerView('c')}`,
};
