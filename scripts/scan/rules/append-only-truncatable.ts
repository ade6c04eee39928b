import type { ScanRule } from '../rule.ts';

export const appendOnlyTruncatable: ScanRule = {
  name: 'append-only-truncatable',
  level: 'medium',
  claim: 'every table whose rows a trigger keeps from being deleted keeps them from TRUNCATE too',
  why: 'TRUNCATE fires no row trigger: the log that nobody can change is emptied in one statement.',
  remedy: 'create trigger … before truncate on … for each statement execute function <the one that raises>',
  query: ({ tables }) => String.raw`
    with ${tables}
    select t.object,
           case
             when not exists (
               select from pg_trigger as g where g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & 32 = 32
             ) then 'refuses DELETE by ' || quote_ident(min(g.tgname)) || ', and nothing refuses TRUNCATE'
           end as problem
    from tables as t
    join pg_trigger as g on g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & 11 = 11 -- row, before, delete
    join pg_proc as p on p.oid = g.tgfoid
    -- One that only raises: no condition, nothing returned but for form's sake.
    where p.prosrc ~* '\mraise\s+(exception|sqlstate|''|\w+\s+using)' and p.prosrc !~* '\mif\M|\mcase\M'
    group by t.oid, t.object`,
};
