import { DEFINER_FUNCTIONS, FOREIGN_OWNED } from './definer-functions.ts';
import type { Invariant } from './invariant.ts';
import { FUNCTIONS } from './scope.ts';

export const definerFunctionsListed: Invariant = {
  name: 'definer-functions-listed',
  claim:
    'every SECURITY DEFINER function is listed with a reason and belongs to cordon_definer, or to a listed owner',
  why: "A definer function runs with its owner's rights: each is a door, and a role that bypasses row-level security leaves it open.",
  requirements: ['S-04', 'N-09'],
  query: `
    with ${FUNCTIONS}
    select f.object,
           case
             when not f.name = any ($1) then 'is SECURITY DEFINER, unlisted'
             when r.rolname <> 'cordon_definer' and not f.name = any ($2) then 'belongs to ' || r.rolname
             when r.rolname in ('cordon_definer', 'cordon_insights') and (r.rolsuper or r.rolbypassrls or r.rolcanlogin) then 'its owner is too powerful'
           end as problem
    from functions as f
    join pg_roles as r on r.oid = f.proowner
    where f.prosecdef
    union all
    select listed.name, 'is listed as SECURITY DEFINER and is none'
    from unnest($1::text[]) as listed (name)
    where not exists (select from functions as f where f.name = listed.name and f.prosecdef)`,
  values: [Object.keys(DEFINER_FUNCTIONS), Object.keys(FOREIGN_OWNED)],
};
