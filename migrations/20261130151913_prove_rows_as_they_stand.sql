-- migrate:up
-- Why: a row that was changed since it was sealed was proven by its leaf alone
-- Side: operations
-- Access: 1 definer function
--   ~ public.prove_record is written, and runs with the rights of its owner
--   widens: public.prove_record(text, text[], bigint), callable by clinic staff, operations and the service role, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';


-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.prove_record: that a row stands under a root, to whoever holds the root and the row. It tells hashes and no row: that of the leaf, which
-- is what was sealed, and that of the row as it stands now, NULL where it is gone: a leaf alone would prove a row that was changed since. A clinic's
-- auditor has rows of their own clinic proven, and those of others are as little there as ones that never were.
create or replace function public.prove_record(table_name text, record_key text[], tree_size bigint default null)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
  v_leaf record;
  v_is_theirs boolean := true;
  v_size constant bigint := coalesce(
    tree_size,
    (select max(s.tree_size) from audit.seals as s where s.table_name = prove_record.table_name)
  );
begin
  select l.leaf_index, l.leaf_hash
    into v_leaf
    from audit.leaves as l
   where l.table_name = prove_record.table_name
     and l.record_key = prove_record.record_key::text
     and l.leaf_index < v_size;
  if v_tenant is not null and v_leaf.leaf_index is not null then
    v_is_theirs := audit.is_of_organisation(prove_record.table_name, prove_record.record_key, v_tenant);
  end if;
  if v_leaf.leaf_index is null or not v_is_theirs or v_size > (select max(s.tree_size) from audit.seals as s where s.table_name = prove_record.table_name) then
    raise exception 'sealed record not found'
      using errcode = 'CD010', hint = 'Name table, key and a size that was sealed; what is new is sealed by seal_records.';
  end if;
  return jsonb_build_object(
    'format', 'cordon.inclusion.1', 'table', table_name, 'key', prove_record.record_key::text, 'leaf_index', v_leaf.leaf_index,
    'leaf_hash', encode(v_leaf.leaf_hash, 'hex'),
    'row_hash', (
      select encode(sha256(decode('00', 'hex') || convert_to(r.record, 'UTF8')), 'hex')
      from audit.sealed_records(prove_record.table_name, v_leaf.leaf_index, v_leaf.leaf_index + 1) as r
      limit 1
    ),
    'tree_size', v_size,
    'root', encode(audit.range_hash(table_name, 0, v_size), 'hex'),
    'path', (
      select coalesce(jsonb_agg(encode(step.hash, 'hex') order by step.place), '[]')
      from unnest(audit.inclusion_path(table_name, v_leaf.leaf_index, v_size)) with ordinality as step (hash, place)
    )
  );
end
$$;
comment on function public.prove_record(text, text[], bigint) is
  'Inclusion proof of a sealed row, named by its table and primary key, in the tree of a size (else the newest), with the hash of the row as it stands now. A clinic''s auditor or privacy officer has its own rows proven. 42501 for who is none of them, of operations or the server, CD010 for what is not sealed or not theirs. [S-20]';

-- migrate:down
