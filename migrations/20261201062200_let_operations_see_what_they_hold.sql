-- migrate:up
-- Why: operations see what a clinic owns from the handoff of its case until the case is closed.
-- Side: operations
-- Access: +8 grants, +8 policies
--   + policy internal_ops_select on public.admissions: select to internal_ops
--   + policy internal_ops_select on public.beds: select to internal_ops
--   + policy internal_ops_select on public.consents: select to internal_ops
--   + policy internal_ops_select on public.medical_records: select to internal_ops
--   + policy internal_ops_select on public.patient_clinical: select to internal_ops
--   + policy internal_ops_select on public.patient_identity: select to internal_ops
--   + policy internal_ops_select on public.patients: select to internal_ops
--   + policy internal_ops_select on public.signed_forms: select to internal_ops
--   + internal_ops may select on public.admissions
--   + internal_ops may select on public.beds
--   + internal_ops may select on public.consents
--   + internal_ops may select on public.medical_records
--   + internal_ops may select on public.patient_clinical
--   + internal_ops may select on public.patient_identity
--   + internal_ops may select on public.patients
--   + internal_ops may select on public.signed_forms
-- Locks: 8 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.consents
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.patient_clinical
--   ACCESS EXCLUSIVE public.patient_identity
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.signed_forms

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy internal_ops_select on public.admissions
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'admissions', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );
comment on policy internal_ops_select on public.admissions is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.beds
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'beds', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('bed'))::uuid[])
    and authz.is_handed_over('bed', organisation_id, id)
  );
comment on policy internal_ops_select on public.beds is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.consents
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'consents', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, patient_id)
  );
comment on policy internal_ops_select on public.consents is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.medical_records
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'medical_records', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and is_segmented = false
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );
comment on policy internal_ops_select on public.medical_records is
  'ops_agent of operations may read rows that are not archived and without a protected segment and of a case that operations hold. [N-45, S-29]';

create policy internal_ops_select on public.patient_clinical
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_clinical', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and authz.is_handed_over('consenting_patient', organisation_id, id)
      then authz.log_disclosure((select authz.disclosure_stamp('internal_ops', 'patient_clinical', 'SELECT')), organisation_id, id, id)
      else false
    end
    and id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );
comment on policy internal_ops_select on public.patient_clinical is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.patient_identity
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patient_identity', 'SELECT', 'detailed'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );
comment on policy internal_ops_select on public.patient_identity is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.patients
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'patients', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and id = any ((select authz.handed_over_ids('patient'))::uuid[])
    and authz.is_handed_over('patient', organisation_id, id)
  );
comment on policy internal_ops_select on public.patients is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

create policy internal_ops_select on public.signed_forms
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'signed_forms', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and case_id = any ((select authz.handed_over_ids('case'))::uuid[])
    and authz.is_handed_over('case', organisation_id, case_id)
  );
comment on policy internal_ops_select on public.signed_forms is
  'ops_agent of operations may read rows that are not archived and of a case that operations hold. [S-29]';

grant select on public.admissions to internal_ops;

grant select on public.beds to internal_ops;

grant select on public.consents to internal_ops;

grant select on public.medical_records to internal_ops;

grant select on public.patient_clinical to internal_ops;

grant select on public.patient_identity to internal_ops;

grant select on public.patients to internal_ops;

grant select on public.signed_forms to internal_ops;

-- migrate:down
