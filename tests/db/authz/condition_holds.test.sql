-- authz.condition_holds: what each word of a rule asks of a record, for one caller, at one moment.
begin;

create temporary table asked (holds boolean, condition text, record jsonb, rank integer default 70, why text);
insert into asked (holds, condition, record, why) values
  (true, 'everyone', '{}', 'whoever it is'),
  (true, 'member', '{}', 'with a rank'),
  (true, 'operator', '{}', 'with a rank'),
  (true, 'active', '{"status": "active"}', 'active'),
  (false, 'active', '{"status": "proposed"}', 'proposed'),
  (false, 'active', '{}', 'without a status'),
  (true, 'proposed', '{"status": "proposed"}', 'proposed'),
  (false, 'proposed', '{"status": "active"}', 'active'),
  (true, 'unarchived', '{"archived_at": null}', 'not archived'),
  (false, 'unarchived', jsonb_build_object('archived_at', now()), 'archived just now'),
  (true, 'not_archived', '{"archived_at": null}', 'not archived'),
  (true, 'not_archived', jsonb_build_object('archived_at', now()), 'archived in this transaction'),
  (false, 'not_archived', jsonb_build_object('archived_at', now() - interval '1 microsecond'), 'archived before it'),
  (false, 'not_archived', jsonb_build_object('archived_at', now() + interval '1 microsecond'), 'archived after it'),
  (true, 'patient_active', '{"patient_status": "active"}', 'of an active patient'),
  (false, 'patient_active', '{"patient_status": "inactive"}', 'of an inactive one'),
  (true, 'unsegmented', '{"is_segmented": false}', 'of no segment'),
  (false, 'unsegmented', '{"is_segmented": true}', 'of one'),
  (false, 'unsegmented', '{}', 'that does not say'),
  (true, 'financial', '{"is_financial": true}', 'about money'),
  (false, 'financial', '{"is_financial": false}', 'about none'),
  (true, 'attached', '{"case_id": "af000000-0000-7000-8000-000000000003"}', 'with a case'),
  (false, 'attached', '{"case_id": null}', 'without'),
  (true, 'handed_over', '{"case_id": "af000000-0000-7000-8000-000000000003"}', 'of a case that was handed over'),
  (false, 'handed_over', '{"case_id": "af000000-0000-7000-8000-000000000001"}', 'of one that was not'),
  (false, 'handed_over', '{"case_id": "af000000-0000-7000-8000-000000000003", "organisation_id": "b0000000-0000-7000-8000-000000000001"}', 'of another clinic'),
  (true, 'unexpired', '{"expires_at": "2026-06-01 12:00:00.000001Z"}', 'that ends after the moment'),
  (false, 'unexpired', '{"expires_at": "2026-06-01 12:00Z"}', 'that ends with it'),
  (false, 'unexpired', '{"expires_at": null}', 'without an end'),
  (true, 'own_user', '{"user_id": "a1000000-0000-7000-8000-000000000002"}', 'of the caller'),
  (false, 'own_user', '{"user_id": "a1000000-0000-7000-8000-000000000003"}', 'of another'),
  (false, 'own_user', '{}', 'of nobody'),
  (false, 'other_user', '{"user_id": "a1000000-0000-7000-8000-000000000002"}', 'of the caller'),
  (true, 'other_user', '{"user_id": "a1000000-0000-7000-8000-000000000003"}', 'of another'),
  (false, 'other_user', '{}', 'of nobody'),
  (true, 'below_own_rank', '{"rank": 69}', 'of a lower rank'),
  (false, 'below_own_rank', '{"rank": 70}', 'of the same'),
  (false, 'below_own_rank', '{}', 'of none'),
  (true, 'colleague', '{"user_id": "a1000000-0000-7000-8000-000000000003"}', 'of a colleague'),
  (false, 'colleague', '{"user_id": "b1000000-0000-7000-8000-000000000003"}', 'of another clinic''s'),
  (false, 'colleague', '{"user_id": "e1000000-0000-7000-8000-000000000002"}', 'of who was invited and did not accept'),
  (true, 'own_patient', '{"user": "a2000000-0000-7000-8000-000000000001"}', 'of the patient'),
  (false, 'own_patient', '{"user": "a2000000-0000-7000-8000-000000000003"}', 'of another patient'),
  (false, 'own_patient', '{"user": "a2000000-0000-7000-8000-000000000001", "organisation_id": "b0000000-0000-7000-8000-000000000001"}', 'of another clinic'),
  (true, 'own_organisation', '{"user": "a2000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000003"}', 'of a clinic of the patient''s'),
  (false, 'own_organisation', '{"user": "a2000000-0000-7000-8000-000000000001", "organisation_id": "b0000000-0000-7000-8000-000000000001"}', 'of another'),
  (false, 'own_organisation', '{}', 'of who is no patient'),
  (true, 'treating', '{}', 'of a patient whom the caller treats'),
  (false, 'treating', '{"patient_id": "a3000000-0000-7000-8000-000000000002"}', 'of one whom they do not'),
  (false, 'treating', '{"treated_then": false}', 'of one whom they did not then'),
  (true, 'treating', '{"patient_id": "a3000000-0000-7000-8000-000000000002", "treated_then": true}', 'of one whom they did then'),
  (false, 'treating', '{"organisation_id": "b0000000-0000-7000-8000-000000000001"}', 'of another clinic'),
  (false, 'emergency', '{}', 'without a grant'),
  (true, 'emergency', '{"patient_id": "a3000000-0000-7000-8000-000000000005"}', 'of a patient with one'),
  (false, 'emergency', '{"patient_id": "a3000000-0000-7000-8000-000000000005", "organisation_id": "b0000000-0000-7000-8000-000000000001"}', 'of another clinic'),
  (true, 'consent:treatment', '{"treatment_consent_until": "2026-06-01 12:00:00.000001Z"}', 'with consent until after the moment'),
  (false, 'consent:treatment', '{"treatment_consent_until": "2026-06-01 12:00Z"}', 'until the moment'),
  (false, 'consent:treatment', '{}', 'without'),
  (true, 'consent:research', '{"research_consent_until": "infinity"}', 'with consent without an end'),
  (false, 'consent:research', '{"treatment_consent_until": "infinity"}', 'with consent to something else'),
  (false, 'anything', '{}', 'for a word that nobody knows');
insert into asked (holds, condition, record, rank, why) values
  (false, 'member', '{}', null, 'without a rank'), (false, 'operator', '{}', null, 'without a rank'), (false, 'below_own_rank', '{"rank": 0}', null, 'for who has none');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
insert into public.organisation_members (organisation_id, user_id, role) values ('a0000000-0000-7000-8000-000000000001', 'e1000000-0000-7000-8000-000000000002', 'nurse');

alter table public.emergency_access_grants disable trigger user;
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at, patient_status)
values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000005', 'a1000000-0000-7000-8000-000000000002', '3', '2026-06-01 11:45Z', '2026-06-01 12:15Z', 'active');

select plan(64);
select is(
  authz.condition_holds(
    a.condition, '{"tenantKey": "organisation_id", "patientKey": "patient_id", "handedOverBy": "case", "handedOverKey": "case_id"}',
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000001"}'::jsonb || a.record,
    coalesce(a.record ->> 'user', 'a1000000-0000-7000-8000-000000000002')::uuid, 'a0000000-0000-7000-8000-000000000001', a.rank, '2026-06-01 12:00Z'
  ),
  a.holds, format('%1$s: a record %2$s [N-08 %3$s]', a.condition, a.why, case when a.holds then '+' else '-' end)
) from asked as a;

select * from finish();
rollback;
