create or replace trigger _085_words
  before insert or update on public.form_templates
  for each row
  execute function authz.tg__words('form_templates', 'title', '1', 'body', '1');
alter table public.form_templates enable always trigger _085_words;
comment on trigger _085_words on public.form_templates is
  'Refuses a text to sign that nobody sees. [S-31]';

create or replace trigger _086_lists
  before insert or update on public.form_templates
  for each row
  when (
    array_ndims(new.purposes) > 1 or cardinality(new.purposes) > 50 or array_position(new.purposes, null) is not null
  )
  execute function authz.tg__lists('form_templates', 'purposes');
alter table public.form_templates enable always trigger _086_lists;
comment on trigger _086_lists on public.form_templates is
  'Refuses lists of lists. [N-45]';

create or replace trigger _300_fixed
  before insert or update on public.form_templates
  for each row
  execute function authz.tg_form_templates__fixed();
alter table public.form_templates enable always trigger _300_fixed;
comment on trigger _300_fixed on public.form_templates is
  'Keeps a text as it was written, and stamps its digest. [S-31]';

create or replace trigger _021_no_truncate
  before truncate on public.form_templates
  for each statement
  execute function authz.tg__no_truncate('form_templates');
alter table public.form_templates enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.form_templates is
  'Refuses to empty the table, the owner included. [S-31]';

create or replace trigger _015_read_committed
  before insert or update on public.form_templates
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.form_templates enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.form_templates is
  'Says what patients are given to sign, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-33]';
