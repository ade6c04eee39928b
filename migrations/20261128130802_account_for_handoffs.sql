-- migrate:up
-- Why: a case that is handed to operations shows them its patient, which is a disclosure to be accounted for
-- Side: operations
-- Access: none
--   widens: the trigger _610_disclosure now guards public.cases
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.cases

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _610_disclosure
  after update on public.cases
  for each row
  execute function authz.tg_cases__disclosure();
alter table public.cases enable always trigger _610_disclosure;
comment on trigger _610_disclosure on public.cases is
  'Writes down that operations were shown the patient. [N-37]';

-- migrate:down
