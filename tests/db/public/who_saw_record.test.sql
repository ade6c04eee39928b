-- public.who_saw_record: who saw a patient's record, as what, what kind of thing, for what, and whether in an emergency, line by line.
begin;
select plan(35);

do $$ begin perform audit.create_access_month('2026-03-10'); end $$;
alter table audit.access_log disable trigger user;
alter table public.emergency_access_grants disable trigger user;
alter table public.patient_accounts disable trigger user;
delete from audit.access_log;
-- Another clinic has patients of these ids, of whom somebody else holds the account, and the doctor works there too; the patient is guardian of two more.
alter table public.patients disable trigger user;
alter table public.organisation_members disable trigger user;
insert into public.patients (organisation_id, id, mrn, full_name, status) select 'b0000000-0000-7000-8000-000000000001', ('a3000000-0000-7000-8000-0000000000' || n)::uuid, 'T-' || n, 'Some Body', 'active' from unnest('{01,02}'::text[]) as n on conflict do nothing;
insert into public.organisation_members (organisation_id, user_id, role, accepted_at) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'nurse', now());
insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, confirmed_at) values
  ('a0000000-0000-7000-8000-000000000001', 'a2000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'guardian', now()),
  ('b0000000-0000-7000-8000-000000000001', 'a2000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'guardian', now()),
  ('b0000000-0000-7000-8000-000000000001', 'a2000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000001', 'guardian', now()),
  ('a0000000-0000-7000-8000-000000000001', 'a2000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000003', 'proxy', now());
-- A record of the log that says otherwise than this: at noon a doctor was shown a row of the patient's chart.
create function pg_temp.put(what jsonb default '{}') returns void language sql as $$
  insert into audit.access_log select (jsonb_populate_record(null::audit.access_log, jsonb_build_object('occurred_at', '2026-03-10 12:00Z', 'statement_at', coalesce(what ->> 'statement_at', '2026-03-10 11:59Z'), 'transaction_at', '2026-03-10 11:59Z',
    'id', gen_random_uuid(), 'lsn', '0/1', 'key_id', 1, 'backend_pid', 1, 'realm', 'provider', 'user_id', 'a1000000-0000-7000-8000-000000000002', 'organisation_id', 'a0000000-0000-7000-8000-000000000001', 'table_name', 'medical_records',
    'operation', 'SELECT', 'audit_level', 'detailed', 'outcome', 'disclosed', 'purpose', 'treatment', 'address_source', 'unknown', 'row_id', gen_random_uuid(), 'patient_id', 'a3000000-0000-7000-8000-000000000001', 'hmac', '\x' || repeat('00', 32)) || what)).*
$$;
-- What the patient is told; then the log is empty again.
create function pg_temp.told(patient text default '01', since timestamptz default null, who text default '01') returns text language plpgsql as $$
declare
  v_said text;
begin
  perform set_config('request.jwt.claims', format('{"sub": "a2000000-0000-7000-8000-0000000000%1$s", "role": "patient", "session_id": "a2000000-0000-7000-9000-0000000000%1$s"}', who), true);
  v_said := (select string_agg(concat_ws(' ', left(w.organisation_id::text, 1), to_char(w.occurred_at at time zone 'UTC', 'HH24:MI'), coalesce(w.display_name, 'nobody'), coalesce(w.role, '-'), w.kind, w.records, w.purpose, case when w.in_emergency then 'emergency' end), ', ')
    from public.who_saw_record(('a3000000-0000-7000-8000-0000000000' || patient)::uuid, since) as w);
  perform set_config('request.jwt.claims', '', true);
  delete from audit.access_log;
  return coalesce(v_said, 'nothing');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.told(), 'nothing', 'of nobody who saw it nothing is told [N-39 +]');
select pg_temp.put();
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'who saw the chart, as what they are there, when, and for what [N-39 +]');
select pg_temp.put(), pg_temp.put();
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 2 treatment', 'rows that one statement showed are one line [N-39 +]');
select pg_temp.put(), pg_temp.put('{"backend_pid": 2, "occurred_at": "2026-03-10 12:01Z"}');
select is(pg_temp.told(), 'a 12:01 Staff-02 Of A doctor chart 1 treatment, a 12:00 Staff-02 Of A doctor chart 1 treatment',
  'of two statements two, the last first [N-39 +]');
