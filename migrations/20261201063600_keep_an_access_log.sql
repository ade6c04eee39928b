-- migrate:up
-- Why: what policies decided is drained into a log that nobody changes, reads and denials included.
-- Access: +12 grants, +27 policies, 9 definer functions
--   + cordon_definer may execute function audit.access_slot_name()
--   ~ audit.access_drain_status is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.access_payload(audit.access_log)
--   ~ audit.bent_access_records is written, and runs with the rights of its owner
--   ~ audit.create_access_month is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.create_access_month(timestamp with time zone)
--   + cordon_definer may execute function audit.read_payload(bytea, boolean)
--   ~ audit.take_access_records is written, and runs with the rights of its owner
--   ~ audit.note_access_gap is written, and runs with the rights of its owner
--   ~ audit.create_access_slot is written, and runs with the rights of its owner
--   ~ audit.drain_access_log is written, and runs with the rights of its owner
--   ~ audit.rotate_access_key is written, and runs with the rights of its owner
--   ~ authz.tg_access_keys__security is written, and runs with the rights of its owner
--   + policy provider_fence on audit.access_drains: restrictive, all to authenticated
--   + policy patient_fence on audit.access_drains: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_drains: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_drains: restrictive, all to anon
--   + policy definer_select on audit.access_drains: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_drains: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on audit.access_drains: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_keys: restrictive, all to authenticated
--   + policy patient_fence on audit.access_keys: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_keys: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_keys: restrictive, all to anon
--   + policy definer_select on audit.access_keys: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_keys: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_log: restrictive, all to authenticated
--   + policy patient_fence on audit.access_log: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_log: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_log: restrictive, all to anon
--   + policy provider_select on audit.access_log: select to authenticated
--   + policy internal_ops_select on audit.access_log: select to internal_ops
--   + policy definer_select on audit.access_log: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_log: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.access_log_exceptions: restrictive, all to authenticated
--   + policy patient_fence on audit.access_log_exceptions: restrictive, all to patient
--   + policy internal_ops_fence on audit.access_log_exceptions: restrictive, all to internal_ops
--   + policy anon_fence on audit.access_log_exceptions: restrictive, all to anon
--   + policy definer_select on audit.access_log_exceptions: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.access_log_exceptions: insert to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (position, drained_at, records, slot_name, system_identifier), insert (position, drained_at, records, slot_name, system_identifier), update (position, drained_at, records, system_identifier) on audit.access_drains
--   + cordon_definer may select (created_at, inner_pad, key_id, outer_pad), insert (inner_pad, key_id, outer_pad) on audit.access_keys
--   + authenticated may select on audit.access_log
--   + cordon_definer may select (26 columns), insert (26 columns) on audit.access_log
--   + internal_ops may select on audit.access_log
--   + cordon_definer may select (8 columns), insert (cause, from_lsn, kind, records, slot_name, to_lsn) on audit.access_log_exceptions
--   + authenticated may select on public.access_log
--   + internal_ops may select on public.access_log
-- Locks: 4 existing tables, until the migration commits
--   ROW EXCLUSIVE governance.classification
--   ROW EXCLUSIVE governance.erasure_rules
--   ROW EXCLUSIVE governance.export_exclusions
--   ROW EXCLUSIVE governance.subject_links

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Partitions of the access log, one a month, made when a record of that month is written: what a catalog holds depends on the clock, so it stands
-- apart from the schemas whose catalogs are compared.
create schema access_log_months;
comment on schema access_log_months is 'Partitions of audit.access_log, one a month; audit.create_access_month makes them. [N-35]';
revoke all on schema access_log_months from public;

