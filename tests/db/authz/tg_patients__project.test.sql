-- authz.tg_patients__project, tg_consents__project: they touch the rows of one patient of one organisation. The other
-- clinic gets a patient of the same id, with a row in every table.
begin;
select plan(15);

set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'SAME-ID', 'Same Id');
insert into public.patient_identity (organisation_id, id) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001');
insert into public.patient_clinical (organisation_id, id) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001');
insert into public.consents (organisation_id, patient_id, purpose, status) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'treatment', 'active');
insert into public.care_relationships (organisation_id, patient_id, user_id, kind)
values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'b1000000-0000-7000-8000-000000000003', 'covering');
insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
values ('b0000000-0000-7000-8000-000000000001', 'b2000000-0000-7000-8000-000000000003', 'a3000000-0000-7000-8000-000000000001', 'proxy');
insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000001', 'b1000000-0000-7000-8000-000000000002', '2031-01-01 09:00+00', '2031-01-01 09:30+00');
insert into public.appointment_reasons (organisation_id, id, patient_id, reason)
values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000001', 'Same id');
insert into public.admissions (organisation_id, patient_id) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001');

create temporary table mark on commit drop as select clock_timestamp() as set_at;
/* Rows of whatever says how its patient stands, written since the mark: table, clinic, patient. */
create function pg_temp.touched() returns setof text language plpgsql as $$
declare
  v_table record;
begin
  for v_table in
    select c.relname, case when exists (select from pg_attribute as p where p.attrelid = c.oid and p.attname = 'patient_id') then 'patient_id' else 'id' end as patient
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    where a.attname = 'patient_status'
  loop
    return query execute format(
      'select distinct concat_ws('' '', %L, left(t.organisation_id::text, 1), right(t.%I::text, 2)) from public.%I as t, mark as m where t.updated_at > m.set_at',
      v_table.relname, v_table.patient, v_table.relname
    );
  end loop;
end
$$;
select is_empty('select pg_temp.touched()', 'nothing is touched before');

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
update public.patients set full_name = 'Another Name' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select is_empty('select pg_temp.touched()', 'a change that gates nothing touches nothing [N-27 +]');
update public.patients set status = 'inactive' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select set_eq(
  'select pg_temp.touched()',
  array[
    'access_restrictions a 01', 'admissions a 01', 'appointment_reasons a 01', 'appointments a 01', 'care_relationships a 01', 'cases a 01',
    'consents a 01', 'documents a 01', 'emergency_access_grants a 01', 'emergency_access_reasons a 01', 'medical_record_details a 01',
    'medical_records a 01', 'patient_accounts a 01', 'patient_clinical a 01', 'patient_identity a 01', 'signed_forms a 01', 'transfers a 01'
  ],
  'a patient who is deactivated: their rows in every table, and no other row [N-24 N-27 +]'
);

update mark set set_at = clock_timestamp();
update public.patients set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select set_eq(
  'select pg_temp.touched()',
  array[
    'access_restrictions a 01', 'admissions a 01', 'appointment_reasons a 01', 'appointments a 01', 'care_relationships a 01', 'cases a 01',
    'consents a 01', 'documents a 01', 'emergency_access_grants a 01', 'emergency_access_reasons a 01', 'medical_record_details a 01',
    'medical_records a 01', 'patient_accounts a 01', 'patient_clinical a 01', 'patient_identity a 01', 'signed_forms a 01', 'transfers a 01'
  ],
  'one who is archived: the same [N-24 N-27 +]'
);

update mark set set_at = clock_timestamp();
update public.consents set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and patient_id = 'a3000000-0000-7000-8000-000000000001' and purpose = 'treatment';
select set_eq('select pg_temp.touched()', array['consents a 01', 'patient_clinical a 01', 'medical_records a 01', 'medical_record_details a 01', 'documents a 01'], 'a consent: what it gates of the same patient [N-24 N-45 +]');
select is(
  (select count(*) from public.patient_clinical as p
   where p.treatment_consent_until is distinct from authz.treatment_consent_until(p.organisation_id, p.id)),
  0::bigint, 'every projection equals what it projects [N-45 +]'
);

