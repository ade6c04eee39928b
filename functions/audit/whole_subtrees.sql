-- audit.whole_subtrees: the hashes over the first leaves of a table that an export leaves out: with them who verifies goes on from there.
create or replace function audit.whole_subtrees(table_name text, leaf_count bigint)
  returns bytea[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_hashes bytea[] := '{}';
  v_first bigint := 0;
  v_count bigint;
begin
  while v_first < leaf_count loop
    v_count := 1;
    while v_count * 2 <= leaf_count - v_first loop
      v_count := v_count * 2;
    end loop;
    v_hashes := v_hashes || audit.range_hash(table_name, v_first, v_first + v_count);
    v_first := v_first + v_count;
  end loop;
  return v_hashes;
end
$$;
comment on function audit.whole_subtrees(text, bigint) is
  'Hashes of the whole subtrees over the first leaves of a table, largest first. For whoever migrates. [S-20]';
alter function audit.whole_subtrees(text, bigint) owner to cordon_definer;
revoke all on function audit.whole_subtrees(text, bigint) from public;