-- audit.access_log: every decision of an audited policy, and every row that a comprehensive rule disclosed. audit.take_access_records writes it
-- from the server's log of changes (WAL), and nobody changes it. It holds ids, never a name: erasure destroys what they stand for, the log stays whole.
create table audit.access_log (
  occurred_at timestamptz not null,
  id uuid not null,
  lsn text collate "C" not null,
  key_id bigint not null,
  statement_at timestamptz not null,
  transaction_at timestamptz not null,
  backend_pid bigint not null,
  transaction_id bigint,
  realm text not null,
  user_id uuid,
  session_id uuid,
  role text,
  organisation_id uuid not null,
  table_name text collate "C" not null,
  operation text not null,
  audit_level text not null,
  outcome text not null,
  reason text,
  purpose text,
  justification text,
  client_address inet,
  address_source text not null,
  user_agent text,
  row_id uuid,
  patient_id uuid,
  hmac bytea not null,
  constraint access_log_pkey primary key (occurred_at, id),
  constraint access_log_realm_check check (realm in ('provider', 'patient', 'internal_ops')),
  constraint access_log_operation_check check (operation in ('SELECT', 'INSERT', 'UPDATE')),
  constraint access_log_audit_level_check check (audit_level in ('basic', 'detailed', 'comprehensive')),
  constraint access_log_outcome_check check (outcome in ('allowed', 'denied', 'disclosed')),
  constraint access_log_reason_check check ((outcome = 'denied') = (reason is not null)),
  constraint access_log_row_id_check check (row_id is null or outcome = 'disclosed'),
  constraint access_log_address_source_check
    check (address_source in ('edge', 'unknown') and (address_source = 'unknown') = (client_address is null)),
  constraint access_log_hmac_check check (length(hmac) = 32)
) partition by range (occurred_at);
alter table audit.access_log alter column organisation_id set (n_distinct = 100);
comment on table audit.access_log is
  'Who asked to do what, and what the policies answered: one row per evaluation of an audited policy, and per row disclosed under a comprehensive one; append-only for everybody, its owner included. [N-29, N-35, N-47]';
comment on column audit.access_log.occurred_at is 'Clock when the policy was evaluated, signed with the record.';
comment on column audit.access_log.id is 'First half of the hmac: two records never share it, the copy of a record always does.';
comment on column audit.access_log.lsn is 'Where in the WAL the record ends.';
comment on column audit.access_log.key_id is
  'Key of the hmac: audit.access_keys; its negative number where a disclosed row is signed by keys that were derived from it.';
comment on column audit.access_log.statement_at is 'When the statement arrived: with backend_pid it groups what one statement asked.';
comment on column audit.access_log.transaction_at is 'When the transaction began: with backend_pid it names the transaction, also one that wrote nothing.';
comment on column audit.access_log.backend_pid is 'Process of the server that evaluated the policy.';
comment on column audit.access_log.transaction_id is 'Id of the transaction, where it had written something by then.';
comment on column audit.access_log.realm is 'Realm whose policy was asked.';
comment on column audit.access_log.user_id is 'Subject of the token.';
comment on column audit.access_log.session_id is 'Session of the token, NULL where it names none.';
comment on column audit.access_log.role is 'Role in the organisation, or in operations, at that moment; NULL where there was none.';
comment on column audit.access_log.organisation_id is
  'Organisation acted in; of a denial, the one asked for, which may not exist; of a disclosed row, its own; all zeros: none, and in nobody''s fence.';
comment on column audit.access_log.table_name is 'Table that was asked about: patients, audit.access_log.';
comment on column audit.access_log.operation is 'What its policy decided on: SELECT, INSERT or UPDATE.';
comment on column audit.access_log.audit_level is 'Level of the rules: basic (denials), detailed (every evaluation), comprehensive (every row too).';
comment on column audit.access_log.outcome is 'allowed, denied, or disclosed: a row that the query was shown.';
comment on column audit.access_log.reason is
  'The condition that denied: no_session, no_membership, no_choice, role, capability, network, purpose, hours, no_account; of a refused signature, the message.';
comment on column audit.access_log.purpose is 'Purpose that the caller named.';
comment on column audit.access_log.justification is 'Reason that the caller gave, at most 500 characters.';
comment on column audit.access_log.client_address is 'Address by the header that the deployment trusts; NULL is unknown.';
comment on column audit.access_log.address_source is 'edge: the header that the deployment trusts; unknown without one.';
comment on column audit.access_log.user_agent is 'What the client calls itself, at most 400 characters.';
comment on column audit.access_log.row_id is 'Id of the disclosed row.';
comment on column audit.access_log.patient_id is 'Patient of the disclosed row.';
comment on column audit.access_log.hmac is 'HMAC-SHA-256 of audit.access_payload under the key.';
create index access_log_organisation_id_occurred_at_idx on audit.access_log (organisation_id, occurred_at);
create index access_log_user_id_occurred_at_idx on audit.access_log (user_id, occurred_at);
create index access_log_patient_id_occurred_at_idx on audit.access_log (patient_id, occurred_at) where patient_id is not null;
alter table audit.access_log enable row level security;
alter table audit.access_log force row level security;

