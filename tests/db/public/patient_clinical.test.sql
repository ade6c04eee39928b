-- public.patient_clinical: who of a clinic reads, writes and changes a patient's allergies and alerts, with which consent and for which purpose; and what is told.
begin;
select plan(23);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.emergency_access_grants disable trigger user;
-- The first patient consents to treatment; the second and the third do not, and for the third there is a doctor in an emergency.
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
      where e.transaction_id::text = pg_current_xact_id()::text and e.event_type ~ '^chart')) using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.reads(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'select c.id from public.patient_clinical as c', purpose)
$$;
create function pg_temp.changes(who text, purpose text default '', change text default 'alerts = ''Falls risk''') returns text language sql as $$
  select pg_temp.rows(who, 'update public.patient_clinical set ' || change, purpose)
$$;
-- As if there were no row of the patient's yet.
create function pg_temp.adds(who text, patient text, purpose text default '') returns text language plpgsql as $$
begin
  alter table public.patient_clinical disable trigger user;
  delete from public.patient_clinical as c where right(c.id::text, 2) = patient and c.organisation_id = 'a0000000-0000-7000-8000-000000000001';
  alter table public.patient_clinical enable trigger user;
  raise exception '%', pg_temp.rows(who, format('insert into public.patient_clinical (organisation_id, id, allergies) values (''a0000000-0000-7000-8000-000000000001'', %L, ''Penicillin'')', 'a3000000-0000-7000-8000-0000000000' || patient), purpose)
    using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
end
$$;
select is(pg_temp.reads('02'), '1', 'a doctor reads it where the patient consents, treating them or not [N-19 +]');
select is(pg_temp.reads('03') || ' ' || pg_temp.reads('04'), '1 1', 'so does a nurse, and an assistant [N-14 +]');
select is(pg_temp.reads('13'), '2', 'and in an emergency where they do not [N-18 +]');
select is(pg_temp.reads('02', 'data_view') || ' ' || pg_temp.reads('02', 'treatment'), '1 1', 'to look at it, and to treat [N-48 +]');
select is(pg_temp.reads('02', 'scheduling'), '0', 'not to make an appointment [N-48 -]');
select is(pg_temp.reads('05') || ' ' || pg_temp.reads('01'), '0 0', 'neither reception nor a clinic_admin reads it [N-14 -]');
select is(pg_temp.adds('02', '01'), '1', 'a doctor adds it where the patient consents [N-02 +, S-03 +]');
select is(pg_temp.adds('03', '01'), '1', 'so does a nurse [N-02 +]');
select is(pg_temp.adds('02', '01', 'treatment'), '1', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.adds('02', '01', 'data_view'), '42501', 'not to look at it alone [N-48 -]');
select is(pg_temp.adds('02', '02'), '42501', 'where the patient does not consent, nobody does [N-45 -]');
select is(pg_temp.adds('13', '03'), '1', 'but in an emergency [N-18 +]');
select is(pg_temp.adds('02', '03'), '42501', 'which is not everybody''s [N-18 -]');
select is(pg_temp.adds('04', '01'), '42501', 'no assistant adds it [N-14 -]');
select is(pg_temp.adds('05', '01') || ' ' || pg_temp.adds('01', '01'), '42501 42501', 'nor reception, nor a clinic_admin [N-14 -]');
select is(pg_temp.changes('02'), '1', 'a doctor changes it where the patient consents [N-02 +, S-03 +]');
select is(pg_temp.changes('03'), '1', 'so does a nurse [N-02 +]');
select is(pg_temp.changes('02', 'treatment'), '1', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.changes('02', 'data_view'), '0', 'not to look at it alone [N-48 -]');
select is(pg_temp.changes('13'), '2', 'and in an emergency where they do not [N-18 +]');
select is(pg_temp.changes('04') || ' ' || pg_temp.changes('05') || ' ' || pg_temp.changes('01'), '0 0 0', 'nobody else changes it [N-14 -]');
select is(pg_temp.changes('02', change => 'allergies = ''None'''), '1 and chart.overwritten 02 patient_clinical ["allergies"]',
  'what is written over is told of, by whom and where [N-37 +]');
select is(pg_temp.changes('02', change => 'allergies = ''Penicillin'''), '1', 'what is written anew is not [N-37 -]');

select * from finish();
rollback;
