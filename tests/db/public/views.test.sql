-- public.patient_profiles, appointment_details: what they join belongs to the same organisation. Asked by a role that no
-- policy holds, beside rows of the same id in another clinic.
begin;
select plan(4);

set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'SAME-ID', 'Same Id');
insert into public.patient_identity (organisation_id, id, nationality) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'TH');
insert into public.patient_clinical (organisation_id, id, alerts) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'Same id');
insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
values ('b0000000-0000-7000-8000-000000000001', 'aa000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'b1000000-0000-7000-8000-000000000002', '2031-01-01 09:00+00', '2031-01-01 09:30+00');
insert into public.appointment_reasons (organisation_id, id, patient_id, reason)
values ('b0000000-0000-7000-8000-000000000001', 'aa000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'Same id');

select results_eq(
  'select organisation_id, id from public.patient_profiles order by 1, 2', 'select organisation_id, id from public.patients order by 1, 2',
  'a profile is one patient [N-19 N-24 +]'
);
select set_eq(
  $$ select organisation_id, nationality, alerts from public.patient_profiles where id = 'a3000000-0000-7000-8000-000000000001' $$,
  $$ values ('a0000000-0000-7000-8000-000000000001'::uuid, 'BR', 'Falls risk'), ('b0000000-0000-7000-8000-000000000001'::uuid, 'TH', 'Same id') $$,
  'with identity and health of the same organisation [N-19 N-24 -]'
);
select results_eq(
  'select organisation_id, id from public.appointment_details order by 1, 2', 'select organisation_id, id from public.appointments order by 1, 2',
  'an appointment in detail is one appointment [N-19 N-24 +]'
);
select set_eq(
  $$ select d.organisation_id, d.reason from public.appointment_details as d where d.id = 'aa000000-0000-7000-8000-000000000001' $$,
  $$ select r.organisation_id, r.reason from public.appointment_reasons as r where r.id = 'aa000000-0000-7000-8000-000000000001' $$,
  'with the reason of the same organisation [N-19 N-24 -]'
);

select * from finish();
rollback;
