-- migrate:up
-- Why: no policy, trigger or check that runs as operations asks for a rank, and what nobody asks nobody may execute
-- Side: operations
-- Access: -1 grant
--   - internal_ops may no longer execute function authz.role_rank(text)
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

revoke execute on function authz.role_rank(text) from internal_ops;

-- migrate:down
