-- audit.sealed_records: leaves [first, last) of a table with the canonical text of their rows as they stand now, for the export. A row that is gone
-- has none. It reads past the policies of whoever exports, who would otherwise miss rows and tell of tampering.
create or replace function audit.sealed_records(table_name text, first bigint, last bigint)
  returns table (leaf_index bigint, record_key text, leaf_hash bytea, record text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
  set extra_float_digits = 1
  set quote_all_identifiers = off
  set work_mem = '64MB'
as $$
declare
  v_key text;
  v_condition text;
begin
  if to_regclass(table_name) is null then
    return query
    select l.leaf_index, l.record_key, l.leaf_hash, null::text
    from audit.leaves as l
    where l.table_name = sealed_records.table_name
      and l.leaf_index >= first
      and l.leaf_index < last
    order by l.leaf_index;
    return;
  end if;
  v_key := audit.key_expression(table_name);
  v_condition := audit.key_condition(table_name);
  begin
    -- Somebody may have bent a key to what is none; then rows are found by its text, which no index helps.
    execute format(
      'select count(*) from audit.leaves as l join %s as t on %s where l.table_name = $1 and l.leaf_index >= $2 and l.leaf_index < $3',
      table_name::regclass,
      v_condition
    )
      using table_name, first, last;
  exception
    when data_exception then
      v_condition := v_key || ' = l.record_key';
  end;
  return query execute format(
    $sql$
      select l.leaf_index, l.record_key, l.leaf_hash, case when (%1$s::text[])[1] is not null then %2$s end
      from audit.leaves as l
      left join %3$s as t on %4$s
      where l.table_name = $1
        and l.leaf_index >= $2
        and l.leaf_index < $3
      order by l.leaf_index
    $sql$,
    v_key,
    audit.record_expression(table_name),
    table_name::regclass,
    v_condition
  )
    using table_name, first, last;
end
$$;
comment on function audit.sealed_records(text, bigint, bigint) is
  'Leaves of a range with the canonical text of their rows, NULL for a row that is gone. For whoever migrates. [S-20]';
alter function audit.sealed_records(text, bigint, bigint) owner to cordon_definer;
revoke all on function audit.sealed_records(text, bigint, bigint) from public;
