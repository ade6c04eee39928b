-- audit.consistency_path: what proves that an earlier tree is the beginning of a later one: RFC 6962, 2.1.2.
create or replace function audit.consistency_path(table_name text, from_size bigint, to_size bigint)
  returns bytea[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_first bigint := 0;
  v_last bigint := to_size;
  v_middle bigint;
  v_is_known boolean := true; -- the earlier tree itself, whose root who verifies has
  v_path bytea[] := '{}';
begin
  while v_last > from_size loop
    v_middle := v_first + audit.split_of(v_last - v_first);
    if from_size <= v_middle then
      v_path := audit.range_hash(table_name, v_middle, v_last) || v_path;
      v_last := v_middle;
    else
      v_path := audit.range_hash(table_name, v_first, v_middle) || v_path;
      v_first := v_middle;
      v_is_known := false;
    end if;
  end loop;
  if not v_is_known then
    v_path := audit.range_hash(table_name, v_first, v_last) || v_path;
  end if;
  return v_path;
end
$$;
comment on function audit.consistency_path(text, bigint, bigint) is
  'Consistency proof between two sizes of a tree; empty between equal ones. [S-20]';
revoke all on function audit.consistency_path(text, bigint, bigint) from public;
grant execute on function audit.consistency_path(text, bigint, bigint) to cordon_definer;
