-- migrate:up
-- Why: A record of each disclosed row took two thirds of what a chart costs: its keys are derived once a statement, and a row signs bytes with them, without a query.
-- Access: +7 grants, 8 changed, 7 definer functions
--   + cordon_definer may execute function audit.access_payload(audit.access_log)
--   + cordon_definer may execute function audit.disclosure_hmac(bytea, bytea, bytea)
--   ~ audit.bent_access_records is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.read_payload(bytea, boolean)
--   ~ audit.take_access_records is written, and runs with the rights of its owner
--   ~ audit.drain_access_log is written, and runs with the rights of its owner
--   ~ authz.disclosure_stamp is written, and runs with the rights of its owner
--   + authenticated may execute function authz.disclosure_stamp(text, text, text)
--   + internal_ops may execute function authz.disclosure_stamp(text, text, text)
--   ~ authz.log_decision is written, and runs with the rights of its owner
--   ~ authz.log_disclosure is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_disclosure(bytea, uuid, uuid, uuid)
--   + internal_ops may execute function authz.log_disclosure(bytea, uuid, uuid, uuid)
--   ~ authz.log_organisation is written, and runs with the rights of its owner
--   ~ policy provider_select_rows on public.documents
--   ~ policy internal_ops_select on public.documents
--   ~ policy provider_select_rows on public.emergency_access_reasons
--   ~ policy provider_select_rows on public.medical_record_details
--   ~ policy provider_select_rows on public.medical_records
--   ~ policy internal_ops_select on public.medical_records
--   ~ policy provider_select_rows on public.signed_form_evidence
--   ~ policy provider_select_rows on public.subject_request_evidence
--   widens: authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid), which 4 functions and 235 policies ask, takes or gives something else, has another text
--   widens: authz.log_decision(anyelement, text, text, text, text), which 134 policies ask, has another text
--   widens: authz.log_organisation(authz.membership, text, text, text), which 105 policies ask, has another text
--   widens: clinic staff can now call authz.disclosure_stamp(text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_disclosure(bytea, uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: operations can now call authz.disclosure_stamp(text, text, text), which acts with the rights of cordon_definer
--   widens: operations can now call authz.log_disclosure(bytea, uuid, uuid, uuid), which acts with the rights of cordon_definer
-- Locks: 6 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.documents
--   ACCESS EXCLUSIVE public.emergency_access_reasons
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.subject_request_evidence

set local lock_timeout = '5s';
set local statement_timeout = '60s';

comment on column audit.access_log.key_id is
  'Key of the hmac: audit.access_keys; its negative number where a disclosed row is signed by keys that were derived from it.';

-- Both answer otherwise than they did: with a position in the WAL, and with bytes.
drop function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid);
drop function audit.access_payload(audit.access_log);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- audit.access_payload: what the hmac of a record signs, from the columns that were read out of it: an auditor recomputes both. A disclosed row, whose
-- key has a negative number, signs bytes (authz.log_disclosure); every other record the text of an array.
create or replace function audit.access_payload(entry audit.access_log)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- A moment that is none is no reason to stop either: nobody signed it.
  v_fields constant text[] := array[
    case when isfinite(entry.occurred_at) then (extract(epoch from entry.occurred_at) * 1000000)::bigint::text else 'never' end,
    case when isfinite(entry.statement_at) then (extract(epoch from entry.statement_at) * 1000000)::bigint::text else 'never' end,
    case when isfinite(entry.transaction_at) then (extract(epoch from entry.transaction_at) * 1000000)::bigint::text else 'never' end,
    entry.backend_pid::text,
    entry.transaction_id::text,
    entry.realm,
    entry.user_id::text,
    entry.session_id::text,
    entry.role,
    nullif(entry.organisation_id, '00000000-0000-0000-0000-000000000000')::text,
    entry.table_name,
    entry.operation,
    entry.audit_level,
    entry.outcome,
    entry.reason,
    entry.purpose,
    entry.justification,
    host(entry.client_address),
    entry.address_source,
    entry.user_agent,
    entry.row_id::text,
    entry.patient_id::text
  ];
begin
  if entry.key_id > 0 then
    return convert_to(v_fields::text, 'UTF8');
  end if;
  return timestamptz_send(entry.occurred_at)
    || uuid_send(entry.organisation_id)
    || uuid_send(coalesce(entry.row_id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(entry.patient_id, '00000000-0000-0000-0000-000000000000'))
    || timestamptz_send(entry.transaction_at)
    -- Nor is a process that is none.
    || case when entry.backend_pid between 0 and 2147483647 then int4send(entry.backend_pid::integer) else int8send(entry.backend_pid) end
    || convert_to((v_fields[2:2] || v_fields[5:9] || v_fields[11:20])::text, 'UTF8');
end
$$;
comment on function audit.access_payload(audit.access_log) is
  'The bytes that the hmac of a record of the access log signs. [N-35]';
revoke all on function audit.access_payload(audit.access_log) from public;
grant execute on function audit.access_payload(audit.access_log) to cordon_definer;

-- audit.disclosure_hmac: what signs a disclosed row: the keys that authz.disclosure_stamp derived for its statement are derived again from what the row
-- says of the statement.
create or replace function audit.disclosure_hmac(inner_pad bytea, outer_pad bytea, payload bytea)
  returns bytea
  language plpgsql
  stable
  strict
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared constant bytea := substring(payload from 57);
begin
  return sha256(
    sha256(outer_pad || sha256(inner_pad || convert_to('outer', 'UTF8') || v_shared))
      || sha256(sha256(outer_pad || sha256(inner_pad || convert_to('inner', 'UTF8') || v_shared)) || payload)
  );
end
$$;
comment on function audit.disclosure_hmac(bytea, bytea, bytea) is
  'The signature of a disclosed row, by the two pads of the key and what is signed. [N-35]';
revoke all on function audit.disclosure_hmac(bytea, bytea, bytea) from public;
grant execute on function audit.disclosure_hmac(bytea, bytea, bytea) to cordon_definer;

-- audit.bent_access_records: records of a stretch of time that are not what was signed: somebody who can write to the table, and not sign, changed or
-- added them. Rows that are gone are found by the seals.
create or replace function audit.bent_access_records(since timestamptz, until timestamptz)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select l.occurred_at, l.id
  from audit.access_log as l
  left join audit.access_keys as k on l.key_id in (k.key_id, -k.key_id)
  where l.occurred_at >= since
    and l.occurred_at < until
    and (
      k.key_id is null
      or l.hmac <> case
          when l.key_id < 0 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(l))
          else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(l)))
        end
      or l.id <> encode(substring(l.hmac from 1 for 16), 'hex')::uuid
    )
  order by l.occurred_at, l.id;
