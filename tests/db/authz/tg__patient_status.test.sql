-- authz.tg__patient_status and authz.tg_patients__project: what is known of a patient is hidden with the patient.
begin;
select plan(10);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.statuses() returns setof text language sql as $$
  select patient_status from public.patient_identity where id = 'a3000000-0000-7000-8000-000000000001'
  union select patient_status from public.patient_clinical where id = 'a3000000-0000-7000-8000-000000000001'
  union select patient_status from public.appointments where patient_id = 'a3000000-0000-7000-8000-000000000001'
  union select patient_status from public.appointment_reasons where patient_id = 'a3000000-0000-7000-8000-000000000001';
$$;

select set_eq('select pg_temp.statuses()', array['active'], 'an active patient: active everywhere [N-27 +]');
update public.patients set status = 'inactive' where id = 'a3000000-0000-7000-8000-000000000001';
select set_eq('select pg_temp.statuses()', array['inactive'], 'deactivated: everywhere, in the same transaction [N-27 -]');
update public.patients set status = 'active' where id = 'a3000000-0000-7000-8000-000000000001';
select set_eq('select pg_temp.statuses()', array['active'], 'reactivated: everywhere [N-27 +]');
update public.patients set archived_at = now() where id = 'a3000000-0000-7000-8000-000000000001';
select set_eq('select pg_temp.statuses()', array['archived'], 'archived: everywhere, whatever the status [N-27 -]');

update public.patient_identity set patient_status = 'active' where id = 'a3000000-0000-7000-8000-000000000001';
select set_eq('select pg_temp.statuses()', array['archived'], 'a value that somebody writes is recomputed [N-27 -]');

select throws_ok(
  $$ insert into public.patient_identity (organisation_id, id) values ('a0000000-0000-7000-8000-000000000001', gen_random_uuid()) $$,
  '23503', null, 'there is no side row without its patient [N-27 -]'
);
insert into public.patients (organisation_id, id, mrn, full_name, status)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef', 'T-9', 'Test', 'inactive');
insert into public.patient_identity (organisation_id, id, patient_status)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef', 'active');
select is(patient_status, 'inactive', 'a new side row starts out with the patient''s status [N-27 -]')
from public.patient_identity where id = '00000000-0000-7000-8000-00000000beef';

select is(
  (select count(*)
   from (
     select organisation_id, id, patient_status from public.patient_identity
     union all select organisation_id, id, patient_status from public.patient_clinical
     union all select organisation_id, patient_id, patient_status from public.appointments
     union all select organisation_id, patient_id, patient_status from public.appointment_reasons
   ) as t
   join public.patients as p on p.organisation_id = t.organisation_id and p.id = t.id
   where t.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end),
  0::bigint, 'every projection equals what it projects [N-27 +]'
);

set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name, status)
values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'SAME-ID', 'Same Id', 'inactive');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
update public.patient_identity set phone = null where id = 'a3000000-0000-7000-8000-000000000002';
select is(patient_status, 'active', 'a patient of the same id elsewhere has no say [N-24 N-27 -]')
from public.patient_identity where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000002';

insert into public.patient_clinical (organisation_id, id) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef');
update public.patients set status = 'active' where id = '00000000-0000-7000-8000-00000000beef';
select is(patient_status, 'active', 'health follows its patient also where no consent does [N-27 +]')
from public.patient_clinical where id = '00000000-0000-7000-8000-00000000beef';

select * from finish();
rollback;
