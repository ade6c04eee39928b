-- public.assign_care: who lets a colleague treat a patient, for how long, and by what; and that nobody lets themselves in, or gives more than they have.
begin;
select plan(42);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.admissions disable trigger user;
delete from public.care_relationships where organisation_id = 'a0000000-0000-7000-8000-000000000001';
update public.admissions set status = 'planned', admitted_at = null where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- The doctor treats the first patient for good and the third for a day; a colleague, whom a clinic_admin put out, treated the first.
insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, created_at, taken_off_at) values
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000e1', 'a3000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'primary', now() - interval '9 days', null, now() - interval '9 days', null),
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000e3', 'a3000000-0000-7000-8000-000000000003', 'a1000000-0000-7000-8000-000000000002', 'consulting', now() - interval '9 days', now() + interval '1 day', now() - interval '9 days', null),
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000e4', 'a3000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000013', 'covering', now() - interval '9 days', now() - interval '1 day', now() - interval '9 days', now() - interval '1 day');
alter table public.care_relationships enable trigger user;
alter table public.admissions enable trigger user;
create temporary table before as select c.id from public.care_relationships as c;
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.assign(who text, patient text, colleague text, kind text default 'covering', until interval default null, more jsonb default '{}') returns text language sql as $$
  select case when a ~ '^[0-9a-f-]{36}$' then 'assigned' else a end from pg_temp.by(who, format('select public.assign_care(%L, %L, %L, %L)', 'a3000000-0000-7000-8000-0000000000' || patient,
    case when colleague ~ '^[a-z]' then left(colleague, 1) else 'a' end || '1000000-0000-7000-8000-0000000000' || right(colleague, 2), kind, now() + until), more) as a
$$;
-- What was written since: whose, by whom, as what, until when in hours, by which ground, and out of whose hands.
create function pg_temp.care() returns text language sql as $$
  select string_agg(concat_ws(' ', right(c.patient_id::text, 2), right(c.user_id::text, 2), 'by', right(c.created_by_user_id::text, 2), c.kind, coalesce(round(extract(epoch from c.ends_at - now()) / 3600)::text, 'open'), c.ground, right(c.ground_id::text, 2), 'of ' || right(c.handed_from_id::text, 2)), ', ' order by c.patient_id, c.user_id, c.kind, c.ends_at)
  from public.care_relationships as c where c.id <> all (array(select b.id from before as b)) and c.archived_at is null
$$;
select is(pg_temp.assign('05', '01', '03'), '42501 care is not yours to assign', 'reception lets nobody treat [N-21 -]');
select is(pg_temp.assign('04', '01', '03'), '42501 care is not yours to assign', 'nor an assistant [N-21 -]');
select is(pg_temp.assign('01', '01', '03', more => '{"session_id": null}'), '42501 care is not yours to assign', 'nor a clinic_admin without a session [N-21 -]');
select is(pg_temp.assign('02', '01', '02'), '42501 nobody assigns care to themselves', 'nobody lets themselves in [N-21 -]');
select is(pg_temp.assign('01', '99', '03'), 'CD010 patient not found', 'no patient that there is not is treated [N-21 -]');
select is(pg_temp.assign('01', '04', '03'), 'CD010 patient not found', 'nor one whom the clinic sees no more [N-27 -]');
select is(pg_temp.assign('b01', '01', '03'), 'CD010 patient not found', 'nor by another clinic''s hand [S-05 -]');
create temporary table unheld as select p.xmax::text as mark from public.patients as p where p.id = 'a3000000-0000-7000-8000-000000000001' and p.organisation_id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.assign('01', '01', '05'), 'CD010 colleague not found', 'reception treats nobody [N-21 -]');
select isnt((select p.xmax::text from public.patients as p where p.id = 'a3000000-0000-7000-8000-000000000001' and p.organisation_id = 'a0000000-0000-7000-8000-000000000001'), (select u.mark from unheld as u),
  'the patient was held meanwhile: whoever archives them waits [N-27 +]');
select is(pg_temp.assign('01', '01', '11'), 'CD010 colleague not found', 'nor does an assistant [N-21 -]');
select is(pg_temp.assign('01', '01', 'b02'), 'CD010 colleague not found', 'nor another clinic''s doctor [S-05 -]');
select is(pg_temp.assign('01', '01', '03', 'friend'), '23514 new row for relation "care_relationships" violates check constraint "care_relationships_kind_check"',
  'not as a friend [N-21 -]');