end
$$;

-- audit.read_payload: what a signed message says, as the 22 texts of docs/access-log.md. Whoever holds a key can sign anything, and one that holds the
-- keys of a statement anything of its rows: what no recorder of ours would have written is not read, and never stops the drain.
create or replace function audit.read_payload(payload bytea, is_row boolean)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- timestamptz_send counts microseconds from 2000, a record from 1970.
  v_since_1970 constant bigint := 946684800000000;
  v_minute constant bigint := 60000000;
  v_month constant bigint := 2764800000000;
  v_nobody constant text := '00000000-0000-0000-0000-000000000000';
  v_bytes text;
  v_moment bigint;
  v_started bigint;
  v_shared text[];
begin
  if not is_row then
    -- An array begins with a brace; what the keys of a statement are derived from does not, so that such a key is no signature of a record.
    if get_byte(payload, 0) <> 123 then
      return null;
    end if;
    return convert_from(payload, 'UTF8')::text[];
  end if;
  v_bytes := encode(substring(payload for 68), 'hex');
  v_moment := ('x' || substr(v_bytes, 1, 16))::bit(64)::bigint;
  v_started := ('x' || substr(v_bytes, 113, 16))::bit(64)::bigint;
  -- Nobody chooses the moment: a month from the transaction's start, and a minute before it for a clock that was set back.
  if v_moment not between v_started - v_minute and v_started + v_month then
    return null;
  end if;
  v_shared := convert_from(substring(payload from 69), 'UTF8');
  return array[
      (v_moment + v_since_1970)::text,
      v_shared[1],
      (v_started + v_since_1970)::text,
      (('x' || substr(v_bytes, 129, 8))::bit(32)::integer)::text
    ]
    || v_shared[2:6]
    || nullif(substr(v_bytes, 17, 32)::uuid::text, v_nobody)
    || v_shared[7:16]
    || nullif(substr(v_bytes, 49, 32)::uuid::text, v_nobody)
    || nullif(substr(v_bytes, 81, 32)::uuid::text, v_nobody);
