-- public.medical_records: who of a clinic reads, writes and changes which entry of a chart, for which purpose; and what is told of an entry that changes.
begin;
select plan(32);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.emergency_access_grants disable trigger user;
alter table public.organisation_settings disable trigger user;
alter table public.organisation_networks disable trigger user;
update public.organisation_networks set archived_at = now();
update public.organisation_settings set business_hours = '{"start": 0, "end": 24}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
delete from public.care_relationships where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- The first patient consents, and has two entries and a protected one; the third does not, and has one. A doctor and a nurse treat the first, another
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
create function pg_temp.reads(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'select r.id from public.medical_records as r', purpose)
$$;
create function pg_temp.adds(who text, patient text default '01', segments text default '{}', purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, format('insert into public.medical_records (organisation_id, patient_id, record_type, segments) values (''a0000000-0000-7000-8000-000000000001'', %L, ''observation'', %L)',
    'a3000000-0000-7000-8000-0000000000' || patient, segments), purpose)
$$;
-- Without a word of which rows, so that nothing but the rule for changes is asked; what stands there is written anew.
create function pg_temp.changes(who text, purpose text default '', change text default 'vitals = ''{"heart_rate": 72, "temperature_celsius": 36.8}''') returns text language sql as $$
  select pg_temp.rows(who, 'update public.medical_records set ' || change, purpose)
$$;
-- An entry of the member's own, of that morning, changes.
create function pg_temp.mends(who text, change text) returns text language sql as $$
  select pg_temp.rows(who, format('insert into public.medical_records (organisation_id, patient_id, record_type, vitals, segments) values (''a0000000-0000-7000-8000-000000000001'', ''a3000000-0000-7000-8000-000000000001'', ''observation'', ''{"pulse": 70}'', ''{}'');
    update public.medical_records set %s where created_by_user_id = %L', change, 'a1000000-0000-7000-8000-0000000000' || who))
$$;
select is(pg_temp.reads('02'), '3', 'who treats reads the chart, what is protected too [N-01 +, N-21 +]');
select is(pg_temp.reads('02','treatment'), '3', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.reads('02','data_view'), '3', 'and to look at it [N-48 +]');
select is(pg_temp.reads('02','scheduling'), '0', 'not to make an appointment [N-48 -]');
select is(pg_temp.reads('03'), '2', 'a nurse reads what is not protected [N-01 +, N-01 -]');
select is(pg_temp.reads('13'), '1', 'who will treat tomorrow reads nothing yet, and in an emergency what it is about, without a consent [N-18 +, N-21 -]');
select is(pg_temp.reads('04') || pg_temp.reads('05') || pg_temp.reads('01'), '000', 'nobody else of the clinic reads a chart [N-14 -]');
select is(pg_temp.adds('02'), '1', 'who treats adds an entry [N-02 +, S-03 +]');
select is(pg_temp.adds('02', segments=>'{HIV}'), '1', 'a doctor a protected one as well [N-01 +]');
select is(pg_temp.adds('02', purpose=>'treatment'), '1', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.adds('02', purpose=>'data_view'), '42501', 'not to look at it alone [N-48 -]');
select is(pg_temp.adds('03'), '1', 'a nurse adds one [N-02 +]');
select is(pg_temp.adds('03', segments=>'{HIV}'), '42501', 'but none that is protected [N-01 -]');
select is(pg_temp.adds('03', purpose=>'data_view'), '42501', 'nor to look at it alone [N-48 -]');
select is(pg_temp.adds('13'), '42501', 'who will treat tomorrow adds none today [N-21 -]');
select is(pg_temp.adds('13','03'), '1', 'in an emergency they do [N-18 +]');
select is(pg_temp.adds('02','03'), '42501', 'where there is neither, none is added [N-21 -]');
select is(pg_temp.adds('04'), '42501', 'nor by an assistant [N-14 -]');
select is(pg_temp.changes('02'), '3', 'who treats changes what the chart says, what is protected too [N-21 +, S-03 +]');
select is(pg_temp.changes('02','treatment'), '3', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.changes('02','data_view'), '0', 'not to look at it alone [N-48 -]');
select is(pg_temp.changes('03'), '2', 'a nurse what is not protected [N-01 +, N-01 -]');
select is(pg_temp.changes('03','data_view'), '0', 'nor a nurse to look at it alone [N-48 -]');
select is(pg_temp.changes('13'), '1', 'who will treat tomorrow changes what an emergency is about, and nothing else [N-18 +, N-21 -]');
select is(pg_temp.changes('03', change=>'segments = ''{PSY}'''), '42501', 'a nurse protects nothing, which they would not see then [N-01 -]');
select is(pg_temp.changes('02', change=>'segments = ''{PSY}'''), '3', 'a doctor does [N-01 +]');
select is(pg_temp.changes('04'), '0', 'an assistant changes nothing [N-14 -]');
select is(pg_temp.mends('02', 'vitals = ''{"pulse": 80}'''), '1 and chart.overwritten 02 medical_records ["vitals"]',
  'what is written over is told of, by whom and where [N-37 +]');
select is(pg_temp.mends('02', 'vitals = ''{"pulse": 70}'''), '1', 'what is written anew is not [N-37 -]');
select is(pg_temp.mends('02', 'medications = ''["some"]'''), '1', 'nor what was empty before [N-37 -]');
select is(pg_temp.changes('02', change=>'segments = ''{}'''), '3 and medical_record.unprotected 02', 'a protection that is taken off is told of [N-01 +, N-37 +]');
select is(pg_temp.changes('13', change=>'segments = ''{SDV}'''), '1', 'one that is added is not [N-37 -]');

select * from finish();
rollback;