select is(pg_temp.assign('01', '01', '03', until => '-1 hour'), '23514 new row for relation "care_relationships" violates check constraint "care_relationships_period_check"',
  'nor until an hour ago [N-21 -]');
select is(pg_temp.assign('02', '05', '03'), 'CD010 patient not found', 'nor a patient in the archive [N-27 -]');
select is(pg_temp.assign('03', '02', '13'), '42501 this care is not yours to assign', 'who does not treat hands on nothing [N-21 -]');
select is(pg_temp.assign('01', '02', '03') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment',
  'a clinic_admin assigns whom they like, for good [N-21 +]');
select is(pg_temp.assign('01', '02', '03') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment', 'once [N-21 -]');
select is(pg_temp.assign('01', '02', '03', until => '1 hour') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment',
  'what lasts already is no shorter [N-21 -]');
select is(pg_temp.assign('01', '02', '03', 'nursing', '2 hours') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment, 02 03 by 01 nursing 2 assignment',
  'as something else, for two hours [N-21 +]');
select is(pg_temp.assign('01', '02', '03', 'nursing', '1 hour') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment, 02 03 by 01 nursing 2 assignment',
  'what lasts longer already is not written again [N-21 -]');
select is(pg_temp.assign('01', '02', '03', 'nursing', '3 hours') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 01 covering open assignment, 02 03 by 01 nursing 2 assignment, 02 03 by 01 nursing 3 assignment',
  'but what is longer is [N-21 +]');
delete from before; insert into before select c.id from public.care_relationships as c;
select is(pg_temp.assign('02', '01', '03') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 01 03 by 02 covering open assignment of e1',
  'who treats hands on what they have [N-21 +]');
select is(pg_temp.assign('02', '03', '03') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 01 03 by 02 covering open assignment of e1, 03 03 by 02 covering 24 assignment of e3',
  'no longer than they have it [N-21 +]');
select is(pg_temp.assign('02', '03', '13', until => '25 hours'), '42501 this care is not yours to assign', 'nor if they say so [N-21 -]');
select is(pg_temp.assign('02', '03', '13', until => '5 hours') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 01 03 by 02 covering open assignment of e1, 03 03 by 02 covering 24 assignment of e3, 03 13 by 02 covering 5 assignment of e3',
  'for less they do [N-21 +]');
select is(pg_temp.assign('02', '01', '13'), '42501 this care is not yours to assign', 'whom a clinic_admin put out, no colleague lets in [N-21 -]');
delete from before; insert into before select c.id from public.care_relationships as c;
select is(pg_temp.assign('01', '01', '13') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 01 13 by 01 covering open assignment', 'a clinic_admin does [N-21 +]');
select is(pg_temp.assign('02', '01', '13', 'consulting') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 01 13 by 02 consulting open assignment of e1, 01 13 by 01 covering open assignment',
  'then a colleague does as well [N-21 +]');
-- While they lie in a bed.
delete from before; insert into before select c.id from public.care_relationships as c;
alter table public.admissions disable trigger user;
insert into public.admissions (organisation_id, id, patient_id, bed_id, status, admitted_at) select 'a0000000-0000-7000-8000-000000000001'::uuid, ('00000000-0000-7000-8000-0000000000d' || n)::uuid, ('a3000000-0000-7000-8000-00000000000' || p)::uuid, b.id, 'admitted', now()
from (values (0, 2), (1, 3)) as v (n, p), lateral (select b.id from public.beds as b where b.organisation_id = 'a0000000-0000-7000-8000-000000000001' order by b.id offset v.n limit 1) as b;
alter table public.admissions enable trigger user;
select is(pg_temp.assign('13', '02', '03') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 13 covering open admission d0',
  'while a patient lies in a bed, a doctor who does not treat them lets in a nurse, until the stay is over [N-21 +]');
select is(pg_temp.assign('02', '03', '13', 'consulting') || ' ' || coalesce(pg_temp.care(), '-'), 'assigned 02 03 by 13 covering open admission d0, 03 13 by 02 consulting open admission d1',
  'who treats until tomorrow gives no less [N-21 +]');
select is(pg_temp.assign('04', '02', '13'), '42501 care is not yours to assign', 'an assistant does not [N-21 -]');

-- While nobody lies in a bed, and just these treat somebody: each a row of the clinic's, for good, unless it says otherwise. Another clinic has a patient,
-- and an appointment, of the same id.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) select 'b0000000-0000-7000-8000-000000000001', ('a3000000-0000-7000-8000-00000000000' || n)::uuid, 'TWIN-' || n, 'Somebody' from generate_series(1, 3) as n;
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.appointments disable trigger user;
insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
select (o.clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || o.id)::uuid, 'a3000000-0000-7000-8000-000000000001', (o.clinic || '1000000-0000-7000-8000-000000000002')::uuid, now() + o.n * interval '1 day', now() + o.n * interval '1 day' + interval '1 hour'
from (values ('a', 'a1', 1), ('a', 'a2', 2), ('a', 'a3', 3), ('a', 'a4', 4), ('a', 'a5', 5), ('a', 'a6', 6), ('b', 'a1', 1)) as o (clinic, id, n);
alter table public.appointments enable trigger user;
-- Where two of the clinic's were members once.
alter table public.organisation_members disable trigger user;
insert into public.organisation_members (organisation_id, user_id, role, is_active) select 'b0000000-0000-7000-8000-000000000001', ('a1000000-0000-7000-8000-00000000000' || n)::uuid, 'nurse', false from generate_series(2, 3) as n;
alter table public.organisation_members enable trigger user;
create temporary table held (what text, mark text);
create view pg_temp.rows_held as
  select left(a.organisation_id::text, 1) || ' ' || right(a.id::text, 2) as what, a.xmax::text as mark from public.appointments as a where a.id::text like '00000000-%'
  union all select left(p.organisation_id::text, 1) || ' patient ' || right(p.id::text, 2), p.xmax::text from public.patients as p where p.id::text like 'a3%';
create function pg_temp.given(treating jsonb, who text, patient text, colleague text, until interval default null, stay text default null) returns text language plpgsql as $$
declare
  v_said text;
begin
  alter table public.care_relationships disable trigger user;
  alter table public.admissions disable trigger user;
  delete from public.care_relationships as c where c.organisation_id = 'a0000000-0000-7000-8000-000000000001';
  delete from public.admissions as a where a.id::text like '00000000-%';
  insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id, taken_off_at, created_at, archived_at)
  select (coalesce(t.of ->> 'clinic', 'a') || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || (t.of ->> 'id'))::uuid, ('a3000000-0000-7000-8000-0000000000' || (t.of ->> 'patient'))::uuid,
    ('a1000000-0000-7000-8000-0000000000' || (t.of ->> 'who'))::uuid, coalesce(t.of ->> 'kind', 'covering'), now() + coalesce(t.of ->> 'from', '-9 days')::interval, now() + (t.of ->> 'until')::interval, coalesce(t.of ->> 'ground', 'assignment'),
    ('00000000-0000-7000-8000-0000000000' || (t.of ->> 'ground_id'))::uuid, now() + (t.of ->> 'off')::interval, now() + coalesce(t.of ->> 'made', '-9 days')::interval, now() + (t.of ->> 'away')::interval
  from jsonb_array_elements(treating) as t (of);
  insert into public.admissions (organisation_id, id, patient_id, bed_id, status, admitted_at)
  select b.organisation_id, '00000000-0000-7000-8000-0000000000d9', ('a3000000-0000-7000-8000-0000000000' || given.patient)::uuid, b.id, 'admitted', now() from public.beds as b where left(b.organisation_id::text, 1) = stay and right(b.id::text, 2) = '03';
  alter table public.care_relationships enable trigger user;
  alter table public.admissions enable trigger user;
  delete from before; insert into before select c.id from public.care_relationships as c;
  delete from held; insert into held select * from pg_temp.rows_held;
  v_said := pg_temp.assign(who, patient, colleague, until => until);
  raise exception '%', concat_ws(' ', v_said, coalesce(pg_temp.care(), '-'), (select 'holds ' || string_agg(r.what, ', ' order by r.what) from pg_temp.rows_held as r join held as h on h.what = r.what and h.mark <> r.mark)) using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
