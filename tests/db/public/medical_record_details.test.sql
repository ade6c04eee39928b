-- public.medical_record_details: which doctor reads, adds and changes a diagnosis, for which purpose; and what is told of one that changes.
begin;
select plan(25);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.emergency_access_grants disable trigger user;
alter table public.organisation_settings disable trigger user;
alter table public.organisation_networks disable trigger user;
update public.organisation_networks set archived_at = now();
update public.organisation_settings set business_hours = '{"start": 0, "end": 24}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
delete from public.care_relationships where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- The first patient consents, and has two entries with details; the third does not, and has one. A doctor and a nurse treat the first, another
-- doctor will from tomorrow on, and is let to the third by an emergency.
insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at) values
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'primary', now() - interval '1 day'),
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000003', 'nursing', now() - interval '1 day'),
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000013', 'covering', now() + interval '1 day');
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at) values
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003', 'a1000000-0000-7000-8000-000000000013', '1', now() - interval '20 minutes', now() + interval '30 minutes');
-- How many rows a member's statement reads or writes, by the end of their user_id and the purpose that they name; and what is recorded of it;
-- or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text, purpose text default '') returns text language plpgsql as $$
declare
  v_rows integer;
begin
  perform set_config('role', 'authenticated', true), set_config('app.purpose', purpose, true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  execute statement;
  get diagnostics v_rows = row_count;
  perform set_config('role', 'none', true);
  raise exception '%', concat_ws(' ', v_rows, (select string_agg(concat_ws(' ', 'and', e.event_type, right(e.actor_user_id::text, 2), e.details ->> 'table', e.details ->> 'columns'), ' ') from audit.security_events as e
      where e.transaction_id::text = pg_current_xact_id()::text and e.event_type ~ '^(chart|medical_record)')) using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
-- Entries that are without details yet: of the doctor, of that morning and from before; of a colleague, of the nurse, and of who comes by an emergency.
alter table public.medical_records disable trigger user;
insert into public.medical_records (organisation_id, id, patient_id, record_type, patient_status, created_by_user_id, created_at)
select 'a0000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000' || e.id)::uuid, ('a3000000-0000-7000-8000-0000000000' || e.patient)::uuid, 'observation', 'active', ('a1000000-0000-7000-8000-0000000000' || e.author)::uuid, e.at
from (values ('e1', '01', '02', now() - interval '1 hour'), ('e2', '01', '02', now() - interval '25 hours'), ('e3', '01', '13', now() - interval '1 hour'), ('e4', '03', '13', now() - interval '1 hour'), ('e5', '01', '03', now() - interval '1 hour')) as e (id, patient, author, at);
alter table public.medical_records enable trigger user;
create function pg_temp.reads(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'select d.id from public.medical_record_details as d', purpose)
$$;
create function pg_temp.adds(who text, entry text, patient text default '01', purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, format('insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values (''a0000000-0000-7000-8000-000000000001'', %L, %L, ''a cold'')',
    '00000000-0000-7000-8000-0000000000' || entry, 'a3000000-0000-7000-8000-0000000000' || patient), purpose)
$$;
-- Without a word of which rows, so that nothing but the rule for changes is asked; what stands there is written anew.
create function pg_temp.changes(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'update public.medical_record_details set treatment_plan = ''Rest''', purpose)
$$;
create function pg_temp.mends(who text, change text) returns text language sql as $$
  select pg_temp.rows(who, format('insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000e1'', ''a3000000-0000-7000-8000-000000000001'', ''a cold'');
    update public.medical_record_details set %s where id = ''00000000-0000-7000-8000-0000000000e1''', change))
$$;
select is(pg_temp.reads('02'), '2', 'who treats reads the details [N-18 +, N-21 +]');
select is(pg_temp.reads('02', 'treatment'), '2', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.reads('02', 'data_view'), '2', 'and to look at them [N-48 +]');
select is(pg_temp.reads('02', 'scheduling'), '0', 'not to make an appointment [N-48 -]');
select is(pg_temp.reads('03'), '0', 'no nurse reads any [N-01 -]');
select is(pg_temp.reads('13'), '1', 'who will treat tomorrow reads none yet, and in an emergency what it is about, without a consent [N-18 +, N-21 -]');
select is(pg_temp.reads('04') || ' ' || pg_temp.reads('05') || ' ' || pg_temp.reads('01'), '0 0 0', 'nobody else of the clinic does [N-14 -]');
select is(pg_temp.adds('02', 'e1'), '1', 'who treats adds details to their entry [N-02 +, S-03 +]');
select is(pg_temp.adds('02', 'e1', purpose => 'treatment'), '1', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.adds('02', 'e1', purpose => 'data_view'), '42501', 'not to look at it alone [N-48 -]');
select is(pg_temp.adds('02', 'e2'), 'CD011 an entry of a chart is changed by its author, within a day', 'not a day later [N-37 -]');
select is(pg_temp.adds('02', 'e5'), 'CD011 an entry of a chart is changed by its author, within a day', 'nor to a colleague''s entry [N-37 -]');
select is(pg_temp.adds('13', 'e3'), '42501', 'who will treat tomorrow adds none today, not to an entry of their own [N-21 -]');
select is(pg_temp.adds('13', 'e1'), '42501', 'and is not told whose another is [N-21 -]');
select is(pg_temp.adds('13', 'e4', '03'), '1', 'in an emergency they do [N-18 +]');
select is(pg_temp.adds('03', 'e5'), '42501', 'no nurse adds any, to their own either [N-01 -]');
select is(pg_temp.adds('04', 'e1'), '42501', 'nor an assistant [N-14 -]');
select is(pg_temp.changes('02'), '2', 'who treats changes them [N-21 +, S-03 +]');
select is(pg_temp.changes('02', 'treatment'), '2', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.changes('02', 'data_view'), '0', 'not to look at them alone [N-48 -]');
select is(pg_temp.changes('13'), '1', 'who will treat tomorrow changes what an emergency is about, and nothing else [N-18 +, N-21 -]');
select is(pg_temp.changes('03') || ' ' || pg_temp.changes('04'), '0 0', 'no nurse changes any, nor an assistant [N-01 -]');
select is(pg_temp.mends('02', 'diagnosis = ''a flu'''), '1 and chart.overwritten 02 medical_record_details ["diagnosis"]',
  'what is written over is told of, by whom and where [N-37 +]');
select is(pg_temp.mends('02', 'diagnosis = ''a cold'''), '1', 'what is written anew is not [N-37 -]');
select is(pg_temp.mends('02', 'physician_notes = ''some'''), '1', 'nor what was empty before [N-37 -]');

select * from finish();
rollback;
