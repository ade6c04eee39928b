-- governance.of_what_stays: an SQL condition on `t` and a moment $3, that it is part of a row of the same patient and retention class which was
-- written after it: lines and payments go with their invoice and not before, or what is still owed would come to nothing.
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
      select string_agg(
        format(
          'exists (select from %s as x where %s and greatest(x.created_at, x.updated_at) > $3)', f.confrelid::regclass,
          (
            select string_agg(format('x.%I = t.%I', b.attname, a.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          )
        ),
        ' or ' order by f.oid
      )
      from pg_constraint as f
      join governance.classification as c on to_regclass(format('%I.%I', c.schema_name, c.table_name)) = f.conrelid
      join governance.classification as p on to_regclass(format('%I.%I', p.schema_name, p.table_name)) = f.confrelid
      where f.contype = 'f'
        and f.conparentid = 0
        and f.conrelid = relation::regclass
        and f.confrelid <> f.conrelid
        and c.retention = p.retention
        and exists (select from pg_attribute as a where a.attrelid = f.conrelid and a.attname = 'patient_id' and a.attnum = any (f.conkey))
        and 2 = (select count(*) from pg_attribute as a where a.attrelid = f.confrelid and a.attname in ('created_at', 'updated_at'))
    ),
    'false'
  );
end
$$;
comment on function governance.of_what_stays(text) is
  'Condition on t and $3, that t is part of a row of its patient and retention class that was written after $3. [N-49, S-34]';
revoke all on function governance.of_what_stays(text) from public;
