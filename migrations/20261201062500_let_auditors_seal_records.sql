-- migrate:up
-- Why: records that nobody may change are sealed, so that whoever changes them all the same is found out by an auditor who trusts nobody.
-- Access: +33 grants, +18 policies, 14 definer functions
--   ~ audit.close_table is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.close_table(text)
--   + cordon_definer may execute function audit.split_of(bigint)
--   + cordon_definer may execute function audit.node_hash(bytea, bytea)
--   + cordon_definer may execute function audit.range_hash(text, bigint, bigint)
--   + cordon_definer may execute function audit.consistency_path(text, bigint, bigint)
--   ~ audit.take_turn is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.take_turn(text)
--   + cordon_definer may execute function audit.grow_tree(text, bigint, bigint)
--   + cordon_definer may execute function audit.head_text(audit.seals)
--   + cordon_definer may execute function audit.inclusion_path(text, bigint, bigint)
--   + cordon_definer may execute function audit.key_condition(text)
--   + cordon_definer may execute function audit.key_expression(text)
--   + cordon_definer may execute function audit.require_auditor()
--   + cordon_definer may execute function audit.proof_scope()
--   + cordon_definer may execute function audit.record_expression(text)
--   ~ audit.seal_table is written, and runs with the rights of its owner
--   ~ audit.sealed_heads is written, and runs with the rights of its owner
--   ~ audit.sealed_records is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.sealed_tables()
--   ~ audit.unsealed_records is written, and runs with the rights of its owner
--   ~ audit.whole_subtrees is written, and runs with the rights of its owner
--   ~ public.prove_consistency is written, and runs with the rights of its owner
--   + authenticated may execute function public.prove_consistency(text, bigint, bigint)
--   + internal_ops may execute function public.prove_consistency(text, bigint, bigint)
--   + service_role may execute function public.prove_consistency(text, bigint, bigint)
--   ~ public.prove_record is written, and runs with the rights of its owner
--   + authenticated may execute function public.prove_record(text, text[], bigint)
--   + internal_ops may execute function public.prove_record(text, text[], bigint)
--   + service_role may execute function public.prove_record(text, text[], bigint)
--   ~ public.seal_head is written, and runs with the rights of its owner
--   + authenticated may execute function public.seal_head()
--   + internal_ops may execute function public.seal_head()
--   + service_role may execute function public.seal_head()
--   ~ public.seal_records is written, and runs with the rights of its owner
--   + internal_ops may execute function public.seal_records()
--   + service_role may execute function public.seal_records()
--   ~ audit.listed_records is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.listing_path(text, bigint, bigint, bigint[])
--   + cordon_definer may execute function audit.own_scope()
--   ~ public.count_sealed_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.count_sealed_records()
--   ~ public.list_sealed_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.list_sealed_records(text, bigint, bigint)
--   + policy provider_fence on audit.leaves: restrictive, all to authenticated
--   + policy patient_fence on audit.leaves: restrictive, all to patient
--   + policy internal_ops_fence on audit.leaves: restrictive, all to internal_ops
--   + policy anon_fence on audit.leaves: restrictive, all to anon
--   + policy definer_select on audit.leaves: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.leaves: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.nodes: restrictive, all to authenticated
--   + policy patient_fence on audit.nodes: restrictive, all to patient
--   + policy internal_ops_fence on audit.nodes: restrictive, all to internal_ops
--   + policy anon_fence on audit.nodes: restrictive, all to anon
--   + policy definer_select on audit.nodes: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.nodes: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.seals: restrictive, all to authenticated
--   + policy patient_fence on audit.seals: restrictive, all to patient
--   + policy internal_ops_fence on audit.seals: restrictive, all to internal_ops
--   + policy anon_fence on audit.seals: restrictive, all to anon
--   + policy definer_select on audit.seals: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.seals: insert to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (leaf_hash, leaf_index, record_key, table_name), insert (leaf_hash, leaf_index, record_key, table_name) on audit.leaves
--   + cordon_definer may select (position, hash, level, table_name), insert (position, hash, level, table_name) on audit.nodes
--   + cordon_definer may select (10 columns), insert (10 columns) on audit.seals
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The trail: what nobody may change is hashed into a tree per table (RFC 6962), and each tree's head into one chain, so that an auditor who
-- keeps a head finds out whoever changes a row all the same: docs/seals.md.

