-- authz.treatment_consent_until and its projection onto patient_clinical: what the policy compares is what consents say.
begin;
select plan(11);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.projected(patient text) returns timestamptz language sql as $$
  select treatment_consent_until from public.patient_clinical where id = ('a3000000-0000-7000-8000-0000000000' || patient)::uuid;
$$;

select is(pg_temp.projected('01'), 'infinity', 'an active consent without end holds until withdrawn [N-45 +]');
select is(pg_temp.projected('02'), null, 'one that is proposed does not [N-45 -]');
select is(pg_temp.projected('03'), null, 'one that was withdrawn does not [N-50 -]');

update public.consents set status = 'active' where id = 'a6000000-0000-7000-8000-000000000002';
select is(pg_temp.projected('02'), 'infinity', 'given, it opens in the same transaction [N-45 +]');
update public.consents set status = 'withdrawn' where id = 'a6000000-0000-7000-8000-000000000002';
select is(pg_temp.projected('02'), null, 'withdrawn, it closes in the same transaction [N-50 -]');

insert into public.consents (organisation_id, patient_id, purpose, status, expires_at)
values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'treatment', 'active', '2026-01-01 00:00+00');
select is(pg_temp.projected('02'), '2026-01-01 00:00+00', 'one with an end holds until then: expiry is computed, not swept [N-45 +]');
update public.patient_clinical set treatment_consent_until = 'infinity' where id = 'a3000000-0000-7000-8000-000000000002';
select is(pg_temp.projected('02'), '2026-01-01 00:00+00', 'a value that somebody writes is recomputed [N-45 -]');

select is(
  (select count(*) from (
     select organisation_id, id as patient_id, treatment_consent_until from public.patient_clinical
     union all select organisation_id, patient_id, treatment_consent_until from public.medical_records
     union all select organisation_id, patient_id, treatment_consent_until from public.medical_record_details
   ) as p
   where p.treatment_consent_until is distinct from authz.treatment_consent_until(p.organisation_id, p.patient_id)),
  0::bigint, 'every projection equals what it projects [N-45 +]'
);
select isnt(
  (select count(*) from public.medical_record_details where treatment_consent_until = 'infinity'), 0::bigint,
  'among them records under a consent in force [N-45 +]'
);
select is(authz.treatment_consent_until('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001'), null,
  'the consent of a patient holds at their clinic alone [N-45 S-04 -]');

update public.consents set archived_at = now() where patient_id = 'a3000000-0000-7000-8000-000000000001' and purpose = 'treatment';
select is(pg_temp.projected('01'), null, 'one that was archived does not hold [N-45 -]');

select * from finish();
rollback;
