-- migrate:up
-- Why: a caller who put off role or claims in mid-statement, or was no agent of operations, was taken for the system or let as far as another tenant's rows
-- Side: operations
-- Access: +2 grants, 29 definer functions
--   ~ audit.take_turn is written, and runs with the rights of its owner
--   + cordon_definer may execute function audit.take_turn(text)
--   ~ audit.create_access_slot is written, and runs with the rights of its owner
--   ~ audit.drain_access_log is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.is_system()
--   ~ authz.disclosure_stamp is written, and runs with the rights of its owner
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   ~ authz.record_activity is written, and runs with the rights of its owner
--   ~ authz.record_security_event is written, and runs with the rights of its owner
--   ~ authz.tg__consent is written, and runs with the rights of its owner
--   ~ authz.tg__frozen_child is written, and runs with the rights of its owner
--   ~ authz.tg__handed_over is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg_admissions__activity is written, and runs with the rights of its owner
--   ~ authz.tg_cases__activity is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   ~ authz.tg_documents__activity is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__case is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__frozen is written, and runs with the rights of its owner
--   ~ authz.tg_legal_holds__release is written, and runs with the rights of its owner
--   ~ authz.tg_medical_record_details__superseded is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_members__accept is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.tg_signed_forms__activity is written, and runs with the rights of its owner
--   ~ authz.tg_transfer_jobs__follow is written, and runs with the rights of its owner
--   ~ authz.tg_transfers__activity is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__activity is written, and runs with the rights of its owner
--   ~ governance.erase_rows is written, and runs with the rights of its owner
--   ~ public.declare_restricted_read is written, and runs with the rights of its owner
--   ~ public.watch_catalog is written, and runs with the rights of its owner
--   widens: authz.acting_realm(), which 21 functions and 39 triggers ask, has another text
--   widens: authz.disclosure_stamp(text, text, text), which 8 policies ask, has another text
--   widens: authz.is_out_of_reach(uuid), which 12 triggers ask, has another text
--   widens: authz.now(), which 21 functions, 42 policies, 4 triggers and 2 views ask, has another text
--   widens: authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) is new beside a function of the same name, which 11 triggers ask
--   widens: authz.record_security_event(uuid, text, uuid, jsonb), which 4 functions and 5 triggers ask, has another text
--   widens: authz.secret_in(text), which 1 function and 22 triggers ask, has another text
--   widens: authz.tg__consent(), which 4 triggers ask, has another text
--   widens: authz.tg__frozen_child(), which 2 triggers ask, has another text
--   widens: authz.tg__handed_over(), which 2 triggers ask, has another text
--   widens: authz.tg__stamp(), which 55 triggers ask, has another text
--   widens: authz.tg_admissions__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_cases__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_cases__handoff(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__transition(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
--   widens: authz.tg_documents__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__case(), which 1 trigger asks, has another text
--   widens: authz.tg_invoices__frozen(), which 1 trigger asks, has another text
--   widens: authz.tg_legal_holds__release(), which 1 trigger asks, acts with the rights of postgres, whom no policy binds,, has another text
--   widens: authz.tg_medical_record_details__superseded(), which 1 trigger asks, has another text
--   widens: authz.tg_medical_records__version(), which 1 trigger asks, has another text
--   widens: authz.tg_organisation_members__accept(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_accounts__confirm(), which 1 trigger asks, has another text
--   widens: authz.tg_signed_forms__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_transfer_jobs__follow(), which 1 trigger asks, has another text
--   widens: authz.tg_transfers__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_vehicle_assignments__activity(), which 1 trigger asks, has another text
--   widens: governance.erase_rows(uuid, uuid, uuid), which 2 functions ask, has another text
--   widens: public.declare_restricted_read(text, text), callable by clinic staff, has another text
--   widens: public.watch_catalog(), callable by operations and the service role, has another text
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.beds
--   SHARE ROW EXCLUSIVE public.organisation_settings

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- An event names who is stamped on its row; what took the actor from the moment's claims goes.
drop function authz.record_activity(uuid, uuid, uuid, text, jsonb);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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

-- authz.is_system: whether nobody's token acts: the server's key, the owner, a migration. A role can be taken on and put off in mid-statement, after
-- the policies were asked, so that having none of the realms' proves nothing: a login of the API without a role is a caller who put it off. What
-- is the system's alone asks this, and never whether there is a user: there is none, too, while somebody's claims name a session that has ended.
create or replace function authz.is_system()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'service_role' then true
    when 'authenticated' then false
    when 'internal_ops' then false
    when 'patient' then false
    when 'anon' then false
    else not authz.is_api_login()
  end;
end
$$;
comment on function authz.is_system() is
  'Whether the server, the owner or a migration acts, and no caller of the API. [N-11, S-16]';
revoke all on function authz.is_system() from public;
grant execute on function authz.is_system() to cordon_definer;

-- authz.acting_realm: whose hand writes: the role that the connection took on, not the owner of the function that runs for it. A role can be
-- switched in mid-statement, after the policies were asked: who acts as operations must be one of them at this moment too, and counts as a clinic's
-- otherwise, as does staff that acts as a patient and is none, and a caller without a role: whom everything that freezes binds.
create or replace function authz.acting_realm()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'provider'
    when 'patient' then case
      when authz.patient_organisation_ids() = '{}'
        and exists (select from authz.live_memberships as m where m.user_id = authz.subject())
      then 'provider'
      else 'patient'
    end
    when 'internal_ops' then case when authz.is_operator('{}') then 'internal_ops' else 'provider' end
    else case when authz.is_system() then 'system' else 'provider' end
  end;
end
$$;
comment on function authz.acting_realm() is
  'Realm of the caller; system for the server, the owner and migrations. Provider for whoever has put a role on or off without what it takes. [S-16, S-18, S-34]';

-- authz.now: the moment that conditions are held against: the clock's, so that neither a transaction held open nor a DO block, which is one
-- statement to the server, outlives anything. A policy asks once a query. One place, so that tests can put a clock of their own here;
-- nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return clock_timestamp();
end
$$;
comment on function authz.now() is
  'The moment, for conditions that depend on time. [N-28, N-40]';

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
  v_caller record;
  v_record record;
  v_shared bytea;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  -- Verified here too: between the decision and the first row a caller can have put on other claims, and would sign as whomever they name.
  v_caller := authz.caller();
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  v_record := authz.access_fields(
    realm,
    row(v_caller.user_id, v_caller.session_id, null, null),
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
  'What the records of the rows of one statement share, and the keys that sign them; NULL on a standby, 42501 for a caller without a live session. Asked by policies, for authz.log_disclosure. [N-35, N-47]';

-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them, and one that recorded
-- would write there. It opens nothing and is asked for each row: whether a member's session still lives is left to the policy. Of operations,
-- the agents alone write to rows of organisations. A member is one under every role: who has put theirs off is looked at all the same. The trigger makes it a row of no organisation: the
-- policy may have been asked under another role, and would let in what nobody looked at.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject(); -- by itself: inside the query it is asked again wherever a plan compares with it
begin
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = is_out_of_reach.organisation_id
      and m.user_id = v_user_id
  ) then
    return false;
  end if;
  return case current_setting('role')
    when 'authenticated' then true
    when 'internal_ops' then not authz.is_operator('{ops_agent}')
    when 'patient' then not is_out_of_reach.organisation_id = any (authz.patient_organisation_ids())
    else not authz.is_system()
  end;
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether a caller writes to an organisation that they do not reach, so that a trigger must not look. [S-04]';

-- authz.record_activity: one event. For triggers: the log refuses everybody else. The actor is who is stamped on the row that the event tells of,
-- which tg__stamped verifies: claims that name another when this trigger fires name nobody. A trigger whose row is not written
-- names authz.subject(), and asks authz.require_caller first.
create or replace function authz.record_activity(
  organisation_id uuid, case_id uuid, entity_id uuid, event_type text, details jsonb, actor_user_id uuid
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.case_activity_log
    (organisation_id, case_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, details)
  values
    (organisation_id, case_id, split_part(event_type, '.', 1), entity_id, event_type, actor_user_id, authz.acting_realm(), details);
end
$$;
comment on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) is
  'Writes one row into case_activity_log. [S-18]';
alter function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) owner to cordon_definer;
revoke all on function authz.record_activity(uuid, uuid, uuid, text, jsonb, uuid) from public;

-- authz.record_security_event: one event, by whoever acts now, from where. For triggers and functions of ours: no caller may execute it. It is
-- written in the transaction of what it tells, so that neither stands without the other; what was refused stands in the access log.
create or replace function authz.record_security_event(organisation_id uuid, event_type text, entity_id uuid, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_address constant inet := authz.client_address();
begin
  -- In mid-statement a caller can have put off the claims under which they were let in.
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  insert into audit.security_events
    (organisation_id, event_type, entity_id, actor_user_id, actor_realm, session_id, client_address, address_source, user_agent, details)
  values (
    organisation_id, event_type, entity_id, v_caller.user_id, authz.acting_realm(), v_caller.session_id,
    v_address, case when v_address is null then 'unknown' else 'edge' end, authz.user_agent(), details
  );
end
$$;
comment on function authz.record_security_event(uuid, text, uuid, jsonb) is
  'Writes one row into audit.security_events: organisation, type, the id of what it is about, and the keys of its type. 42501 for a caller without a live session. [N-37]';

-- authz.secret_in: what a text carries that is never stored. Groups of digits count as one number where they are grouped as such a number
-- is: a card's in fours or more, the last one shorter; a CPF's and a Thai id's as they are printed. Groups of any size would make every
-- second series of blood pressures somebody's number.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Digits of Thai, Arabic, Persian, Devanagari, Bengali, Tamil, Lao and Khmer; NFKC makes ours of full width, of superscripts and of mathematics.
  v_other_digits constant text :=
    E'\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669'
    '\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f'
    '\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u0be6\u0be7\u0be8\u0be9\u0bea\u0beb\u0bec\u0bed\u0bee\u0bef'
    '\u0ed0\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u17e0\u17e1\u17e2\u17e3\u17e4\u17e5\u17e6\u17e7\u17e8\u17e9';
  v_is_ascii constant boolean := octet_length(value) = length(value);
  v_text text;
  v_run text;
  v_groups text[];
  v_sizes integer[];
  v_digits text;
begin
  -- A link has nine characters at least, and nine digits make the shortest number that is looked for.
  if value is null or length(value) < 9 then
    return null;
  end if;
  -- Whoever holds a signed link holds the document (S-10): what is stored is bucket and path.
  if position('://' in value) > 0
    and value ~* 'https?://([^/[:space:]]*:[^/[:space:]]*@|[^[:space:]]*(/storage/v1/|[?&#](token|access_token|refresh_token|signature|sig|x-amz-signature|apikey)=))'
  then
    return 'link that opens by itself';
  end if;
  v_text := case when v_is_ascii then value else normalize(value, nfkc) end;
  -- Most texts are done here. Digits of other scripts take more than a byte, and a look at each character for each of them.
  if length(v_text) - length(translate(v_text, '0123456789' || case when v_is_ascii then '' else v_other_digits end, '')) < 9 then
    return null;
  end if;
  -- Blanks, dashes, what else stands between groups, and digits of other scripts count as ours. What has no width is left out.
  v_text := translate(
    v_text,
    E'\t\n\u000b\f\r_,\u0085\u1680\u2028\u2029'
    || E'|*:\u00b7\u2010\u2012\u2013\u2014\u2015\u2022\u2027\u2043\u2212\u2219\u22c5'
    || v_other_digits
    || E'\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064'
       '\u2066\u2067\u2068\u2069\ufeff',
    repeat(' ', 11) || repeat('-', 15) || repeat('0123456789', 8)
  );
  if v_text ~ E'(^|[^0-9])(?!000|666|9[0-9][0-9])[0-9]{3}([-. ]{1,2})(?!00)[0-9][0-9]\\2(?!0000)[0-9]{4}(?![0-9])' then
    return 'national id';
  end if;
  -- With its points and dashes: with blanks it would be any four measurements.
  for v_run in
    select m[1] || m[2] || m[3] || m[4]
    from regexp_matches(v_text, '(?<![0-9])([0-9]{3})[.-]([0-9]{3})[.-]([0-9]{3})[ ./-]([0-9][0-9])(?![0-9])', 'g') as m
  loop
    if authz.is_national_id(v_run) then
      return 'national id';
    end if;
  end loop;
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,5}[0-9]){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]+');
    for v_from in 1..cardinality(v_groups) loop
      v_digits := '';
      v_sizes := '{}';
      for v_to in v_from..cardinality(v_groups) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        v_sizes := v_sizes || length(v_groups[v_to]);
        if 4 <= all (v_sizes[:cardinality(v_sizes) - 1]) and authz.is_card_number(v_digits) then
          return 'card number';
        end if;
        if v_sizes in ('{11}', '{9,2}', '{13}', '{1,4,5,2,1}') and authz.is_national_id(v_digits) then
          return 'national id';
        end if;
      end loop;
    end loop;
  end loop;
  return null;
end
$$;

-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_chart(new.organisation_id, v_patient_id);
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;

-- authz.tg__frozen_child: a frozen invoice freezes its lines and payments (S-34). Argument: what the row is called in the log.
create or replace function authz.tg__frozen_child()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_invoice_id uuid;
  v_id uuid;
  v_case_id uuid;
  v_status text;
  v_realm text;
begin
  if tg_op = 'INSERT' then
    -- Another tenant's invoice is refused by the policy: a look at it, or a wait for its lock, would tell of it.
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null;
      return new;
    end if;
    v_organisation_id := new.organisation_id;
    v_invoice_id := new.invoice_id;
    v_id := new.id;
  else
    v_organisation_id := old.organisation_id;
    v_invoice_id := old.invoice_id;
    v_id := old.id;
  end if;

  -- The attachment takes this same lock: a payment is before it, or finds the invoice frozen.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  select i.case_id, i.status
    into v_case_id, v_status
    from public.invoices as i
   where i.organisation_id = v_organisation_id
     and i.id = v_invoice_id
     for no key update;
  if not found then
    raise exception 'invoice not found'
      using errcode = 'CD010', hint = 'Name an invoice of the current organisation.';
  end if;

  -- The case came or went in this transaction: this is the projection of it, and nothing else of the row changes with it.
  if tg_op = 'UPDATE' and v_case_id is distinct from old.case_id then
    new := old;
    new.case_id := v_case_id;
    return new;
  end if;
  v_realm := authz.acting_realm();
  if v_realm <> 'internal_ops' then
    if v_case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        v_organisation_id, v_case_id, v_id, tg_argv[0] || '.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'invoice_line' and v_status <> 'draft' and v_realm <> 'internal_ops' then
    raise exception 'the lines of an issued invoice are fixed'
      using errcode = 'CD013', hint = 'Void the invoice and write another.';
  end if;
  if tg_op = 'INSERT' and tg_argv[0] = 'payment' and v_status in ('draft', 'void') then
    raise exception 'nothing is paid on an invoice that is %', v_status
      using errcode = 'CD013', hint = 'Issue the invoice first.';
  end if;
  if tg_op = 'UPDATE' and new.invoice_id is distinct from old.invoice_id then
    raise exception 'a % does not pass to another invoice', tg_argv[0]
      using errcode = 'CD013', hint = 'Archive it and record a new one.';
  end if;
  new.case_id := v_case_id;
  return new;
end
$$;

-- authz.tg__handed_over: operations vouch and claim for cases that are theirs. Who is none of their agents is refused by the policy, whatever the
-- case: a look at it would tell of it.
create or replace function authz.tg__handed_over()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null;
    return new;
  end if;
  if not exists (
    select
    from public.cases as c
    where c.organisation_id = new.organisation_id
      and c.id = new.case_id
      and c.handed_off_at is not null
      and c.archived_at is null
  ) then
    raise exception 'case not found'
      using errcode = 'CD010', hint = 'Name a case that was handed over to operations.';
  end if;
  return new;
end
$$;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's
-- subject, which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement.
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took claims or role away to sign as nobody.
  if v_user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;

-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end, new.updated_by_user_id
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and new.archived_at is not null and old.archived_at is null then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.archived',
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, coalesce(new.case_id, old.case_id), new.id, 'admission.case_changed',
      jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;

-- authz.tg_cases__activity: one row per change of a case that is one (S-18).
create or replace function authz.tg_cases__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.opened', jsonb_build_object('status', new.status, 'priority', new.priority), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is distinct from old.status then
    if old.status = 'closed' then
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.reopened', jsonb_build_object('from', old.status, 'to', new.status, 'reason', new.reopen_reason), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.id, new.id, 'case.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  if new.priority is distinct from old.priority then
    perform authz.record_activity(
      new.organisation_id, new.id, new.id, 'case.priority_changed', jsonb_build_object('from', old.priority, 'to', new.priority), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;

-- authz.tg_cases__handoff: a case is handed to operations once; each reopening says why.
create or replace function authz.tg_cases__handoff()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.handed_off_at := null;
    new.reopen_reason := null;
    return new;
  end if;
  new.handed_off_at := coalesce(old.handed_off_at, case when new.status = 'handed_off' then clock_timestamp() end);
  if new.status = 'cancelled' and old.status <> 'cancelled' and old.handed_off_at is not null then
    raise exception 'a case that was handed over is not cancelled'
      using errcode = 'CD013', hint = 'Hand it over again, or have operations close it.';
  end if;
  if new.status is not distinct from old.status then
    new.reopen_reason := old.reopen_reason;
  elsif old.status <> 'closed' then
    new.reopen_reason := null;
  elsif new.reopen_reason is null then
    raise exception 'reopening a case takes a reason'
      using errcode = 'CD013', hint = 'Set reopen_reason in the same statement.';
  end if;
  return new;
end
$$;

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    if (new.patient_id, new.purpose, new.legal_basis, new.break_glass_allowed, new.expires_at, new.signed_form_id, new.justification)
      is distinct from (old.patient_id, old.purpose, old.legal_basis, old.break_glass_allowed, old.expires_at, old.signed_form_id, old.justification)
    then
      raise exception 'the terms of a consent never change'
        using errcode = 'CD005', hint = 'Withdraw it and record a new consent.';
    end if;
    if new.status is distinct from old.status
      and (old.status, new.status) not in (
        ('proposed', 'active'), ('proposed', 'rejected'), ('proposed', 'entered_in_error'),
        ('active', 'withdrawn'), ('active', 'expired'), ('active', 'entered_in_error')
      )
    then
      raise exception 'a consent cannot go from % to %', old.status, new.status
        using errcode = 'CD005', hint = 'proposed: active, rejected; active: withdrawn, expired; the rest is final.';
    end if;
    if new.signed_form_id is not null and old.status = 'proposed' and new.status = 'active' and current_user <> 'cordon_definer' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'sign_form signs the form, and puts what it carries into force.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    -- Not by whose role it is now: in mid-statement a caller can have put it off, whose login is the API's all the same.
    if new.legal_basis <> 'consent' and current_user <> 'cordon_definer'
      and (
        current_user in ('authenticated', 'internal_ops', 'patient', 'anon')
        or (
          current_user <> 'service_role'
          and exists (
            select
            from pg_roles as r
            where r.rolname = session_user
              and not r.rolsuper
              and not r.rolbypassrls
              and pg_has_role(r.oid, 'authenticated', 'member')
          )
        )
      )
    then
      raise exception 'staff propose consents, and no other legal basis'
        using errcode = 'CD005', hint = 'The privacy officer records another one: rely_on_legal_basis.';
    end if;
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;

-- authz.tg_consents__version: which text a consent is to, when and how it was given, and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it. A new consent waits for a version that is being written, by the
-- row of the purpose; one that changes is met by that version's own update.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    select p.version
      into new.purpose_version
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and c.purpose_version < new.purpose_version
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id;
  end if;
  return new;
end
$$;

-- authz.tg_documents__activity: that a document came and what became of it; never what it is called (S-18).
create or replace function authz.tg_documents__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, null, new.id, 'document.requested', jsonb_build_object('kind', new.kind), new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'document.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;

-- authz.tg_invoices__case: what operations see of a case, they see with its lines and payments. Each row's own trigger computes the value.
create or replace function authz.tg_invoices__case()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.case_id is not distinct from old.case_id then
    return null;
  end if;
  update public.invoice_lines as l set case_id = null
   where l.organisation_id = new.organisation_id and l.invoice_id = new.id;
  update public.payments as p set case_id = null
   where p.organisation_id = new.organisation_id and p.invoice_id = new.id;
  perform authz.record_activity(
    new.organisation_id, coalesce(new.case_id, old.case_id), new.id,
    case when new.case_id is null then 'invoice.detached' else 'invoice.attached' end, '{}', new.updated_by_user_id
  );
  return null;
end
$$;

-- authz.tg_invoices__frozen: from the attachment on, an invoice is operations' (S-34). Nothing happens and nothing is raised (S-35): the clinic's app goes on, and
-- the record tells. The row stays visible, so no policy says this: the trigger would not fire.
create or replace function authz.tg_invoices__frozen()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if new.case_id is not null then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
    return new;
  end if;
  if authz.acting_realm() <> 'internal_ops' then
    if old.case_id is not null then
      perform authz.require_caller();
      perform authz.record_activity(
        old.organisation_id, old.case_id, old.id, 'invoice.frozen_write_suppressed', jsonb_build_object('operation', lower(tg_op)), authz.subject()
      );
      return null;
    end if;
    -- The owner in person (a seed, a repair) may freeze, and not thaw. By login: roles are taken on and put off in mid-statement.
    if tg_op = 'UPDATE' and new.case_id is not null and not exists (
      select
      from pg_catalog.pg_class as c
      where c.oid = tg_relid
        and pg_has_role(session_user, c.relowner, 'member')
    ) then
      raise exception 'an invoice is attached to a case by operations'
        using errcode = 'insufficient_privilege', hint = 'Use attach_invoice, as an agent of operations.';
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;

-- authz.tg_legal_holds__release: a hold is released once, by the clock; what it holds and why never changes. It waits for an erasure that is under
-- way in its organisation, as that waits for it. Of the migrating role: the lock takes a right to change the organisation.
create or replace function authz.tg_legal_holds__release()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform
    from public.organisations as o
    where o.id = new.organisation_id
    for share;
    new.released_at := null;
    return new;
  end if;
  new.patient_id := old.patient_id;
  new.reason := old.reason;
  new.released_at := case
    when old.released_at is not null then old.released_at
    when new.released_at is not null then clock_timestamp()
  end;
  return new;
end
$$;

-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version. The
-- record is locked before it is asked, so that no version comes in between; the patient before it, as everywhere.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_chart(new.organisation_id, new.patient_id);
  elsif (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
  perform authz.require_read_committed();
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.id = new.id
    for no key update;
  if exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.supersedes_id = new.id
  ) then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. A version that a nurse may not see is not there to be superseded by one.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.archived_at is null)
      and new.segments @> old.segments -- more protection may come later
    then
      return new;
    end if;
    perform authz.require_read_committed();
    if exists (
      select
      from public.medical_records as r
      where r.organisation_id = old.organisation_id
        and r.supersedes_id = old.id
    ) then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;

  new.version := 1;
  if new.supersedes_id is null then
    return new;
  end if;
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    return new;
  end if;
  -- Patient and consents first: whoever changes a consent goes on to its records.
  perform authz.lock_chart(new.organisation_id, new.patient_id);
  select r.version + 1
    into new.version
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and (
       not r.is_segmented
       or authz.is_system()
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read.';
  end if;
  return new;
end
$$;

-- authz.tg_organisation_members__accept: nobody is made a member without agreeing. A clinic_admin of one clinic could
-- otherwise enrol another clinic's staff, who would then belong to two and, choosing none, see nothing; and read their
-- names. What the system imports counts as agreed. An agreement ends with the membership: whoever is made a member again is asked again.
create or replace function authz.tg_organisation_members__accept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
begin
  -- Whose agreement it is, is asked of the row, and not only once a statement.
  if v_user_id is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.accepted_at := case when v_is_system then clock_timestamp() end;
  elsif old.accepted_at is not null then
    new.accepted_at := case
      when v_is_system
        or v_user_id = new.user_id
        or (old.is_active and coalesce(old.valid_until, 'infinity') > authz.now())
        or not (new.is_active and coalesce(new.valid_until, 'infinity') > authz.now())
      then old.accepted_at
    end;
  elsif new.accepted_at is not null then
    new.accepted_at := case when v_is_system or v_user_id = new.user_id then clock_timestamp() end;
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_members__accept() is
  'Stamps accepted_at for the member alone, or for the system; a value sent by anyone else is ignored, and a membership resumed waits for its member. [N-22]';

-- authz.tg_patient_accounts__confirm: a portal account opens a chart, so two members open it: who creates it cannot
-- confirm it (reception alone, with a friend's login, could otherwise consent in a patient's name). An end is final.
create or replace function authz.tg_patient_accounts__confirm()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
begin
  -- Who decides here is compared with who decided before: it is asked of the row, and not only once a statement.
  if v_user_id is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.confirmed_at := case when v_is_system then clock_timestamp() end;
    new.confirmed_by_user_id := null;
    new.revoked_at := case when v_is_system then new.revoked_at end;
    return new;
  end if;

  if old.confirmed_at is not null then
    new.confirmed_at := old.confirmed_at;
    new.confirmed_by_user_id := old.confirmed_by_user_id;
  elsif new.confirmed_at is not null then
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot confirm it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin, or let reception create it.';
    end if;
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    new.confirmed_by_user_id := null;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;

-- authz.tg_signed_forms__activity: that a form was drawn up, signed, ended; never by which words (S-18).
create or replace function authz.tg_signed_forms__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'signed_form.drafted', jsonb_build_object('template_id', new.template_id), new.updated_by_user_id
    );
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id,
      case new.status when 'active' then 'signed_form.signed' else 'signed_form.terminated' end,
      jsonb_build_object('content_sha256', new.content_sha256), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;

-- authz.tg_transfer_jobs__follow: what the company does with its job, the clinic's transfer does too, and both timelines tell it (S-18).
create or replace function authz.tg_transfer_jobs__follow()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'transfer_job.received', jsonb_build_object('origin_organisation_id', new.origin_organisation_id), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is not distinct from old.status then
    return null;
  end if;
  perform authz.record_activity(
    new.organisation_id, null, new.id, 'transfer_job.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
  );
  update public.transfers as t
     set status = new.status
   where t.organisation_id = new.origin_organisation_id
     and t.id = new.transfer_id;
  if new.status in ('delivered', 'cancelled') then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
     where p.organisation_id = new.organisation_id
       and p.id = new.id;
    update public.vehicle_assignments as a
       set released_at = clock_timestamp()
     where a.organisation_id = new.organisation_id
       and a.transfer_job_id = new.id
       and a.released_at is null;
  end if;
  return null;
end
$$;

-- authz.tg_transfers__activity: one row per change of a transfer that is one (S-18).
create or replace function authz.tg_transfers__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, new.case_id, new.id, 'transfer.requested', '{}', new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    if new.status = 'dispatched' then
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.dispatched',
        jsonb_build_object('transport_organisation_id', new.transport_organisation_id), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  return null;
end
$$;

-- authz.tg_vehicle_assignments__activity: who drove with what, as it was decided (S-18).
create or replace function authz.tg_vehicle_assignments__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_was_live boolean := false;
  v_is_live constant boolean := new.released_at is null and new.archived_at is null;
begin
  if tg_op = 'UPDATE' then
    v_was_live := old.released_at is null and old.archived_at is null;
  end if;
  if v_is_live <> v_was_live then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, case when v_is_live then 'transfer_job.assigned' else 'transfer_job.released' end,
      jsonb_build_object('vehicle_id', new.vehicle_id, 'driver_id', new.driver_id), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;

-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_by constant text := coalesce(authz.user_id()::text, session_user::text);
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_table record;
  v_rule record;
  v_due record;
  v_dues jsonb := '[]';
  v_keys_of jsonb[];
  v_is_open boolean := true;
  v_until timestamptz;
  v_keys text[];
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- A hold is set before or after, never in between: it would come to nothing. Both lock the organisation, so that no other waits.
  perform
  from public.organisations as o
  where o.id = erase_rows.organisation_id
  for no key update;
  perform authz.lock_patient(erase_rows.organisation_id, erase_rows.patient_id);
  if exists (
    select
    from public.legal_holds as h
    where h.organisation_id = erase_rows.organisation_id
      and (h.patient_id is null or h.patient_id = erase_rows.patient_id)
      and h.released_at is null
  ) then
    raise exception 'a legal hold keeps this data'
      using errcode = 'CD020', hint = 'Release the hold first, or refuse the request on its ground.';
  end if;
  perform set_config('app.pinned_organisation_id', erase_rows.organisation_id::text, true);
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self';

  -- Decided before anything is destroyed: what is gone says no longer when it was written.
  for v_table in
    select g.relation, g.relation::regclass as oid, g.condition, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() with ordinality as g (relation, condition, via, place)
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
    order by g.place desc -- what refers before what it refers to
  loop
    if not exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name and r.table_name = v_table.table_name and r.column_name = '*'
    ) then
      raise exception 'no rule says what erasure does with a table'
        using errcode = 'CD020', detail = v_table.relation, hint = 'Add it to governance.erasure_rules, by a migration.';
    end if;
    v_is_gone := false;
    for v_rule in
      select r.column_name, r.action, r.kept_for, r.replacement, r.basis
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name
        and r.table_name = v_table.table_name
      order by r.column_name <> '*', r.column_name
    loop
      continue when v_is_gone;
      v_until := case
        when v_rule.kept_for is not null then governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, v_rule.kept_for, v_graph)
      end;
      v_entry := jsonb_build_object('table', v_table.relation, 'column', v_rule.column_name, 'basis', v_rule.basis);
      if v_rule.action = 'keep' or v_until > v_now then
        execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_table.oid, v_table.condition)
          into v_count
          using erase_rows.organisation_id, erase_rows.patient_id;
        if v_count > 0 then
          v_kept := v_kept || (v_entry || jsonb_build_object('rows', v_count, 'until', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        end if;
        continue;
      end if;
      v_is_gone := v_rule.action = 'delete';
      v_dues := v_dues || jsonb_build_object(
        'table', v_table.relation, 'condition', v_table.condition, 'column', v_rule.column_name, 'replacement', v_rule.replacement, 'entry', v_entry
      );
    end loop;
  end loop;

  -- Never what is referred to by what is kept. What is deleted frees what it referred to: again until nothing is.
  v_keys_of := array_fill('[]'::jsonb, array[jsonb_array_length(v_dues)]);
  while v_is_open loop
    v_is_open := false;
    for v_due in
      select d.place::integer as place, d.due ->> 'table' as relation, (d.due ->> 'table')::regclass as oid, d.due ->> 'condition' as condition,
        d.due ->> 'column' as column_name, d.due ->> 'replacement' as replacement
      from jsonb_array_elements(v_dues) with ordinality as d (due, place)
      order by d.place
    loop
      v_keys := null;
      if v_due.column_name = '*' then
        select d.record_keys
          into v_keys
          from governance.delete_rows(
            v_due.relation,
            format('t.organisation_id = $1 and (%s) and %s', v_due.condition, governance.unreferenced(v_due.relation, false)),
            erase_rows.organisation_id, erase_rows.patient_id, v_now
          ) as d;
      elsif v_keys_of[v_due.place] = '[]' then
        execute format(
          'with blanked as (
             update %1$s as t set %2$I = replace(%3$L, ''{id}'', t.id::text)
             where t.organisation_id = $1 and (%4$s) and t.%2$I is distinct from replace(%3$L, ''{id}'', t.id::text)
             returning %5$s as key
           ) select array_agg(key order by key collate "C") from blanked',
          v_due.oid, v_due.column_name, v_due.replacement, v_due.condition, audit.key_expression(v_due.relation)
        )
        into v_keys
        using erase_rows.organisation_id, erase_rows.patient_id;
      end if;
      if v_keys is not null then
        v_keys_of[v_due.place] := v_keys_of[v_due.place] || to_jsonb(v_keys);
        v_is_open := true;
      end if;
    end loop;
  end loop;
  for v_due in
    select d.due ->> 'table' as relation, d.due ->> 'column' as column_name, d.due -> 'entry' as entry, d.due ->> 'condition' as condition,
      array(select k.value from jsonb_array_elements_text(v_keys_of[d.place::integer]) as k order by k.value collate "C") as record_keys
    from jsonb_array_elements(v_dues) with ordinality as d (due, place)
    order by d.place
  loop
    if v_due.record_keys <> '{}' then
      v_destroyed := v_destroyed || (v_due.entry || jsonb_build_object('rows', cardinality(v_due.record_keys)));
      perform governance.bury(
        erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_due.relation, nullif(v_due.column_name, '*'), v_due.record_keys, v_by
      );
    end if;
    continue when v_due.column_name <> '*';
    execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_due.relation::regclass, v_due.condition)
      into v_count
      using erase_rows.organisation_id, erase_rows.patient_id;
    if v_count > 0 then
      v_kept := v_kept || (v_due.entry || jsonb_build_object('rows', v_count, 'until', null, 'basis', 'is referred to by what is kept'));
    end if;
  end loop;
  select count(*)
    into v_count
    from storage.objects as o
   where o.bucket_id = 'patient-documents'
     and o.name like erase_rows.organisation_id || '/' || erase_rows.patient_id || '/%'
     and not exists (select from public.documents as d where d.organisation_id = erase_rows.organisation_id and d.object_path = o.name);
  if v_count > 0 then
    v_kept := v_kept || jsonb_build_object(
      'table', 'storage.objects', 'column', '*', 'rows', v_count, 'until', null,
      'basis', 'files open to nobody any more: a server takes them out of Storage, removeErased of cordon/documents'
    );
  end if;

  -- Beyond the tenant: names in jobs that are still under way, and the name of a login that is a patient's and nothing else.
  perform authz.forget_passengers(erase_rows.organisation_id, erase_rows.patient_id, '-infinity');
  with blanked as (
    update public.profiles as p
       set display_name = 'erased'
     where p.user_id = any (v_logins)
       and p.display_name <> 'erased'
       and not exists (select from public.patient_accounts as a where a.user_id = p.user_id)
       and not exists (select from public.organisation_members as m where m.user_id = p.user_id)
       and not exists (select from public.ops_members as m where m.user_id = p.user_id)
    returning array[p.user_id::text]::text as key
  )
  select array_agg(b.key order by b.key) into v_keys from blanked as b;
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.profiles', 'column', 'display_name', 'rows', cardinality(v_keys), 'basis', 'names the person behind a login that opens nothing any more'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.profiles', 'display_name', v_keys, v_by);
  end if;
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
end
$$;

