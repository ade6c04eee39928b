/** Triggers by what they do, their name left out: renamed, they guard the same. */
export const TRIGGERS = `
  select jsonb_build_object(
    'on', t.tgrelid::regclass::text,
    'name', t.tgname,
    'definition', regexp_replace(pg_get_triggerdef(t.oid), '^(CREATE (CONSTRAINT )?TRIGGER) ("([^"]|"")+"|\\S+) ', '\\1 '),
    'state', case t.tgenabled when 'A' then 'always' when 'R' then 'replica' when 'D' then 'disabled' else 'enabled' end
  ) as found
  from pg_trigger as t
  join pg_class as c on c.oid = t.tgrelid
  join schemas as s on s.oid = c.relnamespace
  where not t.tgisinternal
  order by t.tgrelid::regclass::text collate "C", t.tgname collate "C"`;

/** Constraints, NOT NULL included. A foreign key or check that is not valid yet refuses new rows all the same. */
export const CONSTRAINTS = `
  select jsonb_build_object('on', g.relation, 'name', g.name, 'definition', g.definition, 'state', 'enabled') as found
  from (
    select k.conrelid::regclass::text as relation, k.conname::text as name,
           replace(pg_get_constraintdef(k.oid), ' NOT VALID', '') as definition
    from pg_constraint as k
    join schemas as s on s.oid = k.connamespace
    where k.contype in ('c', 'f', 'u', 'p', 'x') and k.conrelid <> 0 and k.conparentid = 0
    union all
    select a.attrelid::regclass::text, a.attname::text, format('%I is not null', a.attname)
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    join schemas as s on s.oid = c.relnamespace
    where a.attnum > 0 and not a.attisdropped and a.attnotnull
  ) as g
  order by g.relation collate "C", g.definition collate "C"`;
