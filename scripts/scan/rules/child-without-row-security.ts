import { whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const childWithoutRowSecurity: ScanRule = {
  name: 'child-without-row-security',
  level: 'high',
  claim: 'every partition and inheriting table in reach is guarded as its parent is',
  why: "Policies of a parent are asked when the parent is queried. Who queries the child meets the child's own, and there are none.",
  remedy:
    'enable row level security on the child, or revoke its grants: queries through the parent need none; do the same where partitions are made',
  query: ({ callers, tables }) => `
    with ${callers}, ${tables}
    select child.object,
           case
             when not child.relrowsecurity then
               'is in reach of ' || ${whoReaches('child')} || ' without the row-level security of ' || i.inhparent::regclass
           end as problem
    from tables as child
    join pg_inherits as i on i.inhrelid = child.oid
    join pg_class as parent on parent.oid = i.inhparent and parent.relrowsecurity`,
};
