import type { Invariant } from './invariant.ts';
import { FUNCTIONS } from './scope.ts';

/** Functions that a caller without a login may run, each with its reason. */
const FOR_ANON: Readonly<Record<string, string>> = {
  'public.pre_request': 'PostgREST calls it as whoever asks, before anything else; it answers nothing',
};

export const noPublicExecute: Invariant = {
  name: 'no-public-execute',
  claim: 'no function is executable by PUBLIC, nor by anon unless listed with a reason',
  why: 'PostgreSQL grants EXECUTE to everybody by default: a forgotten revoke publishes the function as an endpoint.',
  requirements: ['N-11', 'S-04'],
  query: `
    with ${FUNCTIONS}
    select f.object,
           case
             when bool_or(g.grantee = 0) then 'PUBLIC may execute it'
             when bool_or(r.rolname = 'anon') and not f.name = any ($1) then 'anon may execute it, unlisted'
           end as problem
    from functions as f
    left join lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as g on g.privilege_type = 'EXECUTE'
    left join pg_roles as r on r.oid = g.grantee
    group by f.object, f.name`,
  values: [Object.keys(FOR_ANON)],
};