-- audit.access_log_exceptions: what the log does not hold, and who tried to put in what does not belong there.
create table audit.access_log_exceptions (
  id uuid not null default authz.uuid_v7(),
  kind text not null,
  noticed_at timestamptz not null default clock_timestamp(),
  slot_name text collate "C" not null,
  from_lsn text collate "C",
  to_lsn text collate "C" not null,
  records bigint,
  cause text not null,
  constraint access_log_exceptions_pkey primary key (id),
  constraint access_log_exceptions_kind_check check (kind in ('gap', 'forged', 'replayed')),
  constraint access_log_exceptions_records_check check ((kind = 'gap') = (records is null))
);
comment on table audit.access_log_exceptions is
  'Stretches of the WAL that no drain has read, and messages that were not genuine; append-only for everybody, its owner included. [N-35]';
comment on column audit.access_log_exceptions.kind is
  'gap: records between the two positions are lost; forged: messages without a valid hmac; replayed: copies of genuine ones.';
comment on column audit.access_log_exceptions.noticed_at is 'When a drain found it.';
comment on column audit.access_log_exceptions.slot_name is 'Replication slot of the drain.';
comment on column audit.access_log_exceptions.from_lsn is 'Start in the WAL; NULL: nothing was kept before to_lsn.';
comment on column audit.access_log_exceptions.to_lsn is 'End in the WAL.';
comment on column audit.access_log_exceptions.records is 'How many messages; NULL for a gap, where nobody can know.';
comment on column audit.access_log_exceptions.cause is 'What happened, in one word.';
alter table audit.access_log_exceptions enable row level security;
alter table audit.access_log_exceptions force row level security;

-- audit.access_keys: what records are signed with. No append-only trigger: whatever has one is sealed, and an export would print the keys.
create table audit.access_keys (
  key_id bigint not null,
  inner_pad bytea not null,
  outer_pad bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint access_keys_pkey primary key (key_id),
  constraint access_keys_pads_check check (length(inner_pad) = 64 and length(outer_pad) = 64)
);
comment on table audit.access_keys is
  'Keys of the access log; the newest signs, the others verify. Read by cordon_definer alone. [N-35]';
comment on column audit.access_keys.key_id is 'Number of the key, counted from 1.';
comment on column audit.access_keys.inner_pad is 'The key, padded to 64 bytes, XOR 36: RFC 2104.';
comment on column audit.access_keys.outer_pad is 'The key, padded to 64 bytes, XOR 5c.';
comment on column audit.access_keys.created_at is 'When it began to sign.';
alter table audit.access_keys enable row level security;
alter table audit.access_keys force row level security;

-- audit.access_drains: how far the WAL is written to the log, in the same transaction as what was read from it.
create table audit.access_drains (
  slot_name text collate "C" not null,
  system_identifier text collate "C" not null,
  position pg_lsn not null,
  drained_at timestamptz not null,
  records bigint not null default 0,
  constraint access_drains_pkey primary key (slot_name)
);
comment on table audit.access_drains is
  'Where each drain stands: everything before the position is in the log. [N-35]';
comment on column audit.access_drains.slot_name is 'Replication slot that it reads.';
comment on column audit.access_drains.system_identifier is 'Server whose WAL the position counts: a restored copy begins anew.';
comment on column audit.access_drains.position is 'Messages that end before it, or there, are in the log.';
comment on column audit.access_drains.drained_at is 'When it last ran.';
comment on column audit.access_drains.records is 'How many records it has written in all.';
alter table audit.access_drains enable row level security;
alter table audit.access_drains force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('audit', 'access_log', 'RESTRICTED', 'ops', 'audit', '{staff,patient}'),
  ('audit', 'access_log_exceptions', 'RESTRICTED', 'ops', 'audit', '{}'),
  ('audit', 'access_keys', 'HIGHLY_RESTRICTED', 'ops', 'audit', '{}'),
  ('audit', 'access_drains', 'INTERNAL', 'ops', 'audit', '{}');

