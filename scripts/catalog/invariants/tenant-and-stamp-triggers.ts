import { UNSTAMPED, VERIFIED_ELSEWHERE } from '../../sources/unstamped.ts';
import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const tenantAndStampTriggers: Invariant = {
  name: 'tenant-and-stamp-triggers',
  claim:
    'every tenant table carries the tenant trigger, and every mutable table the stamp trigger, before insert and update of each row, and what verifies the stamps, after each statement',
  why: 'Without the first a row moves to another organisation; without the second nobody knows who wrote it; without the third somebody else can seem to have.',
  requirements: ['S-03', 'S-05', 'S-16', 'N-16'],
  query: `
    with ${TABLES},
    -- tgtype: 1 each row, 2 before, 4 insert, 16 update
    kinds (function_name, type) as (
      values ('tg__tenant', 23), ('tg__stamp', 23), ('tg__stamped', 4), ('tg__stamped', 16)
    ),
    wanted as (
      select t.oid, t.object, k.function_name, k.type
      from tables as t
      cross join kinds as k
      where case k.function_name
              when 'tg__stamp' then not t.object = any ($1)
              when 'tg__stamped' then not t.object = any ($1 || $2)
              else exists (select from pg_attribute as a where a.attrelid = t.oid and a.attname = 'organisation_id' and not a.attisdropped)
                   and t.object <> 'audit.access_log' -- no caller and no server writes it
            end
    )
    select w.object || ' ' || w.function_name || case w.type when 4 then ' on insert' when 16 then ' on update' else '' end as object,
           case
             when not exists (
               select from pg_trigger as g
               join pg_proc as p on p.oid = g.tgfoid
               join pg_namespace as n on n.oid = p.pronamespace
               where g.tgrelid = w.oid and not g.tgisinternal and g.tgenabled <> 'D' and g.tgqual is null
                 and n.nspname = 'authz' and p.proname = w.function_name
                 and g.tgtype & 23 & w.type = w.type and g.tgtype & 3 = w.type & 3
                 and (w.function_name <> 'tg__stamped' or g.tgnewtable = 'changed')
             ) then 'is missing'
           end as problem
    from wanted as w`,
  values: [Object.keys(UNSTAMPED), Object.keys(VERIFIED_ELSEWHERE)],
};
