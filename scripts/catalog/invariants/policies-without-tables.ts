import type { Invariant } from './invariant.ts';
import { POLICIES, TABLES } from './scope.ts';

export const policiesWithoutTables: Invariant = {
  name: 'policies-without-tables',
  claim: 'no policy queries a table, negates a sub-query, believes user_metadata, or is true for everybody',
  why: 'A negated sub-query fails open when the caller cannot see the table; user_metadata is written by the user.',
  requirements: ['S-02', 'N-11', 'N-25'],
  query: `
    with ${TABLES}, ${POLICIES}
    select object,
           case
             when condition ~* 'not \\(?exists|<> all|not \\(.* in \\(|not in \\(' then 'negates a sub-query'
             when exists (
               select from pg_depend as d
               where d.classid = 'pg_policy'::regclass and d.objid = policies.oid
                 and d.refclassid = 'pg_class'::regclass and d.refobjid <> policies.polrelid
             ) then 'queries another table'
             when condition ~* 'user_metadata|raw_user_meta_data' then 'believes user_metadata'
             when condition ~* 'current_setting' then 'reads a setting itself'
             when not polpermissive then null
             when polcmd in ('r', 'w', 'd', '*') and pg_get_expr(polqual, polrelid) in ('true', '(1 = 1)')
               and polroles <> array[(select oid from pg_roles where rolname = 'cordon_definer')]
               then 'is true for everybody'
           end as problem
    from policies`,
};
