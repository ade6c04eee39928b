-- audit.range_hash: the root over leaves [first, last) of a table, where first is where a subtree of that size begins: a look-up for each
-- whole subtree, so a few for any size.
create or replace function audit.range_hash(table_name text, first bigint, last bigint)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_count constant bigint := last - first;
  v_middle bigint;
begin
  if v_count = 1 then
    return (
      select l.leaf_hash
      from audit.leaves as l
      where l.table_name = range_hash.table_name
        and l.leaf_index = first
    );
  end if;
  if v_count & (v_count - 1) = 0 then
    return (
      select n.hash
      from audit.nodes as n
      where n.table_name = range_hash.table_name
        and n.level = round(log(2, v_count))::bigint
        and n.position = first / v_count
    );
  end if;
  v_middle := first + audit.split_of(v_count);
  return audit.node_hash(audit.range_hash(table_name, first, v_middle), audit.range_hash(table_name, v_middle, last));
end
$$;
comment on function audit.range_hash(text, bigint, bigint) is
  'Hash of a subtree of RFC 6962 over a range of leaves; NULL where a hash is missing. [S-20]';
revoke all on function audit.range_hash(text, bigint, bigint) from public;
grant execute on function audit.range_hash(text, bigint, bigint) to cordon_definer;
