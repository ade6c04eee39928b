import { relationNamed } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const erasedWithLogin: ScanRule = {
  name: 'erased-with-login',
  level: 'medium',
  claim: 'nothing but the profile and memberships goes when a login is deleted',
  why: 'Deleting an account erases, through the cascade, the records that person wrote: charts, orders, and the trace of who did what.',
  remedy: 'on delete restrict, and a profile that outlives its login',
  // From auth.users on, along every cascade; a table whose primary key has the user's id in it is the profile, or a membership.
  query: ({ tables, foreignKeys }) => `
    with recursive ${tables}, ${foreignKeys},
    erased as (
      select k.oid, k.conrelid, array[k.oid] as path
      from pg_constraint as k
      where k.contype = 'f' and k.confdeltype = 'c' and k.confrelid = ${relationNamed('auth', 'users')}
      union
      select k.oid, k.conrelid, e.path || k.oid
      from pg_constraint as k
      join erased as e on e.conrelid = k.confrelid
      where k.contype = 'f' and k.confdeltype = 'c' and not k.oid = any (e.path) and cardinality(e.path) < 6
    )
    select k.object,
           case
             when k.oid in (select oid from erased)
               and not exists (select from pg_constraint as own where own.conrelid = k.conrelid and own.contype = 'p' and own.conkey @> k.conkey)
               then case
                 when k.confrelid = ${relationNamed('auth', 'users')} then 'deletes its rows with the login'
                 else 'deletes its rows with those of ' || k.confrelid::regclass || ', which go with the login'
               end
           end as problem
    from foreign_keys as k`,
};
