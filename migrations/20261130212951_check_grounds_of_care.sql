-- migrate:up
-- Why: the rows of care_relationships are looked at while others write
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   SHARE UPDATE EXCLUSIVE public.care_relationships

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.care_relationships validate constraint care_relationships_ground_check;

-- migrate:down
