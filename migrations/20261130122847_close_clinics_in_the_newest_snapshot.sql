-- migrate:up
-- Why: A clinic is closed or brought back, and its hours and legal bases set, in READ COMMITTED alone: an older snapshot shows who may as they were (N-16).
-- Side: operations
-- Access: none
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisation_settings
--   SHARE ROW EXCLUSIVE public.organisations

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _015_read_committed
  before update on public.organisation_settings
  for each row
  when (
    (new.business_hours, new.legal_bases) is distinct from (old.business_hours, old.legal_bases)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisation_settings enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_settings is
  'Says when charts are open, and on which bases, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28, N-45]';

create or replace trigger _015_read_committed
  before update on public.organisations
  for each row
  when (new.archived_at is distinct from old.archived_at and current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisations is
  'Closes a clinic, and opens it again, in the newest snapshot alone: an older one shows who may as they were. [N-16, S-03]';

-- migrate:down
