-- migrate:up
-- Why: a reason of tabs, or of what has no width, held and kept records, and closed incidents and requests
-- Access: none
-- Locks: 4 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.legal_holds
--   SHARE ROW EXCLUSIVE public.retention_extensions
--   SHARE ROW EXCLUSIVE public.security_incidents
--   SHARE ROW EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace trigger _085_words
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__words('legal_holds', 'reason', '10');
alter table public.legal_holds enable always trigger _085_words;
comment on trigger _085_words on public.legal_holds is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _085_words
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__words('retention_extensions', 'reason', '10');
alter table public.retention_extensions enable always trigger _085_words;
comment on trigger _085_words on public.retention_extensions is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _085_words
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__words('security_incidents', 'summary', '10');
alter table public.security_incidents enable always trigger _085_words;
comment on trigger _085_words on public.security_incidents is
  'Refuses an account that nobody sees. [N-37]';

create or replace trigger _085_words
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__words('subject_requests', 'refusal_basis', '1');
alter table public.subject_requests enable always trigger _085_words;
comment on trigger _085_words on public.subject_requests is
  'Refuses a ground that nobody sees. [N-49]';

-- migrate:down