-- The first key. The next ones are audit.rotate_access_key's.
with key as materialized (
  select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as bytes
)
insert into audit.access_keys (key_id, inner_pad, outer_pad)
select 1,
       string_agg(set_byte(decode('00', 'hex'), 0, 54 # padded.byte), '' order by padded.place),
       string_agg(set_byte(decode('00', 'hex'), 0, 92 # padded.byte), '' order by padded.place)
from (
  select p.place, case when p.place < 32 then get_byte(key.bytes, p.place) else 0 end as byte
  from key
  cross join generate_series(0, 63) as p (place)
) as padded;

-- Without tables: the drain asks for messages alone, and no row of anybody passes through it.
create publication cordon_access;
comment on publication cordon_access is 'Publishes nothing; pgoutput asks for one to hand out messages. [N-35]';

-- What callers read of it: whom the log concerns, its policies decide. A denied look at the side table of a view is no attempt: the view
-- asked for it, and shows nothing in its place.
create view public.access_log
  with (security_invoker = true)
as
select l.occurred_at, l.id, l.statement_at, l.transaction_at, l.backend_pid, l.transaction_id, l.realm, l.user_id, l.session_id, l.role,
       l.organisation_id, l.table_name, l.operation, l.audit_level,
       case
         when l.outcome = 'denied'
           and exists (
             select
             from (values
               ('patient_identity', 'patients'), ('patient_clinical', 'patients'), ('medical_record_details', 'medical_records'),
               ('appointment_reasons', 'appointments'), ('transfer_job_patients', 'transfer_jobs'), ('cases', 'case_activity_log')
             ) as v (side, main)
             join audit.access_log as m on m.table_name = v.main
             where v.side = l.table_name
               and m.user_id = l.user_id
               and m.occurred_at between l.statement_at and l.occurred_at + interval '1 minute'
               and m.statement_at = l.statement_at
               and m.backend_pid = l.backend_pid
               and m.outcome = 'allowed'
           ) then 'masked'
         else l.outcome
       end as outcome,
       l.reason, l.purpose, l.justification, l.client_address, l.address_source, l.user_agent, l.row_id, l.patient_id
from audit.access_log as l;
comment on view public.access_log is
  'The access log for whom it concerns: a denial of a view''s side table, in a statement that was shown the rest, reads masked. [N-35, N-47]';

-- Whom a record is about, what a copy for that person leaves out, and why erasure leaves the log whole: it holds ids alone.
insert into governance.subject_links (schema_name, table_name, column_name, target_table)
values ('audit', 'access_log', 'patient_id', 'patients');
insert into governance.export_exclusions (schema_name, table_name, column_name, reason)
values
  ('audit', 'access_log', 'user_id', 'names a member of staff, or another login'),
  ('audit', 'access_log', 'session_id', 'a session of somebody else'),
  ('audit', 'access_log', 'client_address', 'where a member of staff works'),
  ('audit', 'access_log', 'user_agent', 'what a member of staff works with'),
  ('audit', 'access_log', 'hmac', 'proves the record to who keeps the key'),
  -- What staff say to their auditors is theirs to say freely, as the reason of an emergency access is.
  ('audit', 'access_log', 'justification', 'what staff said in confidence to their auditors; the access, its moment and its purpose are in the export');
insert into governance.erasure_rules (schema_name, table_name, column_name, action, kept_for, replacement, basis)
values ('audit', 'access_log', '*', 'keep', null, null, 'ids alone, which are nobody''s once what names the person is gone; who saw a record is kept on record');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, authz to cordon_definer;

-- audit.access_slot_name: slots are named once a server, so that two databases of one server must not share a name.
create or replace function audit.access_slot_name()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return 'cordon_access_' || (select d.oid from pg_database as d where d.datname = current_database());
end
$$;
comment on function audit.access_slot_name() is
  'Name of the replication slot that the access log of this database is drained from. [N-35]';
revoke all on function audit.access_slot_name() from public;
grant execute on function audit.access_slot_name() to cordon_definer;

-- audit.access_drain_status: where the drain stands, for whoever watches over it: how much is not yet in the log, and how much WAL the slot keeps
-- on the disk for it.
create or replace function audit.access_drain_status(
  out slot_name text, out slot_exists boolean, out wal_status text, out is_active boolean, out drained_to pg_lsn, out lag_bytes bigint,
  out slot_bytes bigint, out safe_bytes bigint, out drained_at timestamptz, out records bigint, out same_server boolean
)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  slot_name := audit.access_slot_name();
  select d.position, d.drained_at, d.records, d.system_identifier = (select c.system_identifier::text from pg_control_system() as c)
    into drained_to, drained_at, records, same_server
    from audit.access_drains as d
   where d.slot_name = access_drain_status.slot_name;
  select true, s.wal_status, s.active, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.restart_lsn)::bigint, s.safe_wal_size
    into slot_exists, wal_status, is_active, slot_bytes, safe_bytes
    from pg_replication_slots as s
   where s.slot_name = access_drain_status.slot_name;
  slot_exists := coalesce(slot_exists, false);
  lag_bytes := case when same_server then greatest(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), drained_to), 0)::bigint end;
end
$$;
comment on function audit.access_drain_status() is
  'Slot, position, lag and WAL kept (bytes), when it last ran and how many records it wrote in all; NULL where it never ran. For whoever migrates. [N-35]';
alter function audit.access_drain_status() owner to cordon_definer;
revoke all on function audit.access_drain_status() from public;

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

-- audit.bent_access_records: records of a stretch of time that are not what was signed: somebody who can write to the table, and not sign, changed or
-- added them. Rows that are gone are found by the seals.
create or replace function audit.bent_access_records(since timestamptz, until timestamptz, organisation_id uuid default null)
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
  left join audit.access_keys as n on n.key_id = k.key_id + 1
  where l.occurred_at >= since
    -- Nothing is recorded after all time; what somebody put there would be of no stretch that can be named.
    and (l.occurred_at < until or until = 'infinity')
    and (bent_access_records.organisation_id is null or l.organisation_id = bent_access_records.organisation_id)
    and (
      k.key_id is null
      -- What is NULL was emptied by somebody: a comparison that tells neither is no reason to pass it over.
      or l.hmac is distinct from case
          when l.key_id < 0 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(l))
          else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(l)))
        end
      or l.id is distinct from encode(substring(l.hmac from 1 for 16), 'hex')::uuid
      -- An address is signed without its mask, as every record has it: another one takes it out of the networks that it is looked for in.
      or l.client_address <> host(l.client_address)::inet
      -- Genuine by its hmac, and of a key that signed no more: whoever saw it could.
      or l.transaction_at >= n.created_at + interval '1 hour'
      or num_nulls(l.hmac, l.transaction_at, l.backend_pid) > 0
    )
  order by l.occurred_at, l.id;
