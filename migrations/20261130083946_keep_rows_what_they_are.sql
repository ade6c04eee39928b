-- migrate:up
-- Why: the server's key gave rows other ids, and put a record or its details into another chart, of which no record told
-- Access: none
--   widens: authz.tg__lasting() is new, which 36 triggers ask
--   widens: the trigger _060_whose now guards public.crew_members
--   widens: the trigger _060_whose now guards public.professionals
--   widens: the trigger _890_lasting now guards public.access_restrictions
--   widens: the trigger _890_lasting now guards public.admissions
--   widens: the trigger _890_lasting now guards public.agreements
--   widens: the trigger _890_lasting now guards public.appointment_reasons
--   widens: the trigger _890_lasting now guards public.appointments
--   widens: the trigger _890_lasting now guards public.beds
--   widens: the trigger _890_lasting now guards public.care_relationships
--   widens: the trigger _890_lasting now guards public.consents
--   widens: the trigger _890_lasting now guards public.crew_members
--   widens: the trigger _890_lasting now guards public.document_read_tickets
--   widens: the trigger _890_lasting now guards public.document_upload_grants
--   widens: the trigger _890_lasting now guards public.documents
--   widens: the trigger _890_lasting now guards public.emergency_access_grants
--   widens: the trigger _890_lasting now guards public.emergency_access_reasons
--   widens: the trigger _890_lasting now guards public.invitations
--   widens: the trigger _890_lasting now guards public.legal_holds
--   widens: the trigger _890_lasting now guards public.medical_record_details
--   widens: the trigger _890_lasting now guards public.medical_records
--   widens: the trigger _890_lasting now guards public.organisation_members
--   widens: the trigger _890_lasting now guards public.organisation_networks
--   widens: the trigger _890_lasting now guards public.patient_accounts
--   widens: the trigger _890_lasting now guards public.patient_clinical
--   widens: the trigger _890_lasting now guards public.patient_identity
--   widens: the trigger _890_lasting now guards public.patients
--   widens: the trigger _890_lasting now guards public.professionals
--   widens: the trigger _890_lasting now guards public.retention_extensions
--   widens: the trigger _890_lasting now guards public.security_incidents
--   widens: the trigger _890_lasting now guards public.signed_forms
--   widens: the trigger _890_lasting now guards public.subject_request_evidence
--   widens: the trigger _890_lasting now guards public.subject_requests
--   widens: the trigger _890_lasting now guards public.transfer_job_patients
--   widens: the trigger _890_lasting now guards public.transfer_jobs
--   widens: the trigger _890_lasting now guards public.vehicle_assignments
--   widens: the trigger _890_lasting now guards public.vehicles
-- Locks: 34 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.access_restrictions
--   SHARE ROW EXCLUSIVE public.admissions
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.appointment_reasons
--   SHARE ROW EXCLUSIVE public.appointments
--   SHARE ROW EXCLUSIVE public.beds
--   SHARE ROW EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.consents
--   SHARE ROW EXCLUSIVE public.crew_members
--   SHARE ROW EXCLUSIVE public.document_read_tickets
--   SHARE ROW EXCLUSIVE public.document_upload_grants
--   SHARE ROW EXCLUSIVE public.documents
--   SHARE ROW EXCLUSIVE public.emergency_access_grants
--   SHARE ROW EXCLUSIVE public.emergency_access_reasons
--   SHARE ROW EXCLUSIVE public.invitations
--   SHARE ROW EXCLUSIVE public.legal_holds
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisation_networks
--   SHARE ROW EXCLUSIVE public.patient_accounts
--   SHARE ROW EXCLUSIVE public.patient_clinical
--   SHARE ROW EXCLUSIVE public.patient_identity
--   SHARE ROW EXCLUSIVE public.patients
--   SHARE ROW EXCLUSIVE public.professionals
--   SHARE ROW EXCLUSIVE public.retention_extensions
--   SHARE ROW EXCLUSIVE public.security_incidents
--   SHARE ROW EXCLUSIVE public.signed_forms
--   SHARE ROW EXCLUSIVE public.subject_request_evidence
--   SHARE ROW EXCLUSIVE public.subject_requests
--   SHARE ROW EXCLUSIVE public.transfer_job_patients
--   SHARE ROW EXCLUSIVE public.transfer_jobs
--   SHARE ROW EXCLUSIVE public.vehicle_assignments
--   SHARE ROW EXCLUSIVE public.vehicles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__lasting: a row stays the one that it is, and its patient's. Keys hold one column against another, and not against both at once: one
-- statement that writes a record and its details, or an invoice with lines and payments, puts them into another chart, or on another's account, and
-- nobody is told. Under another id it is a record that nobody has read: the access log, and what was sealed, tell of the one before. Its triggers say
-- in WHEN what changed.
create or replace function authz.tg__lasting()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'a row of % stays what it is, and whose', tg_argv[0]
    using errcode = 'CD014', hint = 'Archive it or end it, and write another: what was recorded of this one stays true.';
end
$$;
comment on function authz.tg__lasting() is
  'Refuses with CD014 that a row takes another id, or becomes another patient''s or person''s. Argument: the table''s name. [N-37, S-16]';
