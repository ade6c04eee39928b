-- audit.listed_records: leaves [first, last) of a table that are one organisation's, each with the hash of its row as it stands now: NULL where it
-- is gone. Whose a leaf is tells its key where that begins with the organisation, so that who takes the row away takes nothing off this list; else the row.
create or replace function audit.listed_records(table_name text, organisation_id uuid, first bigint, last bigint)
  returns table (leaf_index bigint, record_key text, leaf_hash bytea, row_hash bytea)
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
  v_key constant text := audit.key_expression(table_name);
  v_query constant text := $sql$
    select l.leaf_index, l.record_key, l.leaf_hash,
      case when (%1$s::text[])[1] is not null then sha256(decode('00', 'hex') || convert_to(%2$s, 'UTF8')) end
    from audit.leaves as l
    left join %3$s as t on %4$s
    where l.table_name = $1
      and l.leaf_index >= $2
      and l.leaf_index < $3
      and %5$s
    order by l.leaf_index
  $sql$;
  v_mine constant text := case
    when exists (
      select
      from pg_index as i
      join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = table_name::regclass and i.indisprimary and a.attname = 'organisation_id'
    ) then $sql$l.record_key >= '{' || $4::text || ',' and l.record_key < '{' || $4::text || '-'$sql$
    else 't.organisation_id = $4'
  end;
begin
  begin
    return query execute format(
      v_query, v_key, audit.record_expression(table_name), table_name::regclass, audit.key_condition(table_name), v_mine
    )
      using table_name, first, last, organisation_id;
  exception
    -- Somebody may have bent a key to what is none; then rows are found by its text, which no index helps.
    when data_exception then
      return query execute format(
        v_query, v_key, audit.record_expression(table_name), table_name::regclass, v_key || ' = l.record_key', v_mine
      )
        using table_name, first, last, organisation_id;
  end;
end
$$;
comment on function audit.listed_records(text, uuid, bigint, bigint) is
  'Leaves of a range that are an organisation''s, with the hash of the row as it stands now, NULL for one that is gone. [S-02, S-20]';
alter function audit.listed_records(text, uuid, bigint, bigint) owner to cordon_definer;
revoke all on function audit.listed_records(text, uuid, bigint, bigint) from public;
