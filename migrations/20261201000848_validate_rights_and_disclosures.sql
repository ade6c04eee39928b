-- migrate:up
-- Why: the checks of new columns look at the rows that were there
-- Access: none
-- Locks: 4 existing tables, until the migration commits
--   SHARE UPDATE EXCLUSIVE governance.deadlines
--   SHARE UPDATE EXCLUSIVE public.disclosures
--   SHARE UPDATE EXCLUSIVE public.security_incidents
--   SHARE UPDATE EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.subject_requests validate constraint subject_requests_answered_otherwise_check;
alter table public.subject_requests validate constraint subject_requests_kind_check;
alter table public.disclosures validate constraint disclosures_recipient_name_check;
alter table public.disclosures validate constraint disclosures_legal_ground_check;
alter table public.security_incidents validate constraint security_incidents_data_nature_check;
alter table public.security_incidents validate constraint security_incidents_risks_check;
alter table public.security_incidents validate constraint security_incidents_measures_check;
alter table public.security_incidents validate constraint security_incidents_dismissal_reason_check;
alter table public.security_incidents validate constraint security_incidents_subjects_not_told_reason_check;
alter table governance.deadlines validate constraint deadlines_duty_check;

-- migrate:down