exception
  when data_exception then -- whole class: no text, no array, no moment
    return null;
end
$$;
comment on function audit.read_payload(bytea, boolean) is
  'The fields of a signed message, of a disclosed row or any other; NULL for what no recorder writes. [N-35]';
revoke all on function audit.read_payload(bytea, boolean) from public;
grant execute on function audit.read_payload(bytea, boolean) to cordon_definer;

-- audit.take_access_records: messages of the WAL as rows of the log, and how far they were read, in one transaction. What is not signed is not read
-- further: its bytes may be anything. A copy of a genuine record has the id of the first.
create or replace function audit.take_access_records(
  slot_name text, system_identifier text, positions pg_lsn[], messages bytea[], next_position pg_lsn
)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set work_mem = '64MB'
as $$
declare
  v_entries audit.access_log[];
  v_month timestamptz;
  v_read bigint;
  v_genuine bigint;
  v_taken bigint;
begin
  select array_agg(
           row(
             timestamptz 'epoch' + f[1]::bigint * interval '1 microsecond', encode(substring(g.hmac from 1 for 16), 'hex')::uuid,
             g.position::text, g.key_id, timestamptz 'epoch' + f[2]::bigint * interval '1 microsecond',
             timestamptz 'epoch' + f[3]::bigint * interval '1 microsecond', f[4]::bigint, f[5]::bigint, f[6], f[7]::uuid, f[8]::uuid,
             f[9], coalesce(f[10], '00000000-0000-0000-0000-000000000000')::uuid, f[11], f[12], f[13], f[14], f[15], f[16], f[17], f[18]::inet, f[19], f[20], f[21]::uuid, f[22]::uuid, g.hmac
           )::audit.access_log
           order by g.position
         )
    into v_entries
    from (
      select s.position, s.is_row, s.hmac, s.payload, case when s.is_row then -k.key_id else k.key_id end as key_id
      from (
        -- pgoutput: M, flags (1: transactional), position (8), prefix and NUL (14), length (4), content: key (8), hmac (32), payload.
        -- A disclosed row has the negative number of its key.
        select m.position, substring(m.message from 29 for 8) as key_number, get_byte(m.message, 28) >= 128 as is_row,
               substring(m.message from 37 for 32) as hmac, substring(m.message from 69) as payload
        from unnest(positions, messages) as m (position, message)
        where get_byte(m.message, 1) = 0
          and length(m.message) > 68
      ) as s
      join audit.access_keys as k on s.key_number = int8send(case when s.is_row then -k.key_id else k.key_id end)
      where s.hmac = case
          when s.is_row then audit.disclosure_hmac(k.inner_pad, k.outer_pad, s.payload)
          else sha256(k.outer_pad || sha256(k.inner_pad || s.payload))
        end
    ) as g
    -- MATERIALIZED by OFFSET: nothing of a message is read before its signature.
    cross join lateral (select audit.read_payload(g.payload, g.is_row) as f offset 0) as fields
    where cardinality(fields.f) = 22;
  v_read := coalesce(cardinality(messages), 0);
  v_genuine := coalesce(cardinality(v_entries), 0);
  for v_month in
    select distinct date_trunc('month', e.occurred_at, 'UTC') from unnest(v_entries) as e
    union
    -- Ahead of need: the turn of a month waits for no lock.
    select date_trunc('month', clock_timestamp(), 'UTC') + step from unnest(array[interval '0', interval '32 days']) as step
  loop
    perform audit.create_access_month(v_month);
  end loop;
  insert into audit.access_log as l
  select e.* from unnest(v_entries) as e
  on conflict (occurred_at, id) do nothing;
  get diagnostics v_taken = row_count;
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, records, cause)
  select e.kind, take_access_records.slot_name, positions[1]::text, next_position::text, e.records, e.cause
  from (values ('forged', v_read - v_genuine, 'signature'), ('replayed', v_genuine - v_taken, 'copy')) as e (kind, records, cause)
  where e.records > 0;
  insert into audit.access_drains as d (slot_name, system_identifier, position, drained_at, records)
  values (
    take_access_records.slot_name, take_access_records.system_identifier, next_position, clock_timestamp(), v_taken
  )
  on conflict on constraint access_drains_pkey do update
     set position = excluded.position,
         system_identifier = excluded.system_identifier,
         drained_at = excluded.drained_at,
         records = d.records + excluded.records;
  return jsonb_build_object('records', v_taken, 'forged', v_read - v_genuine, 'replayed', v_genuine - v_taken);