end
$$;
comment on function audit.bent_access_records(timestamptz, timestamptz, uuid) is
  'Records of [since, until), or from since on (infinity), whose hmac is not theirs, of one organisation or all (NULL). For whoever migrates. [N-35]';
alter function audit.bent_access_records(timestamptz, timestamptz, uuid) owner to cordon_definer;
revoke all on function audit.bent_access_records(timestamptz, timestamptz, uuid) from public;

-- audit.create_access_month: the partition of a month, in UTC, where there is none. Its triggers are its own: of the parent's, PostgreSQL fires
-- those of rows only. Nobody is granted anything on it. Definer of the owner: only the owner of a table gives it partitions.
create or replace function audit.create_access_month(month timestamptz)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
  set datestyle = 'ISO, YMD'
as $$
declare
  v_from constant timestamptz := date_trunc('month', month);
  v_name constant text := to_char(v_from, '"access_log_"YYYY_MM');
begin
  if exists (
    select
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'audit.access_log'::regclass
      and c.relname = v_name
  ) then
    return;
  end if;
  execute format(
    'create table access_log_months.%I (like audit.access_log including defaults including constraints)', v_name
  );
  execute format('alter table access_log_months.%I enable row level security', v_name);
  execute format('alter table access_log_months.%I force row level security', v_name);
  execute format(
    'alter table audit.access_log attach partition access_log_months.%I for values from (%L) to (%L)',
    v_name, v_from, v_from + interval '1 month'
  );
  execute format(
    'create trigger _021_no_truncate before truncate on access_log_months.%I for each statement execute function authz.tg__append_only(%L)',
    v_name, 'access_log'
  );
  execute format('alter table access_log_months.%I enable always trigger _021_no_truncate', v_name);
  execute format('alter table access_log_months.%I enable always trigger _020_append_only', v_name);
  execute format('comment on table access_log_months.%I is %L', v_name, 'Records of ' || to_char(v_from, 'YYYY-MM') || ', UTC. [N-35]');
end
$$;
comment on function audit.create_access_month(timestamptz) is
  'Makes the partition of the access log that holds a moment, if there is none. [N-35]';
revoke all on function audit.create_access_month(timestamptz) from public;
grant execute on function audit.create_access_month(timestamptz) to cordon_definer;

-- audit.reserve_access_slot: the slot itself, and nothing else. Where a table is made while the server looks for a place to begin, it unlearns what it knew
-- in a subtransaction and goes on as the owner of the transaction's resources, not of the statement's: what called it then fails with "snapshot reference
-- is not owned by resource owner". A block that catches has a subtransaction of its own, and gives the statement's owner back behind it.
create or replace function audit.reserve_access_slot()
  returns pg_lsn
  language plpgsql
  volatile
  security invoker
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot record;
begin
  v_slot := pg_create_logical_replication_slot(audit.access_slot_name(), 'pgoutput');
  return v_slot.lsn;
exception
  -- Nothing is to be caught: the server lets go of a slot that it could not finish where the statement fails, not here.
  when assert_failure then raise;
