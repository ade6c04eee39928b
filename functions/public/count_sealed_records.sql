-- public.count_sealed_records: how many sealed rows of each table are the clinic's who asks, how many of them are gone and how many of those on record, by
-- its own login: what it was given is counted against this. list_sealed_records proves where they stand.
create or replace function public.count_sealed_records()
  returns table (table_name text, tree_size bigint, records bigint, changed bigint, gone bigint, destroyed bigint, unsealed bigint)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.own_scope();
begin
  for table_name, tree_size in
    select s.table_name, max(s.tree_size)
    from audit.seals as s
    where exists (
      select
      from pg_attribute as a
      where a.attrelid = to_regclass(s.table_name) and a.attname = 'organisation_id' and not a.attisdropped
    )
    group by s.table_name
    order by s.table_name
  loop
    select count(*), count(*) filter (where r.row_hash <> r.leaf_hash), count(*) filter (where r.row_hash is null),
        count(*) filter (where r.row_hash is null and g.key is not null)
      into records, changed, gone, destroyed
      from audit.listed_records(count_sealed_records.table_name, v_tenant, 0, count_sealed_records.tree_size) as r
      left join (
        select distinct k.key
        from governance.tombstones as t
        cross join lateral unnest(t.record_keys) as k (key)
        where t.relation = count_sealed_records.table_name
          and t.organisation_id = v_tenant
      ) as g on g.key = r.record_key;
    execute format(
      'select count(*) from %s as t where t.organisation_id = $1 and not exists (select from audit.leaves as l where l.table_name = $2 and l.record_key = %s)',
      table_name::regclass, audit.key_expression(table_name)
    )
      into unsealed
      using v_tenant, table_name;
    return next;
  end loop;
end
$$;
comment on function public.count_sealed_records() is
  'By table: how many sealed rows are the clinic''s who asks, of these how many were changed since, are gone, and are gone on record; and how many rows no seal holds. 42501 for who is neither auditor nor privacy officer of a clinic. [S-02, S-20]';
alter function public.count_sealed_records() owner to cordon_definer;
revoke all on function public.count_sealed_records() from public;
grant execute on function public.count_sealed_records() to authenticated;
