-- audit.seal_table: closes the range of a table's rows that no seal holds yet: leaves, the tree above them, and a head that follows the last one of
-- any table. Rows are taken by what is not yet sealed, never by time, so that none is skipped: who commits late stands in the next seal. Within a
-- seal they stand in the order of their keys.
create or replace function audit.seal_table(table_name text)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
  set extra_float_digits = 1
  set quote_all_identifiers = off
  set work_mem = '64MB'
as $$
declare
  v_head audit.seals;
  v_old_size bigint;
begin
  v_head.closed_at := audit.close_table(table_name);
  select coalesce(max(s.tree_size), 0)
    into v_old_size
    from audit.seals as s
   where s.table_name = seal_table.table_name;
  if exists (select from audit.leaves as l where l.table_name = seal_table.table_name and l.leaf_index >= v_old_size)
    or (
      v_old_size > 0
      and not exists (select from audit.leaves as l where l.table_name = seal_table.table_name and l.leaf_index = v_old_size - 1)
    )
  then
    raise exception 'leaves and seals of a table disagree'
      using errcode = 'CD019', detail = table_name, hint = 'Somebody changed them: export the trail and verify it.';
  end if;
  execute format(
    $sql$
      with sealed as (
        insert into audit.leaves (table_name, leaf_index, record_key, leaf_hash)
        select $1, $2 + row_number() over (order by fresh.record_key collate "C") - 1, fresh.record_key, fresh.leaf_hash
        from (
          select %1$s as record_key, sha256(decode('00', 'hex') || convert_to(%2$s, 'UTF8')) as leaf_hash
          from %3$s as t
          where not exists (select from audit.leaves as l where l.table_name = $1 and l.record_key = %1$s)
        ) as fresh
        returning 1
      )
      select count(*), pg_current_snapshot()::text from sealed
    $sql$,
    audit.key_expression(table_name),
    audit.record_expression(table_name),
    table_name::regclass
  )
    into v_head.row_count, v_head.snapshot
    using table_name, v_old_size;
  if v_head.row_count = 0 then
    return null;
  end if;
  v_head.table_name := table_name;
  v_head.tree_size := v_old_size + v_head.row_count;
  perform audit.grow_tree(table_name, v_old_size, v_head.tree_size);
  v_head.root := audit.range_hash(table_name, 0, v_head.tree_size);
  if v_head.root is null then
    raise exception 'leaves and seals of a table disagree'
      using errcode = 'CD019', detail = table_name, hint = 'Somebody changed them: export the trail and verify it.';
  end if;
  select s.seal + 1, s.hash
    into v_head.seal, v_head.previous_hash
    from audit.seals as s
   order by s.seal desc
   limit 1;
  v_head.seal := coalesce(v_head.seal, 1);
  v_head.previous_hash := coalesce(v_head.previous_hash, decode(repeat('00', 32), 'hex'));
  v_head.sealed_by := coalesce(authz.user_id()::text, session_user);
  v_head.hash := sha256(convert_to(audit.head_text(v_head), 'UTF8'));
  insert into audit.seals
    (seal, table_name, tree_size, row_count, root, closed_at, snapshot, sealed_by, previous_hash, hash)
  values (
    v_head.seal, v_head.table_name, v_head.tree_size, v_head.row_count, v_head.root, v_head.closed_at, v_head.snapshot,
    v_head.sealed_by, v_head.previous_hash, v_head.hash
  );
  return jsonb_build_object(
    'seal', v_head.seal, 'table', table_name, 'tree_size', v_head.tree_size, 'row_count', v_head.row_count,
    'root', encode(v_head.root, 'hex'), 'hash', encode(v_head.hash, 'hex')
  );
end
$$;
comment on function audit.seal_table(text) is
  'Seals the rows of one table that no seal holds; NULL where there is none. CD018 while somebody writes, CD019 where the trail is bent or a row has no canonical form. [S-20]';
alter function audit.seal_table(text) owner to cordon_definer;
revoke all on function audit.seal_table(text) from public;
