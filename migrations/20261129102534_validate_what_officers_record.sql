-- migrate:up
-- Why: The checks of the migration before, over rows that are there: that takes no lock that anybody waits for
-- Access: none
-- Locks: 5 existing tables, until the migration commits
--   SHARE UPDATE EXCLUSIVE public.legal_holds
--   SHARE UPDATE EXCLUSIVE public.medical_record_details
--   SHARE UPDATE EXCLUSIVE public.retention_extensions
--   SHARE UPDATE EXCLUSIVE public.security_incidents
--   SHARE UPDATE EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
-- As long as the rows take: nobody waits.
set local statement_timeout = '30min';

alter table public.legal_holds validate constraint legal_holds_reason_blank_check;
alter table public.retention_extensions validate constraint retention_extensions_reason_blank_check;
alter table public.security_incidents validate constraint security_incidents_summary_blank_check;
alter table public.subject_requests validate constraint subject_requests_refusal_basis_blank_check;
alter table public.security_incidents validate constraint security_incidents_subjects_notified_at_check;
alter table public.medical_record_details validate constraint medical_record_details_codes_length_check;

-- migrate:down
