-- audit.unsealed_records: rows that no seal holds yet, for the export: what is dated before its table was closed was not written when it says.
create or replace function audit.unsealed_records(table_name text)
  returns table (record_key text, record text)
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
begin
  if to_regclass(table_name) is null then
    return;
  end if;
  return query execute format(
    $sql$
      select %1$s, %2$s
      from %3$s as t
      where not exists (select from audit.leaves as l where l.table_name = $1 and l.record_key = %1$s)
    $sql$,
    audit.key_expression(table_name),
    audit.record_expression(table_name),
    table_name::regclass
  )
    using table_name;
end
$$;
comment on function audit.unsealed_records(text) is
  'Key and canonical text of the rows of a table that no seal holds. For whoever migrates. [S-20]';
alter function audit.unsealed_records(text) owner to cordon_definer;
revoke all on function audit.unsealed_records(text) from public;