update mark set set_at = clock_timestamp();
update public.patients set status = 'inactive' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000003';
select is((select string_agg(t, ', ' order by t) from pg_temp.touched() as t (t)), 'admissions a 03, appointments a 03, care_relationships a 03, cases a 03, consents a 03, documents a 03, medical_record_details a 03, medical_records a 03, patient_accounts a 03, patient_clinical a 03, patient_identity a 03, signed_forms a 03',
  'a patient whose consents open nothing: what is known of them all the same [N-24 N-27 +]');

-- Whom the company drives for each clinic, after a patient of one has been changed from how they stand to something else; all of it taken back.
create function pg_temp.driven(stand text, change text) returns text language plpgsql as $$
declare
  v_said text;
begin
  begin
    alter table public.patients disable trigger user;
    alter table public.transfer_job_patients disable trigger user;
    execute format('update public.patients set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a3000000-0000-7000-8000-000000000002''', stand);
    insert into public.transfer_job_patients (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, 'Somebody', 'pt', j.expires_at from public.transfer_jobs as j where j.organisation_id::text like 'c%';
    alter table public.patients enable trigger user;
    alter table public.transfer_job_patients enable trigger user;
    execute format('update public.patients set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a3000000-0000-7000-8000-000000000002''', change);
    select string_agg(left(p.origin_organisation_id::text, 1) || ' ' || coalesce(p.patient_name || ' ' || p.language, 'nobody'), ', ' order by p.origin_organisation_id) into v_said
    from public.transfer_job_patients as p where p.organisation_id::text like 'c%';
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;
select is(pg_temp.driven('status = ''active''', 'full_name = ''Another Name'''), 'a Somebody pt, b Somebody pt', 'another name takes nobody''s out of a job [N-24 -]');
select is(pg_temp.driven('status = ''active''', 'status = ''inactive'''), 'a nobody, b Somebody pt', 'the job of one who is deactivated names nobody [N-24 +]');
select is(pg_temp.driven('status = ''active''', 'archived_at = now()'), 'a nobody, b Somebody pt', 'nor that of one who is archived [N-24 +]');
select is(pg_temp.driven('status = ''inactive''', 'status = ''active'''), 'a Somebody pt, b Somebody pt',
  'one who is active again is driven by the name that stands there [N-24 -]');
select is(pg_temp.driven('archived_at = now()', 'archived_at = null'), 'a Somebody pt, b Somebody pt', 'and so is one who is brought back [N-24 -]');
select is(pg_temp.driven('status = ''inactive'', archived_at = now()', 'archived_at = null'), 'a nobody, b Somebody pt',
  'but not one who is brought back and is inactive [N-24 +]');
select is(pg_temp.driven('status = ''inactive'', archived_at = now()', 'status = ''active'''), 'a nobody, b Somebody pt',
  'nor one who is active, and put away [N-24 +]');

-- Rows of records that somebody has come to hold; the other clinic has one of the same patient's id.
alter table public.medical_records disable trigger user;
insert into public.medical_records (organisation_id, id, patient_id, record_type)
select 'b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'a3000000-0000-7000-8000-000000000001', r.record_type from public.medical_records as r where r.organisation_id::text like 'b%' limit 1;
alter table public.medical_records enable trigger user;
create temporary table held_before as select r.organisation_id, r.id, r.xmax::text as by from public.medical_records as r;
update public.patients set archived_at = null, status = 'active' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select is((select string_agg(left(r.organisation_id::text, 1) || ' ' || right(r.patient_id::text, 2), ', ') from public.medical_records as r join held_before as h using (organisation_id, id) where r.xmax::text <> h.by and (left(r.organisation_id::text, 1), right(r.patient_id::text, 2)) <> ('a', '01')), null,
  'no record of another patient waits for that [N-27 -]');

select * from finish();
rollback;