end
$$;
comment on function audit.reserve_access_slot() is
  'Creates the replication slot of the access log; returns where it begins. Errors are the server''s (42710 where there is one). [N-35]';
revoke all on function audit.reserve_access_slot() from public;

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
  v_fields text[];
begin
  if not is_row then
    -- An array begins with a brace; what the keys of a statement are derived from does not, so that such a key is no signature of a record.
    if get_byte(payload, 0) <> 123 then
      return null;
    end if;
    v_fields := convert_from(payload, 'UTF8');
  else
    v_bytes := encode(substring(payload for 68), 'hex');
    v_moment := ('x' || substr(v_bytes, 1, 16))::bit(64)::bigint;
    v_started := ('x' || substr(v_bytes, 113, 16))::bit(64)::bigint;
    -- Nobody chooses the moment: a month from the transaction's start, and a minute before it for a clock that was set back.
    if v_moment not between v_started - v_minute and v_started + v_month then
      return null;
    end if;
    v_shared := convert_from(substring(payload from 69), 'UTF8');
    v_fields := array[
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
  end if;
  -- What the table would not take: a line of the batch that fails takes all others with it, and whatever is drained after them. Counted so that each is
  -- converted, whatever it says.
  return case
    when cardinality(v_fields) = 22
      and num_nulls(v_fields[4]::bigint, v_fields[6], v_fields[11], v_fields[12], v_fields[13], v_fields[14], v_fields[19]) = 0
      and num_nulls(
        timestamptz 'epoch' + v_fields[1]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[2]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[3]::bigint * interval '1 microsecond'
      ) = 0
      and num_nulls(
        v_fields[5]::bigint, v_fields[7]::uuid, v_fields[8]::uuid, v_fields[10]::uuid, v_fields[18]::inet, v_fields[21]::uuid, v_fields[22]::uuid
      ) >= 0
      and v_fields[6] in ('provider', 'patient', 'internal_ops')
      and v_fields[12] in ('SELECT', 'INSERT', 'UPDATE')
      and v_fields[13] in ('basic', 'detailed', 'comprehensive')
      and v_fields[14] in ('allowed', 'denied', 'disclosed')
      and (v_fields[14] = 'denied') = (v_fields[15] is not null)
      and (v_fields[21] is null or v_fields[14] = 'disclosed')
      and v_fields[19] in ('edge', 'unknown')
      and (v_fields[19] = 'unknown') = (v_fields[18] is null)
    then v_fields
  end;
exception
  when data_exception then -- whole class: no text, no array, no moment, no number, no id, no address
    return null;
end
$$;
comment on function audit.read_payload(bytea, boolean) is
  'The fields of a signed message, of a disclosed row or any other; NULL for what no recorder writes. [N-35]';
revoke all on function audit.read_payload(bytea, boolean) from public;
grant execute on function audit.read_payload(bytea, boolean) to cordon_definer;

-- audit.take_access_records: messages of the WAL as rows of the log, and how far they were read, in one transaction. What is not signed is not read
-- further: its bytes may be anything. Nor is what a retired key signed, unless its transaction had begun by then: keys are rotated because somebody saw one.
-- A copy of a genuine record has the id of the first.
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
      select s.position, s.is_row, s.hmac, s.payload, case when s.is_row then -k.key_id else k.key_id end as key_id,
             n.created_at + interval '1 hour' as retired_at
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
      -- The next key signs what begins once it is committed. An hour more, for a rotation whose transaction stayed open.
      left join audit.access_keys as n on n.key_id = k.key_id + 1
      where s.hmac = case
          when s.is_row then audit.disclosure_hmac(k.inner_pad, k.outer_pad, s.payload)
          else sha256(k.outer_pad || sha256(k.inner_pad || s.payload))
        end
    ) as g
    -- MATERIALIZED by OFFSET: nothing of a message is read before its signature.
    cross join lateral (select audit.read_payload(g.payload, g.is_row) as f offset 0) as fields
    where case
        when cardinality(fields.f) = 22 then
          g.retired_at is null or timestamptz 'epoch' + fields.f[3]::bigint * interval '1 microsecond' < g.retired_at
        else false
      end;
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
comment on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) is
  'Writes the genuine messages into the access log and how far was read; returns the counts of records, forged, replayed. [N-35]';
alter function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) owner to cordon_definer;
revoke all on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) from public;