revoke all on function authz.tg__lasting() from public;

create or replace trigger _060_whose
  before update on public.crew_members
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('crew_members');
alter table public.crew_members enable always trigger _060_whose;
comment on trigger _060_whose on public.crew_members is
  'Keeps whom an assignment names: who drove is who drove. [S-16, S-18]';

create or replace trigger _060_whose
  before update on public.professionals
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('professionals');
alter table public.professionals enable always trigger _060_whose;
comment on trigger _060_whose on public.professionals is
  'Keeps whose licence it is. [S-16, S-31]';

create or replace trigger _890_lasting
  before update on public.access_restrictions
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('access_restrictions');
alter table public.access_restrictions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.access_restrictions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.admissions
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('admissions');
alter table public.admissions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.admissions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.agreements
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('agreements');
alter table public.agreements enable always trigger _890_lasting;
comment on trigger _890_lasting on public.agreements is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.appointment_reasons
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('appointment_reasons');
alter table public.appointment_reasons enable always trigger _890_lasting;
comment on trigger _890_lasting on public.appointment_reasons is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.appointments
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('appointments');
alter table public.appointments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.appointments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.beds
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('beds');
alter table public.beds enable always trigger _890_lasting;
comment on trigger _890_lasting on public.beds is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.care_relationships
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('care_relationships');
alter table public.care_relationships enable always trigger _890_lasting;
comment on trigger _890_lasting on public.care_relationships is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.consents
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('consents');
alter table public.consents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.consents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.crew_members
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('crew_members');
alter table public.crew_members enable always trigger _890_lasting;
comment on trigger _890_lasting on public.crew_members is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.document_read_tickets
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('document_read_tickets');
alter table public.document_read_tickets enable always trigger _890_lasting;
comment on trigger _890_lasting on public.document_read_tickets is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.document_upload_grants
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('document_upload_grants');
alter table public.document_upload_grants enable always trigger _890_lasting;
comment on trigger _890_lasting on public.document_upload_grants is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.documents
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('documents');
alter table public.documents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.documents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.emergency_access_grants
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('emergency_access_grants');
alter table public.emergency_access_grants enable always trigger _890_lasting;
comment on trigger _890_lasting on public.emergency_access_grants is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.emergency_access_reasons
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('emergency_access_reasons');
alter table public.emergency_access_reasons enable always trigger _890_lasting;
comment on trigger _890_lasting on public.emergency_access_reasons is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.invitations
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('invitations');
alter table public.invitations enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invitations is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.legal_holds
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('legal_holds');
alter table public.legal_holds enable always trigger _890_lasting;
comment on trigger _890_lasting on public.legal_holds is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.medical_record_details
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('medical_record_details');
alter table public.medical_record_details enable always trigger _890_lasting;
comment on trigger _890_lasting on public.medical_record_details is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.medical_records
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('medical_records');
alter table public.medical_records enable always trigger _890_lasting;
comment on trigger _890_lasting on public.medical_records is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.organisation_members
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('organisation_members');
alter table public.organisation_members enable always trigger _890_lasting;
comment on trigger _890_lasting on public.organisation_members is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.organisation_networks
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('organisation_networks');
alter table public.organisation_networks enable always trigger _890_lasting;
comment on trigger _890_lasting on public.organisation_networks is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.patient_accounts
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_accounts');
alter table public.patient_accounts enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_accounts is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.patient_clinical
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_clinical');
alter table public.patient_clinical enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_clinical is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.patient_identity
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patient_identity');
alter table public.patient_identity enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patient_identity is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.patients
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('patients');
alter table public.patients enable always trigger _890_lasting;
comment on trigger _890_lasting on public.patients is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.professionals
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('professionals');
alter table public.professionals enable always trigger _890_lasting;
comment on trigger _890_lasting on public.professionals is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.retention_extensions
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('retention_extensions');
alter table public.retention_extensions enable always trigger _890_lasting;
comment on trigger _890_lasting on public.retention_extensions is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.security_incidents
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('security_incidents');
alter table public.security_incidents enable always trigger _890_lasting;
comment on trigger _890_lasting on public.security_incidents is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.signed_forms
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('signed_forms');
alter table public.signed_forms enable always trigger _890_lasting;
comment on trigger _890_lasting on public.signed_forms is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.subject_request_evidence
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('subject_request_evidence');
alter table public.subject_request_evidence enable always trigger _890_lasting;
comment on trigger _890_lasting on public.subject_request_evidence is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.subject_requests
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('subject_requests');
alter table public.subject_requests enable always trigger _890_lasting;
comment on trigger _890_lasting on public.subject_requests is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.transfer_job_patients
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('transfer_job_patients');
alter table public.transfer_job_patients enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfer_job_patients is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.transfer_jobs
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('transfer_jobs');
alter table public.transfer_jobs enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfer_jobs is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.vehicle_assignments
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('vehicle_assignments');
alter table public.vehicle_assignments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.vehicle_assignments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _890_lasting
  before update on public.vehicles
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('vehicles');
alter table public.vehicles enable always trigger _890_lasting;
comment on trigger _890_lasting on public.vehicles is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

-- migrate:down
