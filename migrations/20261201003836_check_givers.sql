-- migrate:up
-- Why: the rows of consents are looked at while others write
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   SHARE UPDATE EXCLUSIVE public.consents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.consents
  validate constraint consents_given_as_check,
  validate constraint consents_given_by_user_id_check;

-- migrate:down
