import { API_FUNCTIONS } from './api-functions.ts';
import type { Invariant } from './invariant.ts';
import { API_ROLES, FUNCTIONS } from './scope.ts';

export const apiFunctionsListed: Invariant = {
  name: 'api-functions-listed',
  claim:
    'the functions of the API are those that are listed, and each may be called by the roles beside it and no other',
  why: 'Whoever may call a function may try its arguments: a realm that gains one gains questions that its policies never answered, and one that loses one cannot work.',
  requirements: ['S-04', 'N-11'],
  query: `
    with ${FUNCTIONS},
    granted as (
      select f.proname || substring(f.oid::regprocedure::text from '[(].*') as signature, r.rolname
      from functions as f
      cross join pg_roles as r
      where f.nspname = 'public' and r.rolname in ${API_ROLES} and has_function_privilege(r.oid, f.oid, 'execute')
    ),
    listed as (
      select * from unnest($1::text[], $2::text[]) as l (signature, rolname)
    )
    select 'public.' || coalesce(g.signature, l.signature) || ' for ' || coalesce(g.rolname, l.rolname) as object,
           case
             when l.signature is null then 'may be called, unlisted'
             when g.signature is null then 'is listed, and may not be called'
           end as problem
    from granted as g
    full join listed as l on l.signature = g.signature and l.rolname = g.rolname`,
  values: [
    Object.entries(API_FUNCTIONS).flatMap(([signature, callers]) => callers.map(() => signature)),
    Object.values(API_FUNCTIONS).flat(),
  ],
};
