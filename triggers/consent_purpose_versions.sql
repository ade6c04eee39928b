create or replace trigger _085_words
  before insert or update on public.consent_purpose_versions
  for each row
  execute function authz.tg__words('consent_purpose_versions', 'description', '1');
alter table public.consent_purpose_versions enable always trigger _085_words;
comment on trigger _085_words on public.consent_purpose_versions is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _020_append_only
  before update or delete on public.consent_purpose_versions
  for each row
  execute function authz.tg__append_only('consent_purpose_versions');
alter table public.consent_purpose_versions enable always trigger _020_append_only;
comment on trigger _020_append_only on public.consent_purpose_versions is
  'Refuses to change or delete, the owner included. [N-45, S-20]';

create or replace trigger _021_no_truncate
  before truncate on public.consent_purpose_versions
  for each statement
  execute function authz.tg__append_only('consent_purpose_versions');
alter table public.consent_purpose_versions enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.consent_purpose_versions is
  'Refuses to empty the table, the owner included. [N-45, S-20]';

create or replace trigger _086_lists
  before insert or update on public.consent_purpose_versions
  for each row
  when (
    array_ndims(new.data_categories) > 1 or cardinality(new.data_categories) > 50 or array_position(new.data_categories, null) is not null
    or array_ndims(new.recipients) > 1 or cardinality(new.recipients) > 50 or array_position(new.recipients, null) is not null
  )
  execute function authz.tg__lists('consent_purpose_versions', 'data_categories', 'recipients');
alter table public.consent_purpose_versions enable always trigger _086_lists;
comment on trigger _086_lists on public.consent_purpose_versions is
  'Refuses lists of lists, which a receipt would repeat. [N-45]';

create or replace trigger _300_number
  before insert on public.consent_purpose_versions
  for each row
  execute function authz.tg_consent_purpose_versions__number();
alter table public.consent_purpose_versions enable always trigger _300_number;
comment on trigger _300_number on public.consent_purpose_versions is
  'Numbers the version; it takes effect neither in the past nor before the one it follows. [N-48]';

create or replace trigger _500_supersede
  after insert on public.consent_purpose_versions
  for each row
  execute function authz.tg_consent_purpose_versions__supersede();
alter table public.consent_purpose_versions enable always trigger _500_supersede;
comment on trigger _500_supersede on public.consent_purpose_versions is
  'Ends consents to earlier texts from the moment that a material change takes effect. [N-45, N-48]';
