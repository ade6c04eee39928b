-- public.access_anomalies: which days of the access log somebody should look at, and why.
begin;
select plan(42);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
select audit.create_access_month((now() - interval '36 days')::date) where to_regclass('access_log_months.access_log_' || to_char(now() - interval '36 days', 'YYYY_MM')) is null;
select audit.create_access_month((now() - interval '20 days')::date) where to_regclass('access_log_months.access_log_' || to_char(now() - interval '20 days', 'YYYY_MM')) is null;
-- Somebody reads so many rows, so many days ago, at that hour of the clinic's clock; of another patient each time, where none is named.
create function pg_temp.reads(who text, patient text, days integer, hour text default '12:00', times integer default 1, of_table text default 'medical_records', outcome text default 'disclosed', realm text default 'provider', clinic text default 'a')
  returns void language sql as $$
  insert into audit.access_log (occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, transaction_id, realm, user_id, organisation_id, table_name, operation, audit_level, outcome, reason, address_source, row_id, patient_id, hmac)
  select m, authz.uuid_v7(), '0/' || to_hex(n), 1, m, m, 1, 1, realm, ('a1000000-0000-7000-8000-0000000000' || who)::uuid, (clinic || '0000000-0000-7000-8000-000000000001')::uuid, of_table, 'SELECT', 'detailed', outcome,
    case outcome when 'denied' then 'role' end, 'unknown', case outcome when 'disclosed' then gen_random_uuid() end,
    case when outcome = 'disclosed' then case when patient is null then ('00000000-0000-7000-8000-00000000' || lpad(n::text, 4, '0'))::uuid else ('a3000000-0000-7000-8000-0000000000' || patient)::uuid end end, sha256('')
  from generate_series(1, times) as n,
    lateral (select (((now() at time zone 'America/Sao_Paulo')::date - days) + hour::time) at time zone 'America/Sao_Paulo' as m) as at
$$;
-- As the clinic's auditor is told.
create function pg_temp.anomalies() returns text language plpgsql as $$
declare
  v_said text;
begin
  perform set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000016", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-000000000016"}', true);
  v_said := (
    select string_agg(concat_ws(' ', a.kind, right(a.user_id::text, 2), right(a.patient_id::text, 2), (now() at time zone 'America/Sao_Paulo')::date - a.day, a.records, a.amount), ', ' order by a.kind, a.user_id, a.patient_id, a.day)
    from public.access_anomalies as a where a.organisation_id = 'a0000000-0000-7000-8000-000000000001'
  );
  perform set_config('request.jwt.claims', '', true);
  delete from audit.access_log;
  return coalesce(v_said, 'nothing');
end
$$;
alter table public.organisation_settings disable trigger user;
update public.organisation_settings set business_hours = '{"start": 6, "end": 22}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- The log begins empty; who treats whom has done so since it says.
alter table public.care_relationships disable trigger user;
update public.care_relationships set created_at = starts_at;
alter table audit.access_log disable trigger user;
delete from audit.access_log;
select is(pg_temp.anomalies(), 'nothing', 'of an empty log nothing is told [N-37 +]');
select pg_temp.reads('02', '02', 10, times => 3);
select is(pg_temp.anomalies(), 'no_relationship 02 02 10 3 1', 'a chart of whom nobody treats: by whom, whose, when, how often [N-37 +]');
select pg_temp.reads('02', '01', 10, times => 3);
select is(pg_temp.anomalies(), 'nothing', 'not of whom they treat [N-37 -]');
select pg_temp.reads('02', '02', 10, times => 3, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'nor what is no chart [N-37 -]');
select pg_temp.reads('02', '02', 10, of_table => 'documents');
select is(pg_temp.anomalies(), 'no_relationship 02 02 10 1 1', 'a document is one [N-37 +]');
select pg_temp.reads('11', '02', 10, of_table => 'documents');
select is(pg_temp.anomalies(), 'nothing', 'not for who has finance, whose documents are about money [N-37 -]');
select pg_temp.reads('11', '02', 10, of_table => 'medical_record_details');
select is(pg_temp.anomalies(), 'no_relationship 11 02 10 1 1', 'a diagnosis is, for them too [N-37 +]');
select pg_temp.reads('02', '02', 10, realm => 'internal_ops');
select pg_temp.reads('02', '02', 10, outcome => 'allowed');
select pg_temp.reads('02', '02', 10, of_table => 'appointment_reasons');
select pg_temp.reads('02', '02', 36);
select is(pg_temp.anomalies(), 'nothing',
  'what operations read, what was let in and not disclosed, the reasons of visits, and what is older than 35 days, are examined elsewhere, or no more [N-37 -]');