select pg_temp.put('{"table_name": "documents", "purpose": null}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor documents 1', 'documents as documents [N-39 +]');
select pg_temp.put('{"realm": "internal_ops", "user_id": "f1000000-0000-7000-8000-000000000002"}');
select is(pg_temp.told(), 'a 12:00 nobody internal_ops chart 1 treatment', 'operations have no name [N-39 +]');
select pg_temp.put('{"outcome": "allowed", "row_id": null}');
select is(pg_temp.told(), 'nothing', 'who was let in, and shown nothing, saw nothing [N-39 -]');
select pg_temp.put('{"realm": "patient", "user_id": "a2000000-0000-7000-8000-000000000001"}');
select is(pg_temp.told(), 'nothing', 'what they looked at themselves is not told [N-39 -]');
select pg_temp.put('{"patient_id": "a3000000-0000-7000-8000-000000000002"}');
select is(pg_temp.told(), 'nothing', 'nor what somebody saw of another of their patients [N-39 -]');
select pg_temp.put('{"patient_id": "a3000000-0000-7000-8000-000000000002"}');
select is(pg_temp.told('02'), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'it is told of that one [N-39 +]');
select pg_temp.put('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}');
select is(pg_temp.told(), 'nothing', 'nor what was seen of another clinic''s patient of that id, whose account is somebody else''s [N-39 -, S-05 -]');
select pg_temp.put('{"organisation_id": "b0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000002"}');
select is(pg_temp.told('02'), 'b 12:00 Staff-02 Of A nurse chart 1 treatment', 'of who is theirs in two clinics it is told of both [N-39 +]');
select pg_temp.put('{"patient_id": "a3000000-0000-7000-8000-000000000003"}');
select is(pg_temp.told('03'), 'CD010 patient not found', 'of whom they hold no account there is nothing to ask [N-15 -]');
delete from audit.access_log;
select pg_temp.put();
select is(pg_temp.told(since => '2026-03-10 12:00Z'), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'since a moment, what was seen at it [N-39 +]');
select pg_temp.put();
select is(pg_temp.told(since => '2026-03-10 12:00:01Z'), 'nothing', 'and not before [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A nurse chart 1 treatment', 'as what they were let in, where the decision stands before [N-39 +]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A nurse chart 1 treatment', 'at the moment of the statement [N-39 +]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 12:00Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A nurse chart 1 treatment', 'to that of the row [N-39 +]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:58:59Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'not before the statement [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 12:00:01Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor after the row [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "user_id": "a1000000-0000-7000-8000-000000000003"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor of somebody else [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "organisation_id": "b0000000-0000-7000-8000-000000000001"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor in another clinic [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "backend_pid": 2}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor of another connection [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "statement_at": "2026-03-10 11:59:01Z"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor of another statement [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "allowed", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "table_name": "documents"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor on another table [N-39 -]');
select pg_temp.put(), pg_temp.put('{"outcome": "denied", "role": "nurse", "row_id": null, "patient_id": null, "occurred_at": "2026-03-10 11:59:30Z", "reason": "role"}');
select is(pg_temp.told(), 'a 12:00 Staff-02 Of A doctor chart 1 treatment', 'nor one that let nobody in [N-39 -]');
-- While a grant stood that says otherwise than this: the same doctor had opened the glass for the patient ten minutes before.
create function pg_temp.glass(what jsonb default '{}') returns text language plpgsql as $$
declare
  v_said text;
begin
  insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at, ended_at)
  select (g ->> 'organisation_id')::uuid, (g ->> 'patient_id')::uuid, (g ->> 'user_id')::uuid, (g ->> 'opened_at')::timestamptz, (g ->> 'expires_at')::timestamptz, (g ->> 'ended_at')::timestamptz
  from (select '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000001", "user_id": "a1000000-0000-7000-8000-000000000002", "opened_at": "2026-03-10 11:50Z", "expires_at": "2026-03-10 12:30Z"}'::jsonb || what as g) as x;
  perform pg_temp.put(), pg_temp.put('{"occurred_at": "2026-03-10 12:05Z"}');
  v_said := pg_temp.told();
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return substring(v_said from '[^ ]+$');
end
$$;
select is(pg_temp.glass(), 'emergency', 'what was seen while the glass was broken is told so [N-39 +]');
select is(pg_temp.glass('{"user_id": "a1000000-0000-7000-8000-000000000013"}'), 'treatment', 'not by somebody else [N-39 -]');
select is(pg_temp.glass('{"patient_id": "a3000000-0000-7000-8000-000000000002"}'), 'treatment', 'nor for another patient [N-39 -]');
select is(pg_temp.glass('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), 'treatment', 'nor in another clinic [N-39 -]');
select is(pg_temp.glass('{"opened_at": "2026-03-10 12:05Z"}'), 'emergency', 'by the last row that was seen it was [N-39 +]');
select is(pg_temp.glass('{"opened_at": "2026-03-10 12:05:01Z"}'), 'treatment', 'not after it [N-39 -]');
select is(pg_temp.glass('{"expires_at": "2026-03-10 12:00:01Z"}'), 'emergency', 'until after the first it was [N-39 +]');
select is(pg_temp.glass('{"expires_at": "2026-03-10 12:00Z"}'), 'treatment', 'not until it [N-39 -]');
select is(pg_temp.glass('{"ended_at": "2026-03-10 11:55Z"}'), 'treatment', 'nor where it was ended before [N-39 -]');

select * from finish();
rollback;
