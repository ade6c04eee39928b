import type { ScanRule } from '../rule.ts';

export const sequenceSettable: ScanRule = {
  name: 'sequence-settable',
  level: 'low',
  claim: 'no caller holds UPDATE on a sequence',
  why: 'setval() moves the counter of every tenant at once: the next inserts of all of them collide.',
  remedy: 'revoke update on the sequence; inserting needs USAGE, and an identity column not even that',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}
    select c.object,
           (
             select 'may be set by ' || string_agg(r.rolname, ', ' order by r.rolname)
             from callers as r
             where has_sequence_privilege(r.oid, c.oid, 'update') and has_schema_privilege(r.oid, c.relnamespace, 'usage')
           ) as problem
    from relations as c
    where c.relkind = 'S'`,
};
