-- public.documents: who of a clinic is shown which document, for which purpose; and what is told of one.
begin;
select plan(17);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.emergency_access_grants disable trigger user;
alter table public.organisation_members disable trigger user;
delete from public.care_relationships where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- The first patient consents, and has a report and a paper of their insurance; the second and the third have a report each, and do not consent. A doctor and
-- a nurse treat the first, and the doctor the second; another doctor comes to the third by an emergency. Who has finance treated the first before.
insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
select 'a0000000-0000-7000-8000-000000000001', ('a3000000-0000-7000-8000-0000000000' || c.patient)::uuid, ('a1000000-0000-7000-8000-0000000000' || c.who)::uuid, 'covering', now() - interval '1 day'
from (values ('01', '02'), ('01', '03'), ('02', '02'), ('01', '11')) as c (patient, who);
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at) values
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003', 'a1000000-0000-7000-8000-000000000013', '1', now() - interval '20 minutes', now() + interval '30 minutes');
-- What a member's statement answers, by the end of their user_id and the purpose that they name; or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text, purpose text default '') returns text language plpgsql as $$
declare
  v_rows text;
begin
  perform set_config('role', 'authenticated', true), set_config('app.purpose', purpose, true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  execute statement into v_rows;
  raise exception '%', coalesce(v_rows, 'none') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.reads(who text, purpose text default '') returns text language sql as $$
  select pg_temp.rows(who, 'select string_agg(right(d.patient_id::text, 2) || '' '' || d.kind, '', '' order by d.patient_id, d.kind) from public.documents as d', purpose)
$$;
-- Who has finance, in another role.
create function pg_temp.reads_as(role text) returns text language plpgsql as $$
begin
  update public.organisation_members as m set role = reads_as.role where m.user_id = 'a1000000-0000-7000-8000-000000000011';
  return pg_temp.reads('11');
end
$$;
-- A document is asked for, and its status changes, as the server would.
create function pg_temp.asked(change text default 'status = ''withdrawn''', forged timestamptz default null) returns text language plpgsql as $$
declare
  v_said text;
begin
  insert into public.documents (organisation_id, id, patient_id, kind, file_name, treatment_consent_until) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000d1', 'a3000000-0000-7000-8000-000000000002', 'report', 'a.pdf', forged);
  execute 'update public.documents set ' || change || ' where id = ''00000000-0000-7000-8000-0000000000d1''';
  v_said := (select concat_ws(' ', d.status, d.treatment_consent_until, (select string_agg(a.event_type || ' ' || a.details, ', ' order by a.event_type) from public.case_activity_log as a where a.entity_id = d.id)) from public.documents as d where d.id = '00000000-0000-7000-8000-0000000000d1');
  raise exception '%', v_said using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
end
$$;
select is(pg_temp.reads('02'), '01 insurance, 01 report', 'who treats is shown the documents of who consents [N-21 +, N-45 +, N-45 -]');
select is(pg_temp.reads('03'), '01 insurance, 01 report', 'a nurse as well [N-14 +]');
select is(pg_temp.reads('13'), '03 report', 'in an emergency what it is about, without a consent or care [N-18 +, N-21 -]');
select is(pg_temp.reads('02', 'treatment'), '01 insurance, 01 report', 'for the purpose of treatment [N-48 +]');
select is(pg_temp.reads('02', 'data_view'), '01 insurance, 01 report', 'and to look at them [N-48 +]');
select is(pg_temp.reads('02', 'billing'), 'none', 'not to write an invoice [N-48 -]');
select is(pg_temp.reads('11'), '01 insurance', 'finance is shown what is financial, and not what they treated before [N-14 +, N-14 -]');
select is(pg_temp.reads('11', 'billing'), '01 insurance', 'to write an invoice [N-48 +]');
select is(pg_temp.reads('11', 'data_view'), '01 insurance', 'and to look at it [N-48 +]');
select is(pg_temp.reads('11', 'treatment'), 'none', 'not to treat [N-48 -]');
select is(pg_temp.reads('04') || ' ' || pg_temp.reads('05') || ' ' || pg_temp.reads('01'), 'none none none', 'nobody else of the clinic is shown any [N-14 -]');
select is(pg_temp.reads_as('receptionist') || ' ' || pg_temp.reads_as('clinic_admin'), '01 insurance 01 insurance',
  'finance makes nobody of reception one who treats, nor a clinic_admin [N-14 -]');
select is(pg_temp.reads_as('nurse'), '01 insurance, 01 report', 'a nurse who has it is shown both [N-14 +]');
select is(pg_temp.asked(), 'withdrawn document.requested {"kind": "report"}, document.status_changed {"to": "withdrawn", "from": "pending"}',
  'that it was asked for is told, and what became of it; a consent that there is not is none [S-18 +, N-45 -]');
select is(pg_temp.asked('file_name = file_name'), 'pending document.requested {"kind": "report"}', 'what did not change is not told [S-18 -]');
select is(pg_temp.asked(forged => 'infinity'), 'withdrawn document.requested {"kind": "report"}, document.status_changed {"to": "withdrawn", "from": "pending"}',
  'whoever says there is a consent is not believed [N-45 -]');
select is(pg_temp.asked('treatment_consent_until = ''infinity'''), 'pending document.requested {"kind": "report"}', 'nor later [N-45 -]');

select * from finish();
rollback;