end
$$;

-- audit.drain_access_log: what the WAL holds of the access log, once. First the slot is moved to where an earlier, committed run stands; then the next
-- records are read without moving it, and written with the position behind them in this transaction. Killed anywhere, it reads them again; the slot
-- never stands behind what is not committed. Definer of the owner, who has REPLICATION: nobody else of ours may read a slot.
create or replace function audit.drain_access_log(batch integer default 20000)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_confirmed pg_lsn;
  v_flushes constant boolean := current_setting('server_version_num')::integer >= 170000;
  v_positions pg_lsn[];
  v_messages bytea[];
  v_last record;
  v_next pg_lsn;
  v_gap text;
  v_is_full boolean;
begin
  if pg_is_in_recovery() then
    return jsonb_build_object('state', 'standby', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('audit.drain_access_log', 0)) then
    return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  -- The position must be on the disk before a later run moves the slot to it.
  perform set_config('synchronous_commit', 'on', true);
  v_drained := audit.access_drain_status();
  if v_drained.is_active then
    return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  if not v_drained.slot_exists and v_drained.drained_to is null then
    raise exception 'the access log has no replication slot'
      using errcode = 'CD030', hint = 'Create it once a database: npm run audit:drain -- --create-slot.';
  end if;
  if v_drained.wal_status = 'lost' then
    perform pg_drop_replication_slot(v_slot);
    v_gap := 'max_slot_wal_keep_size';
  end if;
  if v_drained.wal_status = 'lost' or not v_drained.slot_exists then
    -- Nothing is written yet: a transaction that has written gets no slot.
    perform pg_create_logical_replication_slot(v_slot, 'pgoutput');
  end if;
  select s.confirmed_flush_lsn into v_confirmed from pg_replication_slots as s where s.slot_name = v_slot;
  if v_drained.drained_to is null or not v_drained.same_server or v_confirmed > v_drained.drained_to then
    v_gap := case
      when v_drained.drained_to is null then 'first slot'
      when not v_drained.same_server then 'another server'
      else coalesce(v_gap, 'slot lost')
    end;
    perform audit.note_access_gap(v_slot, v_system, v_drained.drained_to, v_confirmed, v_gap);
    v_drained.drained_to := v_confirmed;
  elsif v_confirmed < v_drained.drained_to then
    perform pg_replication_slot_advance(v_slot, v_drained.drained_to);
  end if;

  -- Of a transaction that wrote nothing the last page is not on the disk yet, and only what is there is read. Before 17, it is this run's commit
  -- that puts it there, and the next run reads it.
  if v_flushes then
    perform pg_logical_emit_message(false, 'cordon.flush', '', true);
  end if;
  with read as materialized (
    select c.lsn, c.data, c.place
    from pg_logical_slot_peek_binary_changes(
      v_slot, null, batch, 'proto_version', '1', 'publication_names', 'cordon_access', 'messages', 'true'
    ) with ordinality as c (lsn, xid, data, place)
  )
  select a.positions, a.messages, l.lsn, l.count
    into v_last
    from (
      -- No record of ours is half as long: of what somebody else wrote no gigabyte is gathered, and cut short it is not signed.
      select array_agg(r.lsn order by r.place) as positions, array_agg(substring(r.data for 16384) order by r.place) as messages
      from read as r
      where get_byte(r.data, 0) = 77 -- M, with the prefix cordon.access and its NUL
        and substring(r.data from 11 for 14) = convert_to('cordon.access', 'UTF8') || decode('00', 'hex')
    ) as a
    cross join (
      select max(r.lsn) as lsn, count(*) as count from read as r
    ) as l;
  v_positions := coalesce(v_last.positions, '{}');
  v_messages := coalesce(v_last.messages, '{}');
  v_is_full := v_last.count >= batch;
  -- A message is told by where it ends, as the end of a transaction is: the next one begins there. Never further, as far as the disk holds: that may
  -- be in the middle of a message, and a slot that stands there skips it.
  v_next := coalesce(v_last.lsn, v_drained.drained_to);
  if not v_flushes then
    perform pg_logical_emit_message(false, 'cordon.flush', '');
  end if;
  return jsonb_build_object('state', 'drained', 'more', v_is_full, 'gap', v_gap)
    || audit.take_access_records(v_slot, v_system, v_positions, v_messages, v_next);
