-- public.list_sealed_records: which rows of a table are sealed, of the clinic that asks, and where they stand in its tree, proven at once under its root: whoever
-- was given rows counts them against this. It tells keys and hashes and no row; of others, hashes of subtrees. That a place is another clinic's is the
-- database's word: who keeps an earlier listing holds it against the next (npm run audit:verify -- --listing).
create or replace function public.list_sealed_records(table_name text, from_size bigint default 0, tree_size bigint default null)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.own_scope();
  v_newest constant bigint := (select max(s.tree_size) from audit.seals as s where s.table_name = list_sealed_records.table_name);
  v_size constant bigint := coalesce(tree_size, v_newest);
  v_records jsonb;
  v_listed bigint[];
begin
  if v_newest is null or from_size is null or from_size < 0 or from_size > v_size or v_size < 1 or v_size > v_newest
    or not exists (
      select
      from pg_attribute as a
      where a.attrelid = to_regclass(list_sealed_records.table_name) and a.attname = 'organisation_id' and not a.attisdropped
    )
  then
    raise exception 'sealed records not found'
      using errcode = 'CD010', hint = 'Name a sealed table that holds rows of a clinic, and sizes that were sealed: seal_head tells the newest.';
  end if;
  -- Whoever takes a leaf away leaves the hash over it and its neighbour, under which no root would tell.
  if (
    select count(*) from audit.leaves as l where l.table_name = list_sealed_records.table_name and l.leaf_index >= from_size and l.leaf_index < v_size
  ) <> v_size - from_size
  then
    raise exception 'leaves and seals of a table disagree'
      using errcode = 'CD019', hint = 'Somebody changed them: export the trail and verify it.';
  end if;
  select
      coalesce(
        jsonb_agg(
          jsonb_build_object(
            'leaf_index', r.leaf_index, 'key', r.record_key, 'leaf_hash', encode(r.leaf_hash, 'hex'), 'row_hash', encode(r.row_hash, 'hex'),
            'tombstone_id', case when r.row_hash is null then g.id end
          )
          order by r.leaf_index
        ),
        '[]'
      ),
      coalesce(array_agg(r.leaf_index order by r.leaf_index), '{}')
    into v_records, v_listed
    from audit.listed_records(table_name, v_tenant, from_size, v_size) as r
    left join (
      select k.key, min(t.id::text) as id
      from governance.tombstones as t
      cross join lateral unnest(t.record_keys) as k (key)
      where t.relation = list_sealed_records.table_name
        and t.organisation_id = v_tenant
      group by k.key
    ) as g on g.key = r.record_key;
  return jsonb_build_object(
    'format', 'cordon.listing.1', 'table', table_name, 'organisation_id', v_tenant, 'from_size', from_size, 'tree_size', v_size,
    'root', encode(audit.range_hash(table_name, 0, v_size), 'hex'),
    'records', v_records,
    'path', (
      select coalesce(jsonb_agg(encode(step.hash, 'hex') order by step.place), '[]')
      from unnest(audit.listing_path(table_name, 0, v_size, v_listed)) with ordinality as step (hash, place)
    )
  );
end
$$;
comment on function public.list_sealed_records(text, bigint, bigint) is
  'Sealed rows of a table that are the clinic''s who asks, from a size of its tree on, with the proof of where they stand under the root of another (else the newest) {format, table, organisation_id, from_size, tree_size, root, records: [{leaf_index, key, leaf_hash, row_hash, tombstone_id}], path}. 42501 for who is neither auditor nor privacy officer of a clinic, CD010 for what is not sealed or of no clinic, CD019 where leaves are missing. [S-02, S-20]';
alter function public.list_sealed_records(text, bigint, bigint) owner to cordon_definer;
revoke all on function public.list_sealed_records(text, bigint, bigint) from public;
grant execute on function public.list_sealed_records(text, bigint, bigint) to authenticated;