-- audit.seals: heads, over all tables. A seal holds the rows of its table that no seal before it holds.
create table audit.seals (
  seal bigint not null,
  table_name text collate "C" not null,
  tree_size bigint not null,
  row_count bigint not null,
  root bytea not null,
  closed_at timestamptz not null,
  snapshot text not null,
  sealed_by text not null,
  previous_hash bytea not null,
  hash bytea not null,
  constraint seals_pkey primary key (seal),
  constraint seals_table_name_tree_size_key unique (table_name, tree_size),
  constraint seals_previous_hash_key unique (previous_hash),
  constraint seals_size_check check (seal > 0 and row_count > 0 and tree_size >= row_count),
  constraint seals_hashes_check check (length(root) = 32 and length(previous_hash) = 32 and length(hash) = 32)
);
comment on table audit.seals is
  'Tree heads, chained over all tables; append-only for everybody, its owner included. [S-20]';
comment on column audit.seals.seal is 'Place in the chain, from 1, without gaps.';
comment on column audit.seals.tree_size is 'Leaves of the table''s tree under this head.';
comment on column audit.seals.row_count is 'How many of them this seal added: the last ones.';
comment on column audit.seals.root is 'Root of the table''s tree: RFC 6962, SHA-256.';
comment on column audit.seals.closed_at is 'Whatever was written into the table before this moment stands under this seal or an earlier one.';
comment on column audit.seals.snapshot is 'The snapshot in which its rows were seen: pg_current_snapshot.';
comment on column audit.seals.sealed_by is 'The verified caller''s id, else the login.';
comment on column audit.seals.previous_hash is 'Hash of the seal before it, of whichever table; 32 zero bytes for the first.';
comment on column audit.seals.hash is 'SHA-256 of the seal''s canonical text: audit.head_text.';
alter table audit.seals enable row level security;
alter table audit.seals force row level security;

-- audit.leaves: a row, its place in its table's tree, and the hash of its canonical text.
create table audit.leaves (
  table_name text collate "C" not null,
  leaf_index bigint not null,
  record_key text collate "C" not null,
  leaf_hash bytea not null,
  constraint leaves_pkey primary key (table_name, leaf_index),
  constraint leaves_table_name_record_key_key unique (table_name, record_key),
  constraint leaves_leaf_index_check check (leaf_index >= 0),
  constraint leaves_leaf_hash_check check (length(leaf_hash) = 32)
);
comment on table audit.leaves is
  'Sealed rows by their place in the tree; append-only for everybody, its owner included. [S-20]';
comment on column audit.leaves.record_key is 'The row''s primary key as the literal of a text array.';
comment on column audit.leaves.leaf_hash is 'SHA-256 of 00 and the row''s canonical text: audit.record_expression.';
alter table audit.leaves enable row level security;
alter table audit.leaves force row level security;

-- audit.nodes: whole subtrees above the leaves. What they say can be computed from the leaves, and verifiers do.
create table audit.nodes (
  table_name text collate "C" not null,
  level bigint not null,
  position bigint not null,
  hash bytea not null,
  constraint nodes_pkey primary key (table_name, level, position),
  constraint nodes_level_check check (level > 0),
  constraint nodes_position_check check (position >= 0),
  constraint nodes_hash_check check (length(hash) = 32)
);
comment on table audit.nodes is
  'Hashes of whole subtrees, so that a seal costs what is new; append-only for everybody, its owner included. [S-20]';