-- public.declare_restricted_read: says what the restricted records are for that the rest of this transaction reads, and counts one read (N-52).
-- It opens nothing: policies decide as before, narrower by the purpose, and put both on record with what they decide. In public, because
-- read_medical_record acts with the rights of its caller, who may name nothing of authz.
create or replace function public.declare_restricted_read(purpose text, justification text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_justification constant text := authz.trimmed(justification);
begin
  perform authz.count_restricted_read();
  if not exists (select from public.consent_purposes as p where p.purpose = declare_restricted_read.purpose) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  -- The access log keeps 500.
  if coalesce(length(v_justification), 0) not between 10 and 500 then
    raise exception 'a restricted read needs a justification'
      using errcode = 'CD044', hint = 'Say why, in 10 to 500 characters: the access log keeps it.';
  end if;
  if authz.secret_in(v_justification) is not null then
    raise exception 'a justification carries a %', authz.secret_in(v_justification)
      using errcode = 'CD016', hint = 'Leave it out: the access log keeps what stands here for good.';
  end if;
  perform set_config('app.purpose', declare_restricted_read.purpose, true);
  perform set_config('app.justification', v_justification, true);
end
$$;

-- public.watch_catalog: compares the catalog with what was last recorded of it, and records each difference once. The record is the memory:
-- there is no second table that somebody could set right, and the record is sealed. The first time, everything is written down as first
-- seen. Runs on any server, without superuser, by command, by the server or by pg_cron.
create or replace function public.watch_catalog()
  returns setof jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_first boolean;
  v_difference record;
  v_event_type text;
begin
  perform audit.require_auditor();
  -- On an older snapshot, what a watch before this one recorded could be recorded again.
  perform authz.require_read_committed();
  perform audit.take_turn('audit.deployment_events');
  v_is_first := not exists (select from audit.deployment_events as e where e.event_type = 'catalog.first_seen');
  for v_difference in
    with known as (
      select distinct on (e.object) e.object, e.details ->> 'kind' as kind, e.details ->> 'to' as state
      from audit.deployment_events as e
      where e.event_type like 'catalog.%'
        and e.event_type <> 'catalog.ddl'
      order by e.object, e.occurred_at desc, e.id desc
    )
    select coalesce(now.kind, known.kind) as kind, coalesce(now.object, known.object) as object, known.state as before, now.state as after
    from audit.catalog_states() as now
    full join known on known.object = now.object
    where now.state is distinct from known.state
    order by 1, 2
  loop
    v_event_type := case
      when v_is_first then 'catalog.first_seen'
      else audit.catalog_event_type(v_difference.kind, v_difference.before, v_difference.after)
    end;
    perform authz.record_deployment_event(
      v_event_type, v_difference.object,
      jsonb_build_object('kind', v_difference.kind, 'from', v_difference.before, 'to', v_difference.after)
    );
    return next jsonb_build_object(
      'event_type', v_event_type, 'object', v_difference.object, 'from', v_difference.before, 'to', v_difference.after
    );
  end loop;
end
$$;

revoke create on schema authz from cordon_definer;

create or replace trigger _080_no_secrets
  before insert or update on public.beds
  for each row
  execute function authz.tg__no_secrets('beds', 'ward', 'label');
alter table public.beds enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.beds is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__no_secrets('organisation_settings', 'privacy_contact');
alter table public.organisation_settings enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_settings is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

-- migrate:down
