/** What `tgenabled` says, as SQL. */
const state = (enabled: string) =>
  `case ${enabled} when 'A' then 'always' when 'R' then 'replica' when 'D' then 'disabled' when 'O' then 'enabled' end`;

/**
 * Triggers by what they do, their name left out: renamed, they guard the same. Those of events watch over the database itself. What a
 * partition has of its parent, and what stands for a foreign key, is part of that, unless it was switched by itself.
 */
export const TRIGGERS = `
  select json_build_object('on', g.relation, 'kind', g.kind, 'name', g.name, 'definition', g.definition, 'state',
    ${state('g.enabled')}, 'instead', ${state('g.instead')}) as found
  from (
    select t.tgrelid::regclass::text as relation, 'trigger' as kind, t.tgname::text as name, t.tgenabled as enabled, null as instead,
           regexp_replace(pg_get_triggerdef(t.oid), '^(CREATE (CONSTRAINT )?TRIGGER) ("([^"]|"")+"|\\S+) ', '\\1 ') as definition
    from pg_trigger as t
    join pg_class as c on c.oid = t.tgrelid
    join schemas as s on s.oid = c.relnamespace
    where not t.tgisinternal and t.tgparentid = 0
    union all
    select t.tgrelid::regclass::text, 'trigger', t.tgname::text, t.tgenabled, p.tgenabled, 'of the partition alone'
    from pg_trigger as t
    join pg_trigger as p on p.oid = t.tgparentid and p.tgenabled <> t.tgenabled
    join pg_class as c on c.oid = t.tgrelid
    join schemas as s on s.oid = c.relnamespace
    where not t.tgisinternal
    union
    select t.tgrelid::regclass::text, k.kind, k.conname, t.tgenabled, 'O', 'its triggers'
    from pg_trigger as t
    join pg_class as c on c.oid = t.tgrelid
    join schemas as s on s.oid = c.relnamespace
    join (select oid, conname::text, case contype when 'f' then 'foreign key' else 'unique key' end as kind from pg_constraint) as k
      on k.oid = t.tgconstraint
    where t.tgisinternal and t.tgenabled <> 'O'
    union all
    select 'the database', 'event trigger', e.evtname::text, e.evtenabled, null,
           format('%s %s %s', e.evtevent, e.evttags, e.evtfoid::regprocedure)
    from pg_event_trigger as e
  ) as g
  order by g.relation collate "C", g.name collate "C"`;

/**
 * Constraints, NOT NULL, identities, unique indexes, what columns are generated from, and defaults. A foreign key or check that is not valid refuses
 * new rows all the same; of those that stand there it says nothing, so it is the weaker of the two.
 */
export const CONSTRAINTS = `
  select json_build_object('on', g.relation, 'kind', g.kind, 'name', g.name, 'definition', g.definition, 'state',
    case when g.is_valid then 'proven' else 'unproven' end) as found
  from (
    select case when k.conrelid = 0 then 'type ' || k.contypid::regtype else k.conrelid::regclass::text end as relation,
           case k.contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key' when 'x' then 'exclusion'
             when 'n' then 'check' else 'unique key' end as kind,
           k.conname::text as name, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') as definition,
           k.convalidated as is_valid
    from pg_constraint as k
    join schemas as s on s.oid = k.connamespace
    where (k.contype in ('c', 'f', 'u', 'p', 'x') or (k.contype = 'n' and k.conrelid = 0)) and k.conparentid = 0
    union all
    select a.attrelid::regclass::text, 'not null', a.attname::text, format('%I is not null', a.attname),
           -- PostgreSQL 18 keeps a constraint for each, which may be not valid.
           not exists (
             select from pg_constraint as k
             where k.conrelid = a.attrelid and k.contype = 'n' and k.conkey = array[a.attnum] and not k.convalidated)
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    join schemas as s on s.oid = c.relnamespace
    where a.attnum > 0 and not a.attisdropped and a.attnotnull
    union all
    select a.attrelid::regclass::text, 'identity', a.attname::text, 'always generated', true
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and not c.relispartition
    join schemas as s on s.oid = c.relnamespace
    where a.attnum > 0 and not a.attisdropped and a.attidentity = 'a'
    union all
    select i.indrelid::regclass::text, case when i.indpred is null and i.indexprs is null then 'unique key' else 'unique index' end,
           x.relname::text,
           case when i.indpred is null and i.indexprs is null
             then format('UNIQUE %s(%s)', case when i.indnullsnotdistinct then 'NULLS NOT DISTINCT ' end, (
               select string_agg(pg_get_indexdef(i.indexrelid, k, false), ', ' order by k) from generate_series(1, i.indnkeyatts) as k))
             else regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX .* ON ', ' INDEX ON ') end, true
    from pg_index as i
    join pg_class as x on x.oid = i.indexrelid and not x.relispartition
    join schemas as s on s.oid = x.relnamespace
    where i.indisunique and not exists (select from pg_constraint as k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    union all
    select f.adrelid::regclass::text, case when a.attgenerated <> '' then 'expression' else 'default' end, a.attname::text,
           pg_get_expr(f.adbin, f.adrelid), true
    from pg_attrdef as f
    join pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum
    join pg_class as c on c.oid = f.adrelid
    join schemas as s on s.oid = c.relnamespace
  ) as g
  order by g.relation collate "C", g.definition collate "C"`;
