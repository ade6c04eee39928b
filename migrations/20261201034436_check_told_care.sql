-- migrate:up
-- Why: the constraint on when care was held for new rows alone
-- Side: operations
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   SHARE UPDATE EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.medical_records validate constraint medical_records_occurred_since_check;

-- migrate:down
