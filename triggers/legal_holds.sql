create or replace trigger _080_no_secrets
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__no_secrets('legal_holds', 'reason');
alter table public.legal_holds enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.legal_holds is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg__words('legal_holds', 'reason', '10');
alter table public.legal_holds enable always trigger _085_words;
comment on trigger _085_words on public.legal_holds is
  'Refuses a reason that nobody sees. [N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.legal_holds
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.legal_holds enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.legal_holds is
  'Says what is kept, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _090_release
  before insert or update on public.legal_holds
  for each row
  execute function authz.tg_legal_holds__release();
alter table public.legal_holds enable always trigger _090_release;
comment on trigger _090_release on public.legal_holds is
  'Stamps the release; nothing else of a hold changes. Before created_at is: a hold that waited for an erasure was set after it. [N-49]';
