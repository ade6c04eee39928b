-- migrate:up
-- Why: seven indexes repeat what a unique index of the same table begins with, and every write kept them for nothing
-- Access: none
-- Locks: 7 existing tables, until the migration commits
--   ACCESS EXCLUSIVE the table of public.appointment_reasons_organisation_id_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.document_upload_grants_document_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.emergency_access_reasons_organisation_id_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.medical_record_details_organisation_id_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.medical_records_organisation_id_supersedes_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.signed_form_evidence_organisation_id_id_patient_id_idx
--   ACCESS EXCLUSIVE the table of public.subject_request_evidence_organisation_id_id_patient_id_idx

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Each table's unique index over (organisation_id, id), of a version (organisation_id, supersedes_id), of a grant (organisation_id, document_id),
-- finds the one row that a foreign key asks for.
-- squawk-ignore require-concurrent-index-deletion
drop index public.appointment_reasons_organisation_id_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.document_upload_grants_document_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.emergency_access_reasons_organisation_id_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.medical_record_details_organisation_id_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.medical_records_organisation_id_supersedes_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.signed_form_evidence_organisation_id_id_patient_id_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index public.subject_request_evidence_organisation_id_id_patient_id_idx;

-- migrate:down
