-- public.appointment_reasons: who of a clinic reads why a patient comes, who writes it, and for which purpose.
begin;
select plan(11);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Two appointments have a reason; of a third somebody is about to write it.
alter table public.appointments disable trigger user;
insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at, patient_status)
select a.organisation_id, '00000000-0000-7000-8000-0000000000a9', a.patient_id, a.professional_user_id, now() + interval '9 days', now() + interval '9 days 1 hour', 'active' from public.appointments as a where right(a.id::text, 2) = '01' and a.organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.appointments enable trigger user;
-- How many rows a member's statement reads or writes, by the end of their user_id and the purpose that they name; or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text, purpose text default '') returns text language plpgsql as $$
declare
  v_rows integer;
begin
  perform set_config('role', 'authenticated', true), set_config('app.purpose', purpose, true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  execute statement;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.reads(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'select r.id from public.appointment_reasons as r', purpose)
$$;
create function pg_temp.adds(who text) returns text language sql as $$
  select pg_temp.rows(who, 'insert into public.appointment_reasons (organisation_id, id, patient_id, reason) select ''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000a9'', ''a3000000-0000-7000-8000-000000000001'', ''a cough''')
$$;
create function pg_temp.changes(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'update public.appointment_reasons set reason = ''a cough''', purpose)
$$;
select is(pg_temp.reads('02'), '2', 'a doctor reads why a patient comes [N-14 +]');
select is(pg_temp.reads('03') || ' ' || pg_temp.reads('04'), '2 2', 'so does a nurse, and an assistant [N-14 +]');
select is(pg_temp.reads('04', 'scheduling'), '2', 'to make an appointment [N-48 +]');
select is(pg_temp.reads('04', 'treatment'), '2', 'to treat [N-48 +]');
select is(pg_temp.reads('04', 'data_view'), '2', 'and to look at it [N-48 +]');
select is(pg_temp.reads('04', 'billing'), '0', 'not to write an invoice [N-48 -]');
select is(pg_temp.reads('05') || ' ' || pg_temp.reads('01'), '0 0', 'neither reception nor a clinic_admin reads it [N-14 -]');
select is(pg_temp.adds('02') || ' ' || pg_temp.adds('03'), '1 1', 'a doctor writes it, and a nurse [S-03 +]');
select is(pg_temp.adds('04') || ' ' || pg_temp.adds('05') || ' ' || pg_temp.adds('01'), '42501 42501 42501', 'nobody else does [N-14 -]');
select is(pg_temp.changes('02') || ' ' || pg_temp.changes('03'), '2 2', 'a doctor changes it, and a nurse [S-03 +]');
select is(pg_temp.changes('04') || ' ' || pg_temp.changes('05') || ' ' || pg_temp.changes('01'), '0 0 0', 'nobody else does [N-14 -]');

select * from finish();
rollback;
