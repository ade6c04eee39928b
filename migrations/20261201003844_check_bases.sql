-- migrate:up
-- Why: the rows of the purposes, which operations write, are looked at while others write
-- Side: operations
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   SHARE UPDATE EXCLUSIVE public.consent_purposes

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.consent_purposes validate constraint consent_purposes_allowed_bases_check;

-- migrate:down
