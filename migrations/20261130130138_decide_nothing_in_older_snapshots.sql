-- migrate:up
-- Why: What decides for good about evidence, requests and allergies is written in READ COMMITTED alone: an older snapshot shows who may as they were (N-16).
-- Access: none
-- Locks: 6 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE governance.processors
--   SHARE ROW EXCLUSIVE public.documents
--   SHARE ROW EXCLUSIVE public.emergency_access_grants
--   SHARE ROW EXCLUSIVE public.patient_clinical
--   SHARE ROW EXCLUSIVE public.retention_extensions
--   SHARE ROW EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _015_read_committed
  before update on public.documents
  for each row
  when (
    new.status <> old.status and (new.status in ('frozen', 'withdrawn') or old.status = 'frozen')
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.documents enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.documents is
  'Freezes, releases or withdraws a document, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-50]';

create or replace trigger _015_read_committed
  before update on public.emergency_access_grants
  for each row
  when (
    new.review_outcome is distinct from old.review_outcome
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.emergency_access_grants enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.emergency_access_grants is
  'Judges who broke the glass, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';

create or replace trigger _015_read_committed
  before update on public.patient_clinical
  for each row
  when (
    (new.allergies, new.alerts) is distinct from (old.allergies, old.alerts)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.patient_clinical enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_clinical is
  'Says what a patient must not be given, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-16]';

create or replace trigger _015_read_committed
  before insert or update on governance.processors
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table governance.processors enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.processors is
  'Says to whom data may leave, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-24]';

create or replace trigger _015_read_committed
  before insert or update on public.retention_extensions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.retention_extensions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.retention_extensions is
  'Says what is kept for longer, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.subject_requests
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.subject_requests enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.subject_requests is
  'Says what a person asks for, and what is answered, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

-- migrate:down
