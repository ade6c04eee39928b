-- audit.record_expression: SQL that writes a row of the table `t` as the text that is sealed (docs/seals.md): keys in the order of their bytes,
-- NULL left out, so that a column added later changes no row that has none, and each type in one way. What depends on settings is asked for in
-- UTC here; floats and quoting are pinned by who runs it.
create or replace function audit.record_expression(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_column record;
  v_value text;
  v_values text[] := '{}';
begin
  for v_column in
    select a.attname, format_type(a.atttypid, null) as type
    from pg_attribute as a
    where a.attrelid = table_name::regclass
      and a.attnum > 0
      and not a.attisdropped
    order by a.attname::text collate "C"
  loop
    v_value := case
      when v_column.type in ('boolean', 'smallint', 'integer', 'jsonb') then 't.%1$I::text'
      when v_column.type in ('bigint', 'numeric', 'real', 'double precision', 'uuid', 'inet', 'cidr') then '''"'' || t.%1$I::text || ''"'''
      when v_column.type = 'bytea' then '''"'' || encode(t.%1$I, ''hex'') || ''"'''
      when v_column.type in ('text', 'character varying', 'text[]', 'uuid[]', 'smallint[]', 'integer[]', 'bigint[]', 'boolean[]', 'numeric[]')
        then 'to_json(t.%1$I::text)::text'
      when v_column.type = 'timestamp with time zone' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
        ' || case when t.%1$I < ''0001-01-01T00:00:00Z''::timestamptz then '' BC'' else '''' end else t.%1$I::text end || ''"'''
      when v_column.type = 'timestamp without time zone' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I, ''YYYY-MM-DD"T"HH24:MI:SS.US'')'
        ' || case when t.%1$I < ''0001-01-01T00:00:00''::timestamp then '' BC'' else '''' end else t.%1$I::text end || ''"'''
      when v_column.type = 'date' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I, ''YYYY-MM-DD'')'
        ' || case when t.%1$I < ''0001-01-01''::date then '' BC'' else '''' end else t.%1$I::text end || ''"'''
    end;
    if v_value is null then
      raise exception 'a column has no canonical form to seal it by'
        using errcode = 'CD019',
          detail = table_name || '.' || v_column.attname || ' ' || v_column.type,
          hint = 'Use a type that docs/seals.md lists.';
    end if;
    v_values := v_values || format('%2$L || ' || v_value, v_column.attname, to_json(v_column.attname::text)::text || ':');
  end loop;
  return format(
    '%L || array_to_string(array[%s], '','') || ''}}''',
    '{"v":"cordon.row.1","table":' || to_json(table_name)::text || ',"row":{',
    array_to_string(v_values, ', ')
  );
end
$$;
comment on function audit.record_expression(text) is
  'SQL for the canonical text of a row of t. CD019 for a column whose type has none. [S-20]';
revoke all on function audit.record_expression(text) from public;
grant execute on function audit.record_expression(text) to cordon_definer;