-- audit.note_access_gap: a stretch of the WAL that nobody will ever read, written down, and the drain set behind it.
create or replace function audit.note_access_gap(
  slot_name text, system_identifier text, from_position pg_lsn, to_position pg_lsn, cause text
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, cause)
  values ('gap', note_access_gap.slot_name, from_position::text, to_position::text, note_access_gap.cause);
  perform audit.take_access_records(note_access_gap.slot_name, note_access_gap.system_identifier, '{}', '{}', to_position);
end
$$;
comment on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) is
  'Records that the log misses what the WAL held between two positions, and goes on behind it. [N-35]';
alter function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) owner to cordon_definer;
revoke all on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) from public;

-- audit.create_access_slot: from here on the server keeps its WAL until it was drained. By command and not by migration: a slot is the server's, no
-- transaction's, and one that nobody drains fills the disk. Whatever was decided before is in no log, and that is written down.
create or replace function audit.create_access_slot()
  returns text
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_position pg_lsn;
begin
  -- Of two at once the second finds what the first has made. The drain, which makes the slot anew where it is lost, takes the same lock.
  perform audit.take_turn('audit.access_drains');
  if exists (select from pg_replication_slots as s where s.slot_name = v_slot) then
    return v_slot;
  end if;
  v_drained := audit.access_drain_status();
  -- Before anything is written: a transaction that has written gets no slot.
  v_position := audit.reserve_access_slot();
  perform audit.note_access_gap(
    v_slot, v_system, v_drained.drained_to, v_position, case when v_drained.drained_to is null then 'first slot' else 'slot lost' end
  );
  return v_slot;
end
$$;
comment on function audit.create_access_slot() is
  'Creates the slot of the access log where there is none, and records the gap before it; returns its name. For whoever migrates, who needs REPLICATION. [N-35]';
revoke all on function audit.create_access_slot() from public;

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
  -- The same lock as audit.take_turn, for which nobody waits here: whoever holds it does this very work.
  begin
    lock table audit.access_drains in share update exclusive mode nowait;
  exception
    when lock_not_available then
      return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end;
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
    perform audit.reserve_access_slot();
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
  -- Before 17 a run that found something has found what was on the disk by then: the one that finds nothing is the last.
  return jsonb_build_object('state', 'drained', 'more', v_is_full or (not v_flushes and cardinality(v_messages) > 0), 'gap', v_gap)
    || audit.take_access_records(v_slot, v_system, v_positions, v_messages, v_next);
end
$$;
comment on function audit.drain_access_log(integer) is
  'Writes at most so many records (about) from the WAL into the access log, each once; returns state (drained, busy, standby), more, gap, records, forged, replayed. CD030 without a slot. For whoever migrates, who needs REPLICATION. [N-35, N-47]';
revoke all on function audit.drain_access_log(integer) from public;

-- audit.rotate_access_key: a new key for the records that follow; the old ones stay, to verify what they signed. For whoever migrates, who alone can
-- tell that a key was seen: a caller's role could only pile up keys.
create or replace function audit.rotate_access_key()
  returns bigint
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant bytea := sha256(
    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
  );
  v_inner bytea := decode(repeat('36', 64), 'hex');
  v_outer bytea := decode(repeat('5c', 64), 'hex');
  v_key_id bigint;
begin
  for i in 0..31 loop
    v_inner := set_byte(v_inner, i, 54 # get_byte(v_key, i));
    v_outer := set_byte(v_outer, i, 92 # get_byte(v_key, i));
  end loop;
  insert into audit.access_keys (key_id, inner_pad, outer_pad)
  select coalesce(max(k.key_id), 0) + 1, v_inner, v_outer
  from audit.access_keys as k
  returning key_id into v_key_id;
  return v_key_id;
end
$$;
comment on function audit.rotate_access_key() is
  'Makes the key that signs the access log from now on; returns its id. For whoever migrates. [N-35]';
alter function audit.rotate_access_key() owner to cordon_definer;
revoke all on function audit.rotate_access_key() from public;

-- authz.tg_access_keys__security: a key of the access log was made, by whatever hand: its number and the one before it, never the key (N-37).
create or replace function authz.tg_access_keys__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_deployment_event(
    'key.rotated', 'audit.access_keys',
    jsonb_build_object('from', (select max(k.key_id) from audit.access_keys as k where k.key_id < new.key_id), 'to', new.key_id)
  );
  return null;
end
$$;
comment on function authz.tg_access_keys__security() is
  'Records that a key of the access log was made. [N-37]';
alter function authz.tg_access_keys__security() owner to cordon_definer;
revoke all on function authz.tg_access_keys__security() from public;

revoke create on schema audit, authz from cordon_definer;

create policy provider_fence on audit.access_drains
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_drains is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_drains
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_drains is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_drains
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_drains is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_drains
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_drains is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_drains
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_drains is
  'definer functions may read every row (audit.access_drain_status: where to go on). [N-35]';

create policy definer_insert on audit.access_drains
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_drains is
  'definer functions may create every row (audit.take_access_records: with the records themselves). [N-35]';

create policy definer_update on audit.access_drains
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on audit.access_drains is
  'definer functions may change every row (audit.take_access_records: with the records themselves). [N-35]';

create policy provider_fence on audit.access_keys
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_keys is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_keys
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_keys is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_keys
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_keys is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_keys
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_keys is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_keys
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_keys is
  'definer functions may read every row (authz.emit_access, authz.disclosure_stamp sign; audit.take_access_records, audit.bent_access_records verify, for as long as a key signed). [N-35]';

create policy definer_insert on audit.access_keys
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_keys is
  'definer functions may create every row (audit.rotate_access_key: the only hand). [N-35]';

create policy provider_fence on audit.access_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));
comment on policy provider_fence on audit.access_log is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on audit.access_log is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.access_log is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_log
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_log is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on audit.access_log
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'access_log', 'SELECT', 'detailed')));
comment on policy provider_select on audit.access_log is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-35, N-47]';

