create or replace trigger _080_no_secrets
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__no_secrets('retention_extensions', 'reason');
alter table public.retention_extensions enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.retention_extensions is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.retention_extensions
  for each row
  execute function authz.tg__words('retention_extensions', 'reason', '10');
alter table public.retention_extensions enable always trigger _085_words;
comment on trigger _085_words on public.retention_extensions is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _600_security
  after insert or update on public.retention_extensions
  for each row
  execute function authz.tg_retention_extensions__security();
alter table public.retention_extensions enable always trigger _600_security;
comment on trigger _600_security on public.retention_extensions is
  'Records how long an organisation keeps what among the security events. [N-49, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.retention_extensions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.retention_extensions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.retention_extensions is
  'Says what is kept for longer, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';
