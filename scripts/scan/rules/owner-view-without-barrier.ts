import { whoReads } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';
import { isInvokerView } from '../views.ts';

export const ownerViewWithoutBarrier: ScanRule = {
  name: 'owner-view-without-barrier',
  level: 'medium',
  claim: 'every view that filters with the rights of its owner is a security barrier',
  why: "The condition of a reader may run before the view's own: a cast that fails, or a function that tells, shows the rows the view leaves out.",
  remedy: 'alter view … set (security_barrier = true)',
  query: ({ callers, relations }) => String.raw`
    with ${callers}, ${relations}
    select c.object,
           case
             when not coalesce(c.reloptions, '{}') && array['security_barrier=true', 'security_barrier=on', 'security_barrier=1']
               and pg_get_viewdef(c.oid) ~* '\mwhere\M'
               then 'filters rows, without a barrier, for ' || ${whoReads('c')}
           end as problem
    from relations as c
    where c.relkind = 'v'
      and not ${isInvokerView('c')}`,
};