end
$$;

-- authz.disclosure_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan), and what signs them: two keys
-- derived from the newest for these words in this transaction of this session, so that a row takes no look at a key. In order: number of the key,
-- negative (8 bytes), inner key (32), outer key (32), start of the transaction (8), process (4), and the words, the text of an array.
-- Whoever got hold of one could sign with it that its own session was shown more rows, about when its transaction was (audit.read_payload): nothing
-- else.
create or replace function authz.disclosure_stamp(realm text, table_name text, operation text)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_record record;
  v_shared bytea;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  v_record := authz.access_fields(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_shared := timestamptz_send(now()) || int4send(pg_backend_pid())
    || convert_to((v_record.fields[2:2] || v_record.fields[5:9] || v_record.fields[11:20])::text, 'UTF8');
  return int8send(-v_record.key_id)
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('inner', 'UTF8') || v_shared))
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('outer', 'UTF8') || v_shared))
    || v_shared;
end
$$;
comment on function authz.disclosure_stamp(text, text, text) is
  'What the records of the rows of one statement share, and the keys that sign them; NULL on a standby. Asked by policies, for authz.log_disclosure. [N-35, N-47]';
alter function authz.disclosure_stamp(text, text, text) owner to cordon_definer;
revoke all on function authz.disclosure_stamp(text, text, text) from public;
grant execute on function authz.disclosure_stamp(text, text, text) to authenticated, internal_ops;

-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns pg_lsn
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_record constant record := authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id);
  v_payload constant bytea := convert_to(v_record.fields::text, 'UTF8');
  v_content constant bytea :=
    int8send(v_record.key_id) || sha256(v_record.outer_pad || sha256(v_record.inner_pad || v_payload)) || v_payload;
begin
  -- RETURN, not PERFORM: that is a query.
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    return pg_logical_emit_message(false, 'cordon.access', v_content, true);
  end if;
  return pg_logical_emit_message(false, 'cordon.access', v_content);
end
$$;
comment on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'Signs a record of the access log and writes it into the WAL; its position there. [N-29, N-35, N-47]';
alter function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;

