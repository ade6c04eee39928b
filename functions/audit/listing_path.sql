-- audit.listing_path: what proves where leaves stand in a tree, all of them at once: hashes of the largest subtrees over [first, last) in which none of them
-- is, from the left to the right. With the leaves themselves they give the root, and nothing of a place that is not listed but a hash.
create or replace function audit.listing_path(table_name text, first bigint, last bigint, listed bigint[])
  returns bytea[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_middle bigint;
  v_left bigint;
begin
  if listed = '{}' then
    return array[audit.range_hash(table_name, first, last)];
  end if;
  if last - first <= cardinality(listed) then
    return '{}';
  end if;
  v_middle := first + audit.split_of(last - first);
  -- In the order of the leaves: those on the left come first.
  select count(*) into v_left from unnest(listed) as l (leaf_index) where l.leaf_index < v_middle;
  return audit.listing_path(table_name, first, v_middle, listed[:v_left])
    || audit.listing_path(table_name, v_middle, last, listed[v_left + 1:]);
end
$$;
comment on function audit.listing_path(text, bigint, bigint, bigint[]) is
  'Hashes of the subtrees of a range of leaves that hold none of the listed ones, which are given in order. [S-20]';
revoke all on function audit.listing_path(text, bigint, bigint, bigint[]) from public;
grant execute on function audit.listing_path(text, bigint, bigint, bigint[]) to cordon_definer;