create policy internal_ops_select on audit.access_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'access_log', 'SELECT', 'detailed')));
comment on policy internal_ops_select on audit.access_log is
  'auditor of operations may read rows. [N-35, N-47]';

create policy definer_select on audit.access_log
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_log is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; audit.bent_access_records: what was signed). [N-35, S-20]';

create policy definer_insert on audit.access_log
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_log is
  'definer functions may create every row (audit.take_access_records: the only hand). [N-35]';

create policy provider_fence on audit.access_log_exceptions
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.access_log_exceptions is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.access_log_exceptions
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.access_log_exceptions is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.access_log_exceptions
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on audit.access_log_exceptions is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.access_log_exceptions
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.access_log_exceptions is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on audit.access_log_exceptions
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.access_log_exceptions is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.access_log_exceptions: where a log has holes). [S-20]';

create policy definer_insert on audit.access_log_exceptions
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.access_log_exceptions is
  'definer functions may create every row (audit.take_access_records, audit.note_access_gap: the only hands). [N-35]';

create or replace trigger _600_security
  after insert on audit.access_keys
  for each row
  execute function authz.tg_access_keys__security();
alter table audit.access_keys enable always trigger _600_security;
comment on trigger _600_security on audit.access_keys is
  'Records each key that is made, by number. [N-37]';

create or replace trigger _020_append_only
  before update or delete on audit.access_log
  for each row
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.access_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.access_log
  for each statement
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.access_log is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _020_append_only
  before update or delete on audit.access_log_exceptions
  for each row
  execute function authz.tg__append_only('access_log_exceptions');
alter table audit.access_log_exceptions enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.access_log_exceptions is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.access_log_exceptions
  for each statement
  execute function authz.tg__append_only('access_log_exceptions');
alter table audit.access_log_exceptions enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.access_log_exceptions is
  'Refuses to empty the table, the owner included. [S-20]';

grant
  select ("position", drained_at, records, slot_name, system_identifier),
  insert ("position", drained_at, records, slot_name, system_identifier),
  update ("position", drained_at, records, system_identifier)
  on audit.access_drains to cordon_definer;

grant
  select (created_at, inner_pad, key_id, outer_pad),
  insert (inner_pad, key_id, outer_pad)
  on audit.access_keys to cordon_definer;

grant select on audit.access_log to authenticated;
grant
  select (address_source, audit_level, backend_pid, client_address, hmac, id, justification, key_id, lsn, occurred_at, operation, organisation_id, outcome, patient_id, purpose, realm, reason, role, row_id, session_id, statement_at, table_name, transaction_at, transaction_id, user_agent, user_id),
  insert (address_source, audit_level, backend_pid, client_address, hmac, id, justification, key_id, lsn, occurred_at, operation, organisation_id, outcome, patient_id, purpose, realm, reason, role, row_id, session_id, statement_at, table_name, transaction_at, transaction_id, user_agent, user_id)
  on audit.access_log to cordon_definer;
grant select on audit.access_log to internal_ops;

grant
  select (cause, from_lsn, id, kind, noticed_at, records, slot_name, to_lsn),
  insert (cause, from_lsn, kind, records, slot_name, to_lsn)
  on audit.access_log_exceptions to cordon_definer;

grant select on public.access_log to authenticated;
grant select on public.access_log to internal_ops;

-- migrate:down