end
$$;
select is(pg_temp.given('[{"id": "f1", "patient": "01", "who": "02"}]', '02', '01', '03'), 'assigned 01 03 by 02 covering open assignment of f1',
  'who treats hands on what they have, in the name of that [N-21 +]');
select is(pg_temp.given('[{"id": "f1", "patient": "01", "who": "02", "ground": "appointment", "ground_id": "a1", "until": "1 day"},
  {"id": "f2", "patient": "01", "who": "13", "ground": "appointment", "ground_id": "a2"},
  {"id": "f3", "patient": "02", "who": "02", "ground": "appointment", "ground_id": "a3"},
  {"id": "f4", "patient": "01", "who": "02", "until": "-1 day", "ground": "admission", "ground_id": "a4"},
  {"id": "f5", "clinic": "b", "patient": "01", "who": "02", "ground": "appointment", "ground_id": "a5"}]', '02', '01', '03'), 'assigned 01 03 by 02 covering 24 appointment a1 of f1 holds a a1',
  'what comes from an appointment goes on as that, and it is held meanwhile: no other appointment, of whoever it is [N-21 +, S-05 -]');
select is(pg_temp.given('[{"id": "f1", "patient": "03", "who": "02", "until": "1 day"},
  {"id": "f2", "patient": "03", "who": "02", "from": "1 hour"},
  {"id": "f3", "patient": "03", "who": "02", "away": "-1 hour"},
  {"id": "f4", "patient": "03", "who": "13"},
  {"id": "f5", "clinic": "b", "patient": "03", "who": "02"},
  {"id": "f6", "patient": "02", "who": "02"}]', '02', '03', '03'), 'assigned 03 03 by 02 covering 24 assignment of f1',
  'what begins later, was put away, is a colleague''s, another clinic''s or of another patient makes what they have no longer [N-21 -, S-05 -]');
