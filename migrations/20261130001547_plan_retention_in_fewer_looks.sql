-- migrate:up
-- Why: what a part belongs to was looked up among all foreign keys for every table: two thirds of what planning retention takes
-- Access: none
--   widens: governance.of_what_stays(text), which only its owner and the platform may call, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.of_what_stays: an SQL condition on `t` and a moment $3, that it is part of a row of the same patient and retention class which stays:
-- one that was written after it, or one of whose parts was, or that something else refers to. Lines, payments and claims go with their invoice and
-- not before, or what is still owed, or claimed, would come to nothing.
create or replace function governance.of_what_stays(relation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      with classes as materialized (
        select to_regclass(format('%I.%I', c.schema_name, c.table_name)) as oid, c.retention
        from governance.classification as c
      ),
      -- What refers to whatever this table refers to: no other key is looked at.
      keys as materialized (
        select f.oid, f.conrelid, f.confrelid,
          (
            select string_agg(format('x.%I = %%1$s.%I', b.attname, a.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          ) as condition,
          f.confrelid <> f.conrelid
            and exists (select from pg_attribute as a where a.attrelid = f.conrelid and a.attname = 'patient_id' and a.attnum = any (f.conkey))
            and 4 = (
              select count(*) from pg_attribute as a where a.attrelid in (f.conrelid, f.confrelid) and a.attname in ('created_at', 'updated_at')
            )
            and exists (
              select
              from classes as c
              join classes as p on p.retention = c.retention
              where c.oid = f.conrelid
                and p.oid = f.confrelid
            ) as is_part
        from pg_constraint as f
        where f.contype = 'f'
          and f.conparentid = 0
          and f.confrelid in (select o.confrelid from pg_constraint as o where o.contype = 'f' and o.conrelid = relation::regclass)
      )
      select string_agg(
        format(
          'exists (select from %s as x where %s and (greatest(x.created_at, x.updated_at) > $3 or %s))', f.confrelid::regclass,
          format(f.condition, 't'),
          (
            select string_agg(
              format(
                'exists (select from %s as y where %s%s)', r.conrelid::regclass, format(r.condition, 'y'),
                case when r.is_part then ' and greatest(y.created_at, y.updated_at) > $3' else '' end
              ),
              ' or ' order by r.oid
            )
            from keys as r
            where r.confrelid = f.confrelid
          )
        ),
        ' or ' order by f.oid
      )
      from keys as f
      where f.is_part
        and f.conrelid = relation::regclass
    ),
    'false'
  );
end
$$;

-- migrate:down
