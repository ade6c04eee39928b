-- audit.split_of: where a tree of that many leaves parts: the largest power of two below it (RFC 6962, 2.1).
create or replace function audit.split_of(leaf_count bigint)
  returns bigint
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_split bigint := 1;
begin
  while v_split * 2 < leaf_count loop
    v_split := v_split * 2;
  end loop;
  return v_split;
end
$$;
comment on function audit.split_of(bigint) is 'The largest power of two below a number of leaves. [S-20]';
revoke all on function audit.split_of(bigint) from public;
grant execute on function audit.split_of(bigint) to cordon_definer;
