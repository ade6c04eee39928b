-- migrate:up
-- Why: without settings no chart opens within the hours, and nobody could undo it
-- Side: operations
-- Access: -1 grant
--   - internal_ops may no longer update (archived_at) on public.organisation_settings
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

revoke update (archived_at) on public.organisation_settings from internal_ops;

-- migrate:down
