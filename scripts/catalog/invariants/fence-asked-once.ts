import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const fenceAskedOnce: Invariant = {
  name: 'fence-asked-once',
  claim:
    'where the fence of staff names an audience, it is to the letter what opens reading, and what a changed row must stay in',
  why:
    'PostgreSQL asks equal conditions once: a word of difference costs every read another verification of the caller. ' +
    'And whichever of the two somebody widens, the other still holds.',
  requirements: ['N-24', 'N-31'],
  query: `
    with ${TABLES},
    staff as (
      select t.object, p.polname, p.polcmd, p.polpermissive,
             pg_get_expr(p.polqual, p.polrelid) as using_expression,
             pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) as check_expression
      from tables as t
      join pg_policy as p on p.polrelid = t.oid
      where p.polroles = array['authenticated'::regrole::oid]
    )
    select f.object || ' policy ' || p.polname as object,
           case
             when p.polcmd = 'r' and p.using_expression is distinct from f.using_expression then 'asks otherwise than the fence'
             when p.polcmd = 'w' and p.check_expression is distinct from f.check_expression then 'checks new rows otherwise than the fence'
           end as problem
    from staff as f
    join staff as p on p.object = f.object and p.polpermissive
    where not f.polpermissive
      and f.polcmd = '*'
      and f.using_expression ~ 'authz\\.(organisation|membership)_(for|within)\\('`,
};
