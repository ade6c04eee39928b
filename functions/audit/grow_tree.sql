-- audit.grow_tree: the whole subtrees that new leaves complete, level by level: what is complete never changes, so that this costs what is new.
create or replace function audit.grow_tree(table_name text, old_size bigint, new_size bigint)
  returns void
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_level bigint := 0;
  v_from bigint := old_size;
  v_to bigint := new_size;
begin
  loop
    v_level := v_level + 1;
    -- Positions on the level below of pairs that were not whole before and are now.
    v_from := v_from / 2 * 2;
    v_to := v_to / 2 * 2;
    exit when v_to = 0;
    insert into audit.nodes (table_name, level, position, hash)
    select grow_tree.table_name, v_level, below.position / 2, sha256(decode('01', 'hex') || below.hash || below.next)
    from (
      select pair.position, pair.hash, lead(pair.hash) over (order by pair.position) as next
      from (
        select l.leaf_index as position, l.leaf_hash as hash
        from audit.leaves as l
        where v_level = 1
          and l.table_name = grow_tree.table_name
          and l.leaf_index >= v_from
          and l.leaf_index < v_to
        union all
        select n.position, n.hash
        from audit.nodes as n
        where v_level > 1
          and n.table_name = grow_tree.table_name
          and n.level = v_level - 1
          and n.position >= v_from
          and n.position < v_to
      ) as pair
    ) as below
    where below.position % 2 = 0;
    v_from := v_from / 2;
    v_to := v_to / 2;
  end loop;
end
$$;
comment on function audit.grow_tree(text, bigint, bigint) is
  'Writes the hashes of the subtrees that leaves up to the new size complete. [S-20]';
revoke all on function audit.grow_tree(text, bigint, bigint) from public;
grant execute on function audit.grow_tree(text, bigint, bigint) to cordon_definer;