-- authz.log_decision: log_organisation for scalars of other kinds: of patients, operations, and tables without a tenant. NULL, false and
-- an empty array deny.
create or replace function authz.log_decision(decision anyelement, realm text, table_name text, operation text, level text)
  returns anyelement
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_membership authz.membership;
  v_position pg_lsn;
begin
  if decision is null or decision::text in ('{}', 'false') then
    perform authz.emit_denial(realm, table_name, operation, level);
    return decision;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_caller := authz.caller();
    v_membership.user_id := v_caller.user_id;
    v_membership.session_id := v_caller.session_id;
    if realm = 'internal_ops' then
      v_membership.role := (select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null);
    end if;
    v_position := authz.emit_access(realm, v_membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return decision;
end
$$;

-- authz.log_disclosure: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
-- Asked of every row: bytes alone, no query, and no PERFORM, which is one (2 µs a row instead of 9). A definer, so that nobody else need be able to
-- write into the WAL.
create or replace function authz.log_disclosure(stamp bytea, organisation_id uuid, id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_payload constant bytea := timestamptz_send(clock_timestamp())
    || uuid_send(coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(patient_id, '00000000-0000-0000-0000-000000000000'))
    || substring(stamp from 73);
begin
  -- A stamp of this transaction of this session; none (a standby) is no such one.
  if substring(stamp from 73 for 12) is distinct from timestamptz_send(now()) || int4send(pg_backend_pid()) then
    return false;
  end if;
  return pg_logical_emit_message(
    false,
    'cordon.access',
    substring(stamp for 8) || sha256(substring(stamp from 41 for 32) || sha256(substring(stamp from 9 for 32) || v_payload)) || v_payload
  ) is not null;
end
$$;
comment on function authz.log_disclosure(bytea, uuid, uuid, uuid) is
  'True, after a record of the row; false without a stamp of this transaction (authz.disclosure_stamp). Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_disclosure(bytea, uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_disclosure(bytea, uuid, uuid, uuid) from public;
grant execute on function authz.log_disclosure(bytea, uuid, uuid, uuid) to authenticated, internal_ops;

-- authz.log_organisation: what a policy of staff opens, written down: it gives the organisation of the membership that it was given, so that an
-- audited policy opens exactly what the plain one does. The decision is taken by the argument, in the snapshot of the statement.
--
-- STABLE, though it writes to the WAL: no row of the database changes, PostgreSQL calls it once a statement all the same (InitPlan), and beside
-- a VOLATILE one a WITH query would be computed whole before anything of it is asked for. A standby cannot write down what it shows, and shows nothing.
create or replace function authz.log_organisation(membership authz.membership, table_name text, operation text, level text)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_position pg_lsn;
begin
  if membership.organisation_id is null then
    perform authz.emit_denial('provider', table_name, operation, level);
    return null;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_position := authz.emit_access('provider', membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return membership.organisation_id;
end
$$;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on audit.access_keys is
  'definer functions may read every row (authz.emit_access, authz.disclosure_stamp sign; audit.take_access_records, audit.bent_access_records verify). [N-35]';

alter policy provider_select_rows on public.documents
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            is_financial = true
            and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
          )
          or (
            (
              (
                organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
                and treatment_consent_until > (select authz.now())
              )
              or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy internal_ops_select on public.documents
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'documents', 'SELECT', 'comprehensive'))
    and case
      when
        status = 'active'
        and (archived_at is null or archived_at = now())
        and authz.is_handed_over('patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
  );

alter policy provider_select_rows on public.emergency_access_reasons
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'emergency_access_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_select_rows on public.medical_record_details
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_record_details', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_select_rows on public.medical_records
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy internal_ops_select on public.medical_records
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'medical_records', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and is_segmented = false
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );

alter policy provider_select_rows on public.signed_form_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'signed_form_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_select_rows on public.subject_request_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'subject_request_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

drop function authz.access_stamp(text, text, text);
drop function authz.log_row(text[], uuid, uuid, uuid);

-- migrate:down
