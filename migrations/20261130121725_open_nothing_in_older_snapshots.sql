-- migrate:up
-- Why: In an older snapshot a member whose membership had ended could still let others in: what opens something is written in READ COMMITTED alone (N-16).
-- Access: none
--   widens: authz.tg__read_committed() is new, which 7 triggers ask
--   widens: the trigger _015_read_committed now guards public.access_restrictions
--   widens: the trigger _015_read_committed now guards public.care_relationships
--   widens: the trigger _015_read_committed now guards public.invitations
--   widens: the trigger _015_read_committed now guards public.legal_holds
--   widens: the trigger _015_read_committed now guards public.organisation_members
--   widens: the trigger _015_read_committed now guards public.organisation_networks
--   widens: the trigger _015_read_committed now guards public.patient_accounts
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.access_restrictions
--   SHARE ROW EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.invitations
--   SHARE ROW EXCLUSIVE public.legal_holds
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisation_networks
--   SHARE ROW EXCLUSIVE public.patient_accounts

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__read_committed: who may act, for whom and when is written by who may do so now. In an older snapshot they still may whose membership or
-- account ended meanwhile: a transaction that began before would open to others, hours later, what is closed to its own. Its trigger says in WHEN
-- that the transaction has one.
create or replace function authz.tg__read_committed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'this write has to run in READ COMMITTED'
    using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
end
$$;
comment on function authz.tg__read_committed() is
  'Refuses with CD007 a write that opens something to somebody, in a snapshot that may be older than the right of who writes. [N-16, S-03]';
revoke all on function authz.tg__read_committed() from public;

create or replace trigger _015_read_committed
  before insert or update on public.access_restrictions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.access_restrictions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.access_restrictions is
  'Says whom a patient shuts out, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';

create or replace trigger _015_read_committed
  before insert or update on public.care_relationships
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.care_relationships enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.care_relationships is
  'Says who treats whom, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-21]';

create or replace trigger _015_read_committed
  before insert or update on public.invitations
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.invitations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.invitations is
  'Says who is invited, by whom, and accepts, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';

create or replace trigger _015_read_committed
  before insert or update on public.legal_holds
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.legal_holds enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.legal_holds is
  'Says what is kept, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_members
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_members enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_members is
  'Says who is a member, and as what, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_networks
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_networks enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_networks is
  'Says from where staff work, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28]';

create or replace trigger _015_read_committed
  before insert or update on public.patient_accounts
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.patient_accounts enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_accounts is
  'Says whose portal account it is, in the newest snapshot alone: an older one shows who may write as they were. [N-15, N-16]';

-- migrate:down
