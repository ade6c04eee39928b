-- audit.key_condition: SQL that finds the row of `t` that a leaf `l` names, by the primary key's index. It fails where a key was bent to what
-- is no value of its type: who asks must be prepared.
create or replace function audit.key_condition(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select string_agg(
      format('t.%I = (l.record_key::text[])[%s]::%s', a.attname, k.place, format_type(a.atttypid, null)), ' and ' order by k.place
    )
    from pg_index as i
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = table_name::regclass
      and i.indisprimary
      and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  );
end
$$;
comment on function audit.key_condition(text) is 'SQL that joins a row of t to its leaf l. [S-20]';
revoke all on function audit.key_condition(text) from public;
grant execute on function audit.key_condition(text) to cordon_definer;
