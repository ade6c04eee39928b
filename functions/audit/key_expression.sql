-- audit.key_expression: SQL that names a row of the table `t` by its primary key, as the literal of a text array.
create or replace function audit.key_expression(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_expression text;
begin
  select 'array[' || string_agg(
           format(
             case
               when a.atttypid = 'timestamptz'::regtype then 'to_char(t.%I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
               else 't.%I::text'
             end,
             a.attname
           ),
           ', ' order by k.place
         ) || ']::text'
    into v_expression
    from pg_index as i
   cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = table_name::regclass
     and i.indisprimary
     and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  -- Types whose text no setting changes, and moments, which are written in UTC.
  having bool_and(
           a.atttypid in (
             'uuid'::regtype, 'text'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype,
             'timestamptz'::regtype
           )
         );
  if v_expression is null then
    raise exception 'a table has no key to seal its rows by'
      using errcode = 'CD019', detail = table_name, hint = 'Give it a primary key of uuid, text, integers, booleans or timestamptz.';
  end if;
  return v_expression;
end
$$;
comment on function audit.key_expression(text) is
  'SQL for the key of a row of t. CD019 for a table without a usable primary key. [S-20]';
revoke all on function audit.key_expression(text) from public;
grant execute on function audit.key_expression(text) to cordon_definer;
