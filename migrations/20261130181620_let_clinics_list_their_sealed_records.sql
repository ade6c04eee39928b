-- migrate:up
-- Why: A clinic's auditor proved a row that they were given, and could not tell that one was left out.
-- Access: +4 grants, 3 definer functions
--   ~ audit.listed_records is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.listing_path(text, bigint, bigint, bigint[])
--   + cordon_definer may execute function audit.own_scope()
--   ~ public.count_sealed_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.count_sealed_records()
--   ~ public.list_sealed_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.list_sealed_records(text, bigint, bigint)
--   widens: clinic staff can now call public.count_sealed_records(), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.list_sealed_records(text, bigint, bigint), which acts with the rights of cordon_definer
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, public to cordon_definer;

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

-- migrate:down