comment on column audit.nodes.level is 'Height above the leaves: a node of level n is over 2^n of them.';
comment on column audit.nodes.position is 'Which one of its level, from 0.';
alter table audit.nodes enable row level security;
alter table audit.nodes force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('audit', 'seals', 'INTERNAL', 'ops', 'audit', '{staff}'),
  ('audit', 'leaves', 'INTERNAL', 'ops', 'audit', '{}'),
  ('audit', 'nodes', 'INTERNAL', 'ops', 'audit', '{}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, public to cordon_definer;

-- audit.close_table: the moment up to which everything that was written is there to be sealed. It waits until nobody is writing, notes the time and
-- lets the writers go on: whatever was written before is visible to the next statement, so that a row found later and dated earlier was not
-- written when it says. Seals take turns; that lock is kept until the seal is committed. Definer of the owner: locking takes a right to write,
-- which the owner of the seals does not have on what it seals.
create or replace function audit.close_table(table_name text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_closed_at timestamptz;
begin
  lock table audit.seals in exclusive mode;
  begin
    perform set_config('lock_timeout', '5s', true);
    execute format('lock table %s in share mode', table_name::regclass);
    v_closed_at := clock_timestamp();
    -- Taking back what this block did is what gives the lock back before the transaction ends.
    raise exception 'writers may go on' using errcode = 'CD000';
  exception
    when sqlstate 'CD000' then
      null;
    when lock_not_available then
      raise exception 'records are still being written'
        using errcode = 'CD018', detail = table_name, hint = 'Seal again when the transaction that writes has ended.';
  end;
  return v_closed_at;
end
$$;
comment on function audit.close_table(text) is
  'Waits for writers of the table and tells when there was none; has seals take turns. CD018 where somebody writes for more than five seconds. [S-20]';
revoke all on function audit.close_table(text) from public;
grant execute on function audit.close_table(text) to cordon_definer;

-- audit.split_of: where a tree of that many leaves parts: the largest power of two below it (RFC 6962, 2.1).
create or replace function audit.split_of(leaf_count bigint)
  returns bigint
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_split bigint := 1;
begin
  while v_split * 2 < leaf_count loop
    v_split := v_split * 2;
  end loop;
  return v_split;
end
$$;
comment on function audit.split_of(bigint) is 'The largest power of two below a number of leaves. [S-20]';
revoke all on function audit.split_of(bigint) from public;
grant execute on function audit.split_of(bigint) to cordon_definer;

-- audit.node_hash: the hash of two hashes, as RFC 6962 says: SHA-256 of 01, left, right.
create or replace function audit.node_hash(left_hash bytea, right_hash bytea)
  returns bytea
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return sha256(decode('01', 'hex') || left_hash || right_hash);
end
$$;
comment on function audit.node_hash(bytea, bytea) is 'Inner node of a tree of RFC 6962. [S-20]';
revoke all on function audit.node_hash(bytea, bytea) from public;
grant execute on function audit.node_hash(bytea, bytea) to cordon_definer;

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

-- audit.take_turn: has those who write to a table one after the other wait for each other, until the transaction ends, and nobody else. A lock on the
-- table and no advisory one: anybody may take those by name, and would keep the watch waiting. Definer of the owner: locking
-- takes a right to change what nobody may.
create or replace function audit.take_turn(table_name text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('lock table %s in share update exclusive mode', table_name::regclass);
end
$$;
comment on function audit.take_turn(text) is
  'Waits for whoever took a turn at the same table, readers and writers going on. [N-54]';
revoke all on function audit.take_turn(text) from public;
grant execute on function audit.take_turn(text) to cordon_definer;

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

-- audit.head_text: a seal as the text whose SHA-256 is its hash: docs/seals.md. It names the hash of the seal before it, of whichever table.
create or replace function audit.head_text(head audit.seals)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return concat(
    '{"v":"cordon.seal.1","seal":', head.seal,
    ',"table":', to_json(head.table_name),
    ',"tree_size":', head.tree_size,
    ',"row_count":', head.row_count,
    ',"root":"', encode(head.root, 'hex'),
    '","closed_at":"', to_char(head.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    '","snapshot":', to_json(head.snapshot),
    ',"sealed_by":', to_json(head.sealed_by),
    ',"previous":"', encode(head.previous_hash, 'hex'), '"}'
  );
end
$$;
comment on function audit.head_text(audit.seals) is 'The canonical text of a seal. [S-20]';
revoke all on function audit.head_text(audit.seals) from public;
grant execute on function audit.head_text(audit.seals) to cordon_definer;

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

-- audit.key_condition: SQL that finds the row of `t` that a leaf `l` names, by the primary key's index. It fails where a key was bent to what
-- is no value of its type: who asks must be prepared.
create or replace function audit.key_condition(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select string_agg(
      format('t.%I = (l.record_key::text[])[%s]::%s', a.attname, k.place, format_type(a.atttypid, null)), ' and ' order by k.place
    )
    from pg_index as i
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = table_name::regclass
      and i.indisprimary
      and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  );
end
$$;
comment on function audit.key_condition(text) is 'SQL that joins a row of t to its leaf l. [S-20]';
revoke all on function audit.key_condition(text) from public;
grant execute on function audit.key_condition(text) to cordon_definer;

-- audit.key_expression: SQL that names a row of the table `t` by its primary key, as the literal of a text array.
create or replace function audit.key_expression(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_expression text;
begin
  select 'array[' || string_agg(
           format(
             case
               when a.atttypid = 'timestamptz'::regtype then 'to_char(t.%I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
               else 't.%I::text'
             end,
             a.attname
           ),
           ', ' order by k.place
         ) || ']::text'
    into v_expression
    from pg_index as i
   cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = table_name::regclass
     and i.indisprimary
     and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  -- Types whose text no setting changes, and moments, which are written in UTC.
  having bool_and(
           a.atttypid in (
             'uuid'::regtype, 'text'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype,
             'timestamptz'::regtype
           )
         );
  if v_expression is null then
    raise exception 'a table has no key to seal its rows by'
      using errcode = 'CD019', detail = table_name, hint = 'Give it a primary key of uuid, text, integers, booleans or timestamptz.';
  end if;
  return v_expression;
end
$$;
comment on function audit.key_expression(text) is
  'SQL for the key of a row of t. CD019 for a table without a usable primary key. [S-20]';
revoke all on function audit.key_expression(text) from public;
grant execute on function audit.key_expression(text) to cordon_definer;

-- audit.require_auditor: who may seal: admins and auditors of operations, the server, and whoever migrates. Never staff or patients; whose rows a clinic's auditor has proven, audit.proof_scope tells.
create or replace function audit.require_auditor()
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.acting_realm() = 'system' or (authz.acting_realm() = 'internal_ops' and authz.is_operator('{admin,auditor}')) then
    return;
  end if;
  raise exception 'seals are not yours'
    using errcode = 'insufficient_privilege', hint = 'It takes an admin or auditor of operations, or the server.';
end
$$;
comment on function audit.require_auditor() is
  'Refuses with 42501 whoever is neither an admin or auditor of operations nor the server. [S-20]';
revoke all on function audit.require_auditor() from public;
grant execute on function audit.require_auditor() to cordon_definer;

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

-- audit.record_expression: SQL that writes a row of the table `t` as the text that is sealed (docs/seals.md): keys in the order of their bytes,
-- NULL left out, so that a column added later changes no row that has none, and each type in one way. What depends on settings is asked for in
-- UTC here; floats and quoting are pinned by who runs it.
create or replace function audit.record_expression(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_column record;
  v_value text;
  v_values text[] := '{}';
begin
  for v_column in
    select a.attname, format_type(a.atttypid, null) as type
    from pg_attribute as a
    where a.attrelid = table_name::regclass
      and a.attnum > 0
      and not a.attisdropped
    order by a.attname::text collate "C"
  loop
    v_value := case
      when v_column.type in ('boolean', 'smallint', 'integer', 'jsonb') then 't.%1$I::text'
      when v_column.type in ('bigint', 'numeric', 'real', 'double precision', 'uuid', 'inet', 'cidr') then '''"'' || t.%1$I::text || ''"'''
      when v_column.type = 'bytea' then '''"'' || encode(t.%1$I, ''hex'') || ''"'''
      when v_column.type in ('text', 'character varying', 'text[]', 'uuid[]', 'smallint[]', 'integer[]', 'bigint[]', 'boolean[]', 'numeric[]')
        then 'to_json(t.%1$I::text)::text'
      when v_column.type = 'timestamp with time zone' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')'
        ' || case when t.%1$I < ''0001-01-01T00:00:00Z''::timestamptz then '' BC'' else '''' end else t.%1$I::text end || ''"'''
      when v_column.type = 'timestamp without time zone' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I, ''YYYY-MM-DD"T"HH24:MI:SS.US'')'
        ' || case when t.%1$I < ''0001-01-01T00:00:00''::timestamp then '' BC'' else '''' end else t.%1$I::text end || ''"'''
      when v_column.type = 'date' then
        '''"'' || case when isfinite(t.%1$I) then to_char(t.%1$I, ''YYYY-MM-DD'')'
        ' || case when t.%1$I < ''0001-01-01''::date then '' BC'' else '''' end else t.%1$I::text end || ''"'''
    end;
    if v_value is null then
      raise exception 'a column has no canonical form to seal it by'
        using errcode = 'CD019',
          detail = table_name || '.' || v_column.attname || ' ' || v_column.type,
          hint = 'Use a type that docs/seals.md lists.';
    end if;
    v_values := v_values || format('%2$L || ' || v_value, v_column.attname, to_json(v_column.attname::text)::text || ':');
  end loop;
  return format(
    '%L || array_to_string(array[%s], '','') || ''}}''',
    '{"v":"cordon.row.1","table":' || to_json(table_name)::text || ',"row":{',
    array_to_string(v_values, ', ')
  );
end
$$;
comment on function audit.record_expression(text) is
  'SQL for the canonical text of a row of t. CD019 for a column whose type has none. [S-20]';
revoke all on function audit.record_expression(text) from public;
grant execute on function audit.record_expression(text) to cordon_definer;

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

-- audit.sealed_heads: the chain for the export, each head as the text whose hash it carries.
create or replace function audit.sealed_heads()
  returns table (seal bigint, table_name text, tree_size bigint, head text, hash bytea)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select s.seal, s.table_name, s.tree_size, audit.head_text(s), s.hash
  from audit.seals as s
  order by s.seal;
end
$$;
comment on function audit.sealed_heads() is
  'Every seal as its canonical text, with the hash that stands beside it, in the order of the chain. For whoever migrates. [S-20]';
alter function audit.sealed_heads() owner to cordon_definer;
revoke all on function audit.sealed_heads() from public;

-- audit.sealed_records: leaves [first, last) of a table with the canonical text of their rows as they stand now, for the export. A row that is gone
-- has none. It reads past the policies of whoever exports, who would otherwise miss rows and tell of tampering.
create or replace function audit.sealed_records(table_name text, first bigint, last bigint)
  returns table (leaf_index bigint, record_key text, leaf_hash bytea, record text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
  set extra_float_digits = 1
  set quote_all_identifiers = off
  set work_mem = '64MB'
as $$
declare
  v_key text;
  v_condition text;
begin
  if to_regclass(table_name) is null then
    return query
    select l.leaf_index, l.record_key, l.leaf_hash, null::text
    from audit.leaves as l
    where l.table_name = sealed_records.table_name
      and l.leaf_index >= first
      and l.leaf_index < last
    order by l.leaf_index;
    return;
  end if;
  v_key := audit.key_expression(table_name);
  v_condition := audit.key_condition(table_name);
  begin
    -- Somebody may have bent a key to what is none; then rows are found by its text, which no index helps.
    execute format(
      'select count(*) from audit.leaves as l join %s as t on %s where l.table_name = $1 and l.leaf_index >= $2 and l.leaf_index < $3',
      table_name::regclass,
      v_condition
    )
      using table_name, first, last;
  exception
    when data_exception then
      v_condition := v_key || ' = l.record_key';
  end;
  return query execute format(
    $sql$
      select l.leaf_index, l.record_key, l.leaf_hash, case when (%1$s::text[])[1] is not null then %2$s end
      from audit.leaves as l
      left join %3$s as t on %4$s
      where l.table_name = $1
        and l.leaf_index >= $2
        and l.leaf_index < $3
      order by l.leaf_index
    $sql$,
    v_key,
    audit.record_expression(table_name),
    table_name::regclass,
    v_condition
  )
    using table_name, first, last;
end
$$;
comment on function audit.sealed_records(text, bigint, bigint) is
  'Leaves of a range with the canonical text of their rows, NULL for a row that is gone. For whoever migrates. [S-20]';
alter function audit.sealed_records(text, bigint, bigint) owner to cordon_definer;
revoke all on function audit.sealed_records(text, bigint, bigint) from public;

-- audit.sealed_tables: what is sealed: every table whose rows nobody may change, read off the trigger that says so, and whatever was sealed
-- before: a table does not leave the trail by losing its trigger. The trail's own tables are held by the chain.
create or replace function audit.sealed_tables()
  returns setof text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select n.nspname || '.' || c.relname as table_name
  from pg_trigger as g
  join pg_class as c on c.oid = g.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where g.tgfoid = 'authz.tg__append_only()'::regprocedure
    and not g.tgisinternal
    and not c.relispartition
    and not (n.nspname = 'audit' and c.relname in ('seals', 'leaves', 'nodes'))
  union
  select s.table_name
  from audit.seals as s
  where to_regclass(s.table_name) is not null
  order by 1;
end
$$;
comment on function audit.sealed_tables() is
  'Names of the tables whose rows are sealed: those that carry tg__append_only, and those sealed before. [S-20]';
revoke all on function audit.sealed_tables() from public;
grant execute on function audit.sealed_tables() to cordon_definer;

-- audit.unsealed_records: rows that no seal holds yet, for the export: what is dated before its table was closed was not written when it says.
create or replace function audit.unsealed_records(table_name text)
  returns table (record_key text, record text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
  set extra_float_digits = 1
  set quote_all_identifiers = off
  set work_mem = '64MB'
as $$
begin
  if to_regclass(table_name) is null then
    return;
  end if;
  return query execute format(
    $sql$
      select %1$s, %2$s
      from %3$s as t
      where not exists (select from audit.leaves as l where l.table_name = $1 and l.record_key = %1$s)
    $sql$,
    audit.key_expression(table_name),
    audit.record_expression(table_name),
    table_name::regclass
  )
    using table_name;
end
$$;
comment on function audit.unsealed_records(text) is
  'Key and canonical text of the rows of a table that no seal holds. For whoever migrates. [S-20]';
alter function audit.unsealed_records(text) owner to cordon_definer;
revoke all on function audit.unsealed_records(text) from public;

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
alter function public.prove_consistency(text, bigint, bigint) owner to cordon_definer;
revoke all on function public.prove_consistency(text, bigint, bigint) from public;
grant execute on function public.prove_consistency(text, bigint, bigint) to authenticated, internal_ops, service_role;

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
alter function public.prove_record(text, text[], bigint) owner to cordon_definer;
revoke all on function public.prove_record(text, text[], bigint) from public;
grant execute on function public.prove_record(text, text[], bigint) to authenticated, internal_ops, service_role;

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
alter function public.seal_head() owner to cordon_definer;
revoke all on function public.seal_head() from public;
grant execute on function public.seal_head() to authenticated, internal_ops, service_role;

-- public.seal_records: seals what was recorded since the last time, table by table, in one transaction. Two at once take turns, and where nothing
-- is new nothing is written.
create or replace function public.seal_records()
  returns setof jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_table_name text;
  v_seal jsonb;
begin
  perform audit.require_auditor();
  -- On an older snapshot, what was committed before the table was closed could be missed.
  perform authz.require_read_committed();
  for v_table_name in select audit.sealed_tables() loop
    v_seal := audit.seal_table(v_table_name);
    if v_seal is not null then
      return next v_seal;
    end if;
  end loop;
end
$$;
comment on function public.seal_records() is
  'Seals every append-only record that no seal holds yet; returns the seals. 42501 for who is neither auditor nor server, CD007 above READ COMMITTED, CD018 while somebody writes, CD019 where the trail is bent. [S-20]';
alter function public.seal_records() owner to cordon_definer;
revoke all on function public.seal_records() from public;
grant execute on function public.seal_records() to internal_ops, service_role;

-- audit.listed_records: leaves [first, last) of a table that are one organisation's, each with the hash of its row as it stands now: NULL where it
-- is gone. Whose a leaf is tells its key where that begins with the organisation, so that who takes the row away takes nothing off this list; else the row.
create or replace function audit.listed_records(table_name text, organisation_id uuid, first bigint, last bigint)
  returns table (leaf_index bigint, record_key text, leaf_hash bytea, row_hash bytea)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
  set extra_float_digits = 1
  set quote_all_identifiers = off
  set work_mem = '64MB'
as $$
declare
  v_key constant text := audit.key_expression(table_name);
  v_query constant text := $sql$
    select l.leaf_index, l.record_key, l.leaf_hash,
      case when (%1$s::text[])[1] is not null then sha256(decode('00', 'hex') || convert_to(%2$s, 'UTF8')) end
    from audit.leaves as l
    left join %3$s as t on %4$s
    where l.table_name = $1
      and l.leaf_index >= $2
      and l.leaf_index < $3
      and %5$s
    order by l.leaf_index
  $sql$;
  v_mine constant text := case
    when exists (
      select
      from pg_index as i
      join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = table_name::regclass and i.indisprimary and a.attname = 'organisation_id'
    ) then $sql$l.record_key >= '{' || $4::text || ',' and l.record_key < '{' || $4::text || '-'$sql$
    else 't.organisation_id = $4'
  end;
begin
  begin
    return query execute format(
      v_query, v_key, audit.record_expression(table_name), table_name::regclass, audit.key_condition(table_name), v_mine
    )
      using table_name, first, last, organisation_id;
  exception
    -- Somebody may have bent a key to what is none; then rows are found by its text, which no index helps.
    when data_exception then
      return query execute format(
        v_query, v_key, audit.record_expression(table_name), table_name::regclass, v_key || ' = l.record_key', v_mine
      )
        using table_name, first, last, organisation_id;
  end;
end
$$;
comment on function audit.listed_records(text, uuid, bigint, bigint) is
  'Leaves of a range that are an organisation''s, with the hash of the row as it stands now, NULL for one that is gone. [S-02, S-20]';
alter function audit.listed_records(text, uuid, bigint, bigint) owner to cordon_definer;
revoke all on function audit.listed_records(text, uuid, bigint, bigint) from public;

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

-- audit.own_scope: the clinic whose auditor or privacy officer asks, for what names rows by their keys: operations and the server are told of none by that,
-- as they read no rows of a clinic by it either. Whoever migrates exports the trail.
create or replace function audit.own_scope()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  if v_tenant is null then
    raise exception 'lists are of the own clinic'
      using errcode = 'insufficient_privilege', hint = 'It takes the auditor or privacy officer of the clinic; whoever migrates exports the trail.';
  end if;
  return v_tenant;
end
$$;
comment on function audit.own_scope() is
  'Organisation of the auditor or privacy officer who asks; 42501 for anybody else, operations and the server too. [S-02, S-20]';
revoke all on function audit.own_scope() from public;
grant execute on function audit.own_scope() to cordon_definer;

-- public.count_sealed_records: how many sealed rows of each table are the clinic's who asks, how many of them are gone and how many of those on record, by
-- its own login: what it was given is counted against this. list_sealed_records proves where they stand.
create or replace function public.count_sealed_records()
  returns table (table_name text, tree_size bigint, records bigint, changed bigint, gone bigint, destroyed bigint, unsealed bigint)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.own_scope();
begin
  for table_name, tree_size in
    select s.table_name, max(s.tree_size)
    from audit.seals as s
    where exists (
      select
      from pg_attribute as a
      where a.attrelid = to_regclass(s.table_name) and a.attname = 'organisation_id' and not a.attisdropped
    )
    group by s.table_name
    order by s.table_name
  loop
    select count(*), count(*) filter (where r.row_hash <> r.leaf_hash), count(*) filter (where r.row_hash is null),
        count(*) filter (where r.row_hash is null and g.key is not null)
      into records, changed, gone, destroyed
      from audit.listed_records(count_sealed_records.table_name, v_tenant, 0, count_sealed_records.tree_size) as r
      left join (
        select distinct k.key
        from governance.tombstones as t
        cross join lateral unnest(t.record_keys) as k (key)
        where t.relation = count_sealed_records.table_name
          and t.organisation_id = v_tenant
      ) as g on g.key = r.record_key;
    execute format(
      'select count(*) from %s as t where t.organisation_id = $1 and not exists (select from audit.leaves as l where l.table_name = $2 and l.record_key = %s)',
      table_name::regclass, audit.key_expression(table_name)
    )
      into unsealed
      using v_tenant, table_name;
    return next;
  end loop;
end
$$;
comment on function public.count_sealed_records() is
  'By table: how many sealed rows are the clinic''s who asks, of these how many were changed since, are gone, and are gone on record; and how many rows no seal holds. 42501 for who is neither auditor nor privacy officer of a clinic. [S-02, S-20]';
alter function public.count_sealed_records() owner to cordon_definer;
revoke all on function public.count_sealed_records() from public;
grant execute on function public.count_sealed_records() to authenticated;

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

revoke create on schema audit, public from cordon_definer;

create policy provider_fence on audit.leaves
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.leaves is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.leaves
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.leaves is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.leaves
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.leaves is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.leaves
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.leaves is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.leaves
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.leaves is
  'definer functions may read every row (audit.seal_table: what is sealed already; audit.sealed_records; the proofs). [S-20]';

create policy definer_insert on audit.leaves
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.leaves is
  'definer functions may create every row (audit.seal_table: the only hand). [S-20]';

create policy provider_fence on audit.nodes
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.nodes is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.nodes
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.nodes is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.nodes
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.nodes is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.nodes
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.nodes is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.nodes
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.nodes is
  'definer functions may read every row (audit.range_hash: roots and proofs). [S-20]';

create policy definer_insert on audit.nodes
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.nodes is
  'definer functions may create every row (audit.grow_tree: the only hand). [S-20]';

create policy provider_fence on audit.seals
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.seals is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.seals
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.seals is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.seals
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.seals is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.seals
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.seals is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.seals
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.seals is
  'definer functions may read every row (audit.seal_table: what the next seal follows; public.seal_head and the proofs). [S-20]';

create policy definer_insert on audit.seals
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.seals is
  'definer functions may create every row (audit.seal_table: the only hand). [S-20]';

create or replace trigger _020_append_only
  before update or delete on audit.leaves
  for each row
  execute function authz.tg__append_only('leaves');
alter table audit.leaves enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.leaves is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.leaves
  for each statement
  execute function authz.tg__append_only('leaves');
alter table audit.leaves enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.leaves is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _020_append_only
  before update or delete on audit.nodes
  for each row
  execute function authz.tg__append_only('nodes');
alter table audit.nodes enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.nodes is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.nodes
  for each statement
  execute function authz.tg__append_only('nodes');
alter table audit.nodes enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.nodes is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _020_append_only
  before update or delete on audit.seals
  for each row
  execute function authz.tg__append_only('seals');
alter table audit.seals enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.seals is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.seals
  for each statement
  execute function authz.tg__append_only('seals');
alter table audit.seals enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.seals is
  'Refuses to empty the table, the owner included. [S-20]';

grant
  select (leaf_hash, leaf_index, record_key, table_name),
  insert (leaf_hash, leaf_index, record_key, table_name)
  on audit.leaves to cordon_definer;

grant
  select ("position", hash, level, table_name),
  insert ("position", hash, level, table_name)
  on audit.nodes to cordon_definer;

grant
  select (closed_at, hash, previous_hash, root, row_count, seal, sealed_by, snapshot, table_name, tree_size),
  insert (closed_at, hash, previous_hash, root, row_count, seal, sealed_by, snapshot, table_name, tree_size)
  on audit.seals to cordon_definer;

-- migrate:down
