import { asPattern } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const guardListsColumns: ScanRule = {
  name: 'guard-lists-columns',
  level: 'medium',
  claim: 'no guard of columns is passed by another trigger that writes one of them',
  why: '"Before update of body" fires when the statement names body. What another trigger assigns to it is not named, and nobody guards it.',
  remedy: 'drop the column list, and compare old and new in the function with IS DISTINCT FROM',
  query: ({ tables }) => String.raw`
    with ${tables},
    row_triggers as (
      select g.*, p.prosrc from pg_trigger as g join pg_proc as p on p.oid = g.tgfoid
      where not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & 19 = 19 -- row, before, update
    )
    select t.object || ' trigger ' || quote_ident(g.tgname) as object,
           (
             select 'guards ' || quote_ident(min(a.attname)) || ', which ' || quote_ident(min(other.tgname)) || ' assigns'
             from unnest(g.tgattr::int2[]) as listed
             join pg_attribute as a on a.attrelid = g.tgrelid and a.attnum = listed and a.attname ~ '^[a-z_][a-z0-9_]*$'
             join row_triggers as other on other.tgrelid = g.tgrelid and other.oid <> g.oid
              and other.prosrc ~* ('\mnew\.' || ${asPattern('a.attname')} || '\s*:?=')
              -- A trigger that takes the old value back is a guard itself.
              and other.prosrc !~* ('\mnew\.' || ${asPattern('a.attname')} || '\s*:?=\s*old\.')
           ) as problem
    from tables as t
    join row_triggers as g on g.tgrelid = t.oid
    where cardinality(g.tgattr::int2[]) > 0
      and g.prosrc ~* '\mraise\M'`,
};