select pg_temp.reads('03', '01', 10, '05:59:59');
select is(pg_temp.anomalies(), 'out_of_hours 03 10 1 1', 'a row before the clinic opens [N-37 +]');
select pg_temp.reads('03', '01', 10, '22:00'), pg_temp.reads('03', '01', 9, '23:00');
select is(pg_temp.anomalies(), 'out_of_hours 03 10 1 1, out_of_hours 03 9 1 1', 'or when it has closed, on two days [N-37 +]');
select pg_temp.reads('03', '01', 10, '06:00'), pg_temp.reads('03', '01', 10, '21:59:59');
select is(pg_temp.anomalies(), 'nothing', 'not from the moment that it opens to the last before it closes [N-37 -]');
select pg_temp.reads('03', '01', d, '23:00') from generate_series(8, 10) as d;
select is(pg_temp.anomalies(), 'nothing', 'nor what somebody does on three days: that is their habit [N-37 -]');
select pg_temp.reads('12', null, 10, times => 20, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 20 20', 'twenty patients in a day, of whom nobody else read as many [N-37 +]');
select pg_temp.reads('12', null, 10, times => 19, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'not nineteen [N-37 -]');
select pg_temp.reads('12', '01', 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'nor one of them thirty times [N-37 -]');
select pg_temp.reads('12', null, d, times => 7, of_table => 'patients') from generate_series(11, 14) as d;
select pg_temp.reads('12', null, 10, times => 21, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'three times what they usually read, once there are five days of it [N-37 -]');
select pg_temp.reads('12', null, d, times => 7, of_table => 'patients') from generate_series(11, 15) as d;
select pg_temp.reads('12', null, 10, times => 21, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'is no more than that [N-37 -]');
select pg_temp.reads('12', null, d, times => 7, of_table => 'patients') from generate_series(11, 15) as d;
select pg_temp.reads('12', null, 10, times => 22, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 22 22', 'but one more is [N-37 +]');
select pg_temp.reads('14', null, 10, times => 10, of_table => 'patients'), pg_temp.reads('12', null, 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'three times what their peers read is no more than that [N-37 -]');
select pg_temp.reads('14', null, 10, times => 9, of_table => 'patients'), pg_temp.reads('12', null, 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 30 30', 'but more is [N-37 +]');
select pg_temp.reads('05', null, 10, times => 15, of_table => 'patients'), pg_temp.reads('12', null, 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 30 30', 'who has another role is no peer [N-37 +]');
select pg_temp.reads('12', null, 10, times => 20, outcome => 'denied');
select is(pg_temp.anomalies(), 'denials 12 10 20 20', 'twenty denials in a day [N-37 +]');
select pg_temp.reads('12', null, 10, times => 19, outcome => 'denied');
select is(pg_temp.anomalies(), 'nothing', 'not nineteen [N-37 -]');
select pg_temp.reads('02', '03', 10);
select is(pg_temp.anomalies(), 'no_relationship 02 03 10 1 1', 'whom they treated until last month [N-37 +]');
update public.care_relationships set archived_at = now() - interval '20 days' where user_id = 'a1000000-0000-7000-8000-000000000002' and patient_id = 'a3000000-0000-7000-8000-000000000001';
select pg_temp.reads('02', '01', 10);
select is(pg_temp.anomalies(), 'no_relationship 02 01 10 1 1', 'or until ten days before [N-37 +]');
select pg_temp.reads('02', '01', 25);
select is(pg_temp.anomalies(), 'nothing', 'not while they did [N-37 -]');
alter table public.emergency_access_grants disable trigger user;
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at) select 'a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000005', 'a1000000-0000-7000-8000-000000000002', m - interval '10 minutes', m + interval '10 minutes'
from (select (((now() at time zone 'America/Sao_Paulo')::date - 10) + time '12:00') at time zone 'America/Sao_Paulo' as m) as at;
select pg_temp.reads('02', '05', 10);
select is(pg_temp.anomalies(), 'nothing', 'nor while an emergency was open [N-37 -]');
select pg_temp.reads('02', '05', 10, '12:10');
select is(pg_temp.anomalies(), 'no_relationship 02 05 10 1 1', 'when it was over again [N-37 +]');
alter table public.profiles disable trigger user;
update public.profiles set display_name = 'Rui Souza' where user_id = 'a1000000-0000-7000-8000-000000000012';
select pg_temp.reads('12', '01', 10, of_table => 'patients'), pg_temp.reads('12', '03', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'same_surname 12 01 10 1 1', 'who is called as the patient, and does not treat them; nobody else [N-37 +, N-37 -]');
update public.profiles set display_name = 'ana souza' where user_id = 'a1000000-0000-7000-8000-000000000012';
select pg_temp.reads('12', '01', 10, of_table => 'patients'), pg_temp.reads('05', '01', 10, of_table => 'patients'), pg_temp.reads('03', '01', 10, of_table => 'patients'), pg_temp.reads('12', '02', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'colleague_record 05 01 10 1 1, own_record 12 01 10 1 1, same_surname 12 02 10 1 1',
  'who is the patient, by their whole name; a colleague of theirs who does not treat them, and not the nurse who does [N-37 +, N-37 -]');
alter table public.patient_accounts disable trigger user;
insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, confirmed_at) values ('a0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000014', 'a3000000-0000-7000-8000-000000000003', 'self', now());
select pg_temp.reads('14', '03', 10, of_table => 'patients'), pg_temp.reads('05', '03', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'colleague_record 05 03 10 1 1, own_record 14 03 10 1 1', 'or by their own account [N-37 +]');
update public.patient_accounts set relationship = 'guardian' where user_id = 'a1000000-0000-7000-8000-000000000014';
select pg_temp.reads('14', '03', 10, of_table => 'patients'), pg_temp.reads('05', '03', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'not by one of which they are the guardian [N-37 -]');
update public.patient_accounts set relationship = 'self', revoked_at = now() where user_id = 'a1000000-0000-7000-8000-000000000014';
select pg_temp.reads('14', '03', 10, of_table => 'patients'), pg_temp.reads('05', '03', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'nor by one that was revoked [N-37 -]');
update public.organisation_settings set business_hours = '{"start": 22, "end": 6}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
select pg_temp.reads('03', '01', 10, '21:59:59'), pg_temp.reads('03', '01', 9, '06:00');
select is(pg_temp.anomalies(), 'out_of_hours 03 10 1 1, out_of_hours 03 9 1 1', 'of a clinic that works by night, what is read by day [N-37 +]');
select pg_temp.reads('03', '01', 10, '22:00'), pg_temp.reads('03', '01', 9, '05:59:59');
select is(pg_temp.anomalies(), 'nothing', 'and not by night [N-37 -]');
-- In another clinic the same people work, treat a patient of that id, are called as patients of these ids, or hold an account for one.
update public.organisation_settings set business_hours = '{"start": 6, "end": 22}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
alter table public.patients disable trigger user;
insert into public.organisation_members (organisation_id, user_id, role, accepted_at) select 'b0000000-0000-7000-8000-000000000001', ('a1000000-0000-7000-8000-0000000000' || n)::uuid, 'assistant', now() from unnest('{02,12,14}'::text[]) as n;
insert into public.patients (organisation_id, id, mrn, full_name, status) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'T-2', 'Zeta Omega', 'active'), ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003', 'T-3', 'Alpha Omega', 'active')
  on conflict (organisation_id, id) do update set full_name = excluded.full_name;
insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, created_at) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'a1000000-0000-7000-8000-000000000002', 'primary', now() - interval '60 days', now() - interval '60 days');
insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, confirmed_at) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000014', 'a3000000-0000-7000-8000-000000000003', 'self', now());
update public.profiles set display_name = 'Zeta Omega' where user_id = 'a1000000-0000-7000-8000-000000000012';
select pg_temp.reads('02', '02', 10, times => 3);
select is(pg_temp.anomalies(), 'no_relationship 02 02 10 3 1', 'who treats another clinic''s patient of that id, and works there, does not treat this one, and is told once [N-37 +, S-05 -]');
select pg_temp.reads('12', '02', 10, of_table => 'patients'), pg_temp.reads('12', '03', 10, of_table => 'patients'), pg_temp.reads('14', '03', 10, of_table => 'patients');
select is(pg_temp.anomalies(), 'nothing', 'nor is who is called as another clinic''s patient of that id, or has an account there, this one [N-37 -, S-05 -]');
select pg_temp.reads('14', null, 10, times => 15, of_table => 'patients', clinic => 'b'), pg_temp.reads('12', null, 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 30 30', 'who reads as many in another clinic is no peer [N-37 +, S-05 -]');
select pg_temp.reads('14', null, 10, times => 15, outcome => 'denied'), pg_temp.reads('12', null, 10, times => 30, of_table => 'patients');
select is(pg_temp.anomalies(), 'volume 12 10 30 30', 'who is denied as often is no measure of what is read [N-37 +]');
do $$ begin perform audit.create_access_month(now() + interval '1 day'); end $$;
select pg_temp.reads('02', '02', -1);
select is(pg_temp.anomalies(), 'nothing', 'what is dated tomorrow is told tomorrow [N-37 -]');
select pg_temp.reads('02', '02', 10, outcome => 'denied');
update audit.access_log set patient_id = 'a3000000-0000-7000-8000-000000000002';
select is(pg_temp.anomalies(), 'nothing', 'who was denied a chart has not read it [N-37 -]');
select pg_temp.reads('02', '02', 10);
update audit.access_log set patient_id = null;
select is(pg_temp.anomalies(), 'nothing', 'nor has who read a row of nobody read anybody''s [N-37 -]');

select * from finish();
rollback;