select is(pg_temp.given('[]', '03', '02', '13', stay => 'b'), '42501 this care is not yours to assign -',
  'a patient who lies in a bed of another clinic is let be treated by nobody here [S-05 -]');
select is(pg_temp.given('[{"id": "f1", "patient": "02", "who": "02"}]', '02', '02', '03', stay => 'a'), 'assigned 02 03 by 02 covering open assignment of f1',
  'while the patient lies in a bed, who treats them for good hands that on [N-21 +]');
select is(pg_temp.given('[{"id": "f1", "patient": "02", "who": "02", "until": "1 day"}]', '02', '02', '03', stay => 'a'), 'assigned 02 03 by 02 covering open admission d9',
  'who treats them until tomorrow lets in until the stay is over [N-21 +]');
select is(pg_temp.given('[{"id": "f1", "patient": "02", "who": "03"}]', '01', '02', '03'), 'assigned -', 'who treats them already is not written down again [N-21 -]');
select is(pg_temp.given('[{"id": "f1", "clinic": "b", "patient": "02", "who": "03"},
  {"id": "f2", "patient": "02", "who": "03", "from": "1 hour"},
  {"id": "f3", "patient": "02", "who": "03", "off": "-3 days"},
  {"id": "f4", "patient": "02", "who": "03", "kind": "nursing", "made": "-1 day"}]', '01', '02', '03'), 'assigned 02 03 by 01 covering open assignment',
  'but who does in another clinic, will later, or was put out of that before, is [N-21 +, S-05 -]');
select is(pg_temp.given('[{"id": "f1", "patient": "02", "who": "03", "ground": "admission", "ground_id": "d8"},
  {"id": "f2", "patient": "02", "who": "03", "ground": "appointment", "ground_id": "d9"}]', '13', '02', '03', stay => 'a'), 'assigned 02 03 by 13 covering open admission d9',
  'who was let in for another stay is let in for this one, whatever else is of its id [N-21 +]');
select is(pg_temp.given('[{"id": "f1", "patient": "02", "who": "03", "ground": "admission", "ground_id": "d9"}]', '13', '02', '03', stay => 'a'), 'assigned -',
  'but for the same stay not twice [N-21 -]');
update public.organisation_members set is_active = false where organisation_id = 'a0000000-0000-7000-8000-000000000001' and user_id = 'a1000000-0000-7000-8000-000000000003';
select is(pg_temp.assign('01', '02', '03', 'primary'), 'CD010 colleague not found', 'who is suspended treats nobody [N-21 -]');

select * from finish();
rollback;
