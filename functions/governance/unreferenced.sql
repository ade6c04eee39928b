-- governance.unreferenced: an SQL condition on `t`, that no row refers to it. `own` says whether rows of the same table count: where only some
-- of them go, one that stays may be the successor of one that goes.
create or replace function governance.unreferenced(relation text, own boolean)
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
          'not exists (select from %s as x where %s)', f.conrelid::regclass,
          (
            select string_agg(format('x.%I = t.%I', a.attname, b.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          )
        ),
        ' and ' order by f.oid
      )
      from pg_constraint as f
      where f.contype = 'f'
        and f.conparentid = 0
        and f.confrelid = relation::regclass
        and (own or f.conrelid <> f.confrelid)
    ),
    'true'
  );
end
$$;
comment on function governance.unreferenced(text, boolean) is
  'Condition on t, that no row refers to it; rows of its own table count where own. [N-49]';
revoke all on function governance.unreferenced(text, boolean) from public;
