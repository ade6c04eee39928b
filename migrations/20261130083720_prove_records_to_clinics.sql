-- migrate:up
-- Why: an auditor of a clinic has its own rows proven, under a head that they keep themselves, instead of asking whoever runs the database (S-20)
-- Side: operations
-- Access: +5 grants, 3 definer functions
--   + cordon_definer may execute function audit.is_of_organisation(text, text[], uuid)
--   + cordon_definer may execute function audit.proof_scope()
--   ~ public.prove_consistency is written, and runs with the rights of its owner
--   ~ public.prove_record is written, and runs with the rights of its owner
--   ~ public.seal_head is written, and runs with the rights of its owner
--   + authenticated may execute function public.prove_consistency(text, bigint, bigint)
--   + authenticated may execute function public.prove_record(text, text[], bigint)
--   + authenticated may execute function public.seal_head()
--   widens: clinic staff can now call public.prove_consistency(text, bigint, bigint), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.prove_record(text, text[], bigint), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.seal_head(), which acts with the rights of cordon_definer
--   widens: public.prove_consistency(text, bigint, bigint), callable by clinic staff, operations and the service role, has another text
--   widens: public.prove_record(text, text[], bigint), callable by clinic staff, operations and the service role, has another text
--   widens: public.seal_head(), callable by clinic staff, operations and the service role, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- audit.is_of_organisation: whether a sealed row is one of an organisation's. Of a table without organisations none is, nor is one that is gone.
create or replace function audit.is_of_organisation(table_name text, record_key text[], organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_theirs boolean;
begin
  if not exists (
    select
    from pg_attribute as a
    where a.attrelid = is_of_organisation.table_name::regclass
      and a.attname = 'organisation_id'
      and not a.attisdropped
  ) then
    return false;
  end if;
  execute format(
    'select exists (select from (select $1::text as record_key) as l join %s as t on %s where t.organisation_id = $2)',
    is_of_organisation.table_name::regclass, audit.key_condition(is_of_organisation.table_name)
  )
    into v_is_theirs
    using is_of_organisation.record_key::text, is_of_organisation.organisation_id;
  return v_is_theirs;
end
$$;
comment on function audit.is_of_organisation(text, text[], uuid) is
  'Whether the row of that key in a sealed table is there and is the organisation''s. The key is that of a leaf. [S-02, S-20]';
revoke all on function audit.is_of_organisation(text, text[], uuid) from public;
grant execute on function audit.is_of_organisation(text, text[], uuid) to cordon_definer;

-- audit.proof_scope: whose records the caller may have proven: every organisation's (NULL) for who may seal, else those of the clinic whose auditor or
-- privacy officer asks. What proofs and heads tell of others is how many records were sealed, and hashes.
create or replace function audit.proof_scope()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(authz.organisation_for('{}', '{auditor}'), authz.organisation_for('{}', '{privacy_officer}'));
    if v_tenant is null then
      raise exception 'proofs are not yours to ask for'
        using errcode = 'insufficient_privilege',
          hint = 'It takes the auditor or privacy officer of the clinic, an admin or auditor of operations, or the server.';
    end if;
    return v_tenant;
  end if;
  perform audit.require_auditor();
  return null;
end
$$;
comment on function audit.proof_scope() is
  'Organisation of the auditor or privacy officer who asks; NULL for who may seal; 42501 for anybody else. [S-20]';
revoke all on function audit.proof_scope() from public;
grant execute on function audit.proof_scope() to cordon_definer;

-- public.prove_consistency: that what was sealed earlier is the beginning of what is sealed now, to whoever holds both roots.
create or replace function public.prove_consistency(table_name text, from_size bigint, to_size bigint default null)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_newest constant bigint := (select max(s.tree_size) from audit.seals as s where s.table_name = prove_consistency.table_name);
  v_to constant bigint := coalesce(to_size, v_newest);
begin
  perform audit.proof_scope();
  if v_newest is null or from_size is null or from_size < 1 or from_size > v_to or v_to > v_newest then
    raise exception 'sealed sizes not found'
      using errcode = 'CD010', hint = 'Name a sealed table and two of its sizes, the smaller one first: seal_head tells the newest.';
  end if;
  return jsonb_build_object(
    'format', 'cordon.consistency.1', 'table', table_name,
    'from', jsonb_build_object('tree_size', from_size, 'root', encode(audit.range_hash(table_name, 0, from_size), 'hex')),
    'to', jsonb_build_object('tree_size', v_to, 'root', encode(audit.range_hash(table_name, 0, v_to), 'hex')),
    'path', (
      select coalesce(jsonb_agg(encode(step.hash, 'hex') order by step.place), '[]')
      from unnest(audit.consistency_path(table_name, from_size, v_to)) with ordinality as step (hash, place)
    )
  );
end
$$;
comment on function public.prove_consistency(text, bigint, bigint) is
  'Proof that the tree of one size is the beginning of that of another (else the newest). 42501 for who is neither auditor, privacy officer nor server, CD010 for what is not sealed. [S-20]';

-- public.prove_record: that a row stands under a root, to whoever holds the root and the row. It tells hashes and no row. A clinic's auditor has rows
-- of their own clinic proven, and those of others are as little there as ones that never were.
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
    'leaf_hash', encode(v_leaf.leaf_hash, 'hex'), 'tree_size', v_size,
    'root', encode(audit.range_hash(table_name, 0, v_size), 'hex'),
    'path', (
      select coalesce(jsonb_agg(encode(step.hash, 'hex') order by step.place), '[]')
      from unnest(audit.inclusion_path(table_name, v_leaf.leaf_index, v_size)) with ordinality as step (hash, place)
    )
  );
end
$$;
comment on function public.prove_record(text, text[], bigint) is
  'Inclusion proof of a sealed row, named by its table and primary key, in the tree of a size (else the newest). A clinic''s auditor or privacy officer has its own rows proven. 42501 for who is none of them, of operations or the server, CD010 for what is not sealed or not theirs. [S-20]';

-- public.seal_head: what an auditor keeps: the hash of the last seal, under which all before it stand, and the root of each table's tree.
create or replace function public.seal_head()
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.proof_scope();
  return (
    select jsonb_build_object(
      'format', 'cordon.head.1', 'seal', last.seal, 'hash', encode(last.hash, 'hex'),
      'closed_at', to_char(last.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'trees', (
        select jsonb_object_agg(tree.table_name, jsonb_build_object('tree_size', tree.tree_size, 'root', encode(tree.root, 'hex')))
        from (
          select distinct on (s.table_name) s.table_name, s.tree_size, s.root
          from audit.seals as s
          order by s.table_name, s.seal desc
        ) as tree
      )
    )
    from audit.seals as last
    order by last.seal desc
    limit 1
  );
end
$$;
comment on function public.seal_head() is
  'The current head {format, seal, hash, closed_at, trees}, to be kept elsewhere; NULL before the first seal. 42501 for who is neither auditor, privacy officer nor server. [S-20]';

grant execute on function public.prove_consistency(text, bigint, bigint) to authenticated;

grant execute on function public.prove_record(text, text[], bigint) to authenticated;

grant execute on function public.seal_head() to authenticated;

-- migrate:down
