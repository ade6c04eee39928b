-- migrate:up
-- Why: what was recorded before the law's bases were listed, marketing on a vital interest say, went on under a basis that the list does not hold
-- Side: operations
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE public.consent_purposes

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Touched, and no more: the trigger _510_narrowed ends what goes on under a basis that the purpose does not list, at every organisation.
update public.consent_purposes set allowed_bases = allowed_bases;

-- migrate:down
