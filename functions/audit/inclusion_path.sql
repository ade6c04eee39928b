-- audit.inclusion_path: what proves that a leaf stands in a tree: RFC 6962, 2.1.1, from the leaf upwards.
create or replace function audit.inclusion_path(table_name text, leaf_index bigint, tree_size bigint)
  returns bytea[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_first bigint := 0;
  v_last bigint := tree_size;
  v_middle bigint;
  v_path bytea[] := '{}';
begin
  while v_last - v_first > 1 loop
    v_middle := v_first + audit.split_of(v_last - v_first);
    if leaf_index < v_middle then
      v_path := audit.range_hash(table_name, v_middle, v_last) || v_path;
      v_last := v_middle;
    else
      v_path := audit.range_hash(table_name, v_first, v_middle) || v_path;
      v_first := v_middle;
    end if;
  end loop;
  return v_path;
end
$$;
comment on function audit.inclusion_path(text, bigint, bigint) is 'Audit path of a leaf in the tree of a size. [S-20]';
revoke all on function audit.inclusion_path(text, bigint, bigint) from public;
grant execute on function audit.inclusion_path(text, bigint, bigint) to cordon_definer;
