import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

/** Types that audit.record_expression writes in one way only: docs/seals.md. */
const CANONICAL = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
  'text',
  'character varying',
  'uuid',
  'inet',
  'cidr',
  'bytea',
  'jsonb',
  'date',
  'timestamp with time zone',
  'timestamp without time zone',
  'text[]',
  'uuid[]',
  'smallint[]',
  'integer[]',
  'bigint[]',
  'boolean[]',
  'numeric[]',
];
const KEYS = ['uuid', 'text', 'smallint', 'integer', 'bigint', 'boolean', 'timestamp with time zone'];
const TRAIL = ['audit.seals', 'audit.leaves', 'audit.nodes'];

export const appendOnlySealed: Invariant = {
  name: 'append-only-sealed',
  claim:
    'every table that refuses one kind of change refuses all of them, and its rows can be sealed: by a key, in a canonical form, read whole by the function that seals',
  why: 'A table is sealed because it carries the trigger; whatever keeps it from being sealed as a whole leaves rows that can be bent unseen. A default on a column added later changes rows that are sealed.',
  requirements: ['S-20'],
  query: `
    with ${TABLES},
    guarded as (
      select t.oid, t.object, t.object = any ($3) as is_trail,
             bool_or(g.tgtype & 27 = 27 and g.tgenabled = 'A') as keeps_rows, -- row, before, update, delete
             bool_or(g.tgtype & 34 = 34 and g.tgenabled = 'A') as keeps_all -- before, truncate
      from tables as t
      join pg_trigger as g on g.tgrelid = t.oid and not g.tgisinternal
      join pg_proc as p on p.oid = g.tgfoid
      join pg_namespace as n on n.oid = p.pronamespace
      where n.nspname = 'authz' and p.proname = 'tg__append_only'
      group by t.oid, t.object
    )
    select g.object,
           case
             when not g.keeps_rows then 'may be updated or deleted from'
             when not g.keeps_all then 'may be truncated'
             when g.is_trail then null
             when not exists (
               select from pg_index as i
               cross join lateral unnest(i.indkey::smallint[]) as k (attnum)
               join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
               where i.indrelid = g.oid and i.indisprimary
               having bool_and(format_type(a.atttypid, null) = any ($2))
             ) then 'has no primary key of plain types'
             when not exists (
               select from pg_policy as p
               where p.polrelid = g.oid and p.polpermissive and p.polcmd in ('r', '*')
                 and p.polroles = array['cordon_definer'::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) = 'true'
             ) then 'is not read whole by cordon_definer, which seals'
             else (
               select string_agg(
                 a.attname || case
                   when not format_type(a.atttypid, null) = any ($1) then ' has a type without a canonical form'
                   when not has_column_privilege('cordon_definer', g.oid, a.attnum, 'select') then ' is not read by cordon_definer, which seals'
                   else ' was added with a default, which changed rows that may be sealed'
                 end, ', ' order by a.attnum
               )
               from pg_attribute as a
               where a.attrelid = g.oid and a.attnum > 0 and not a.attisdropped
                 and (
                   a.atthasmissing
                   or not format_type(a.atttypid, null) = any ($1)
                   or not has_column_privilege('cordon_definer', g.oid, a.attnum, 'select')
                 )
             )
           end as problem
    from guarded as g`,
  values: [CANONICAL, KEYS, TRAIL],
};
