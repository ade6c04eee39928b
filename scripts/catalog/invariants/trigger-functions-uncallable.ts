import type { Invariant } from './invariant.ts';
import { API_ROLES, FUNCTIONS } from './scope.ts';

export const triggerFunctionsUncallable: Invariant = {
  name: 'trigger-functions-uncallable',
  claim: 'no role of an application may execute a trigger function',
  why: 'EXECUTE is what lets a caller attach it to a temporary table of their own and forge what it writes.',
  requirements: ['N-11', 'S-16'],
  query: `
    with ${FUNCTIONS}
    select f.object, case when count(r.oid) > 0 then 'may be executed by ' || string_agg(r.rolname, ', ') end as problem
    from functions as f
    left join pg_roles as r on r.rolname in ${API_ROLES} and has_function_privilege(r.oid, f.oid, 'execute')
    where f.prorettype = 'trigger'::regtype
    group by f.object`,
};
