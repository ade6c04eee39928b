create or replace trigger _085_words
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__words('consent_purposes', 'description', '1');
alter table public.consent_purposes enable always trigger _085_words;
comment on trigger _085_words on public.consent_purposes is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _500_first_version
  after insert on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__first_version();
alter table public.consent_purposes enable always trigger _500_first_version;
comment on trigger _500_first_version on public.consent_purposes is
  'Writes the first version of a new purpose. [N-48]';

create or replace trigger _015_read_committed
  before insert or update on public.consent_purposes
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.consent_purposes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.consent_purposes is
  'Says what is consented to, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-45]';

create or replace trigger _105_counted
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg_consent_purposes__counted();
alter table public.consent_purposes enable always trigger _105_counted;
comment on trigger _105_counted on public.consent_purposes is
  'Keeps the number of the text in force, and the bases of the law, out of every hand. [N-45, N-48]';

create or replace trigger _510_narrowed
  after update on public.consent_purposes
  for each row
  when (old.version = new.version)
  execute function authz.tg_consent_purposes__narrowed();
alter table public.consent_purposes enable always trigger _510_narrowed;
comment on trigger _510_narrowed on public.consent_purposes is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';
