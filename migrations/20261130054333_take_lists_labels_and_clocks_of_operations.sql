-- migrate:up
-- Why: Lists and labels of what operations hold are taken for what they are, and a clinic keeps the clock of a place
-- Side: operations
-- Access: none
--   widens: authz.tg_organisations__clock() is new, which 1 trigger asks
--   widens: the trigger _088_clock now guards public.organisations
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.consent_purpose_versions
--   SHARE ROW EXCLUSIVE public.form_templates
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment
--   SHARE ROW EXCLUSIVE public.invoice_lines
--   SHARE ROW EXCLUSIVE public.organisation_settings
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.transfers

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_organisations__clock: an organisation keeps the clock of a place. PostgreSQL takes more for a zone than it lists: XXX167 is one, a week away
-- from everybody, by which no hours are out of hours and no notice of an incident is late; and GMT-3 is three hours east. Asked of who changes it: the
-- list takes a while to read.
create or replace function authz.tg_organisations__clock()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if new.timezone = old.timezone then
      return new;
    end if;
  end if;
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = new.timezone) then
    raise exception 'a clock is that of a place'
      using errcode = 'invalid_parameter_value', hint = 'Give a zone of pg_timezone_names, as it is written there: America/Sao_Paulo.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__clock() is
  'Refuses with 22023 a time zone that the server does not list by this name. [N-28, N-49]';
revoke all on function authz.tg_organisations__clock() from public;

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

create or replace trigger _087_labels
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__labels('guarantees_of_payment', 'name', 'payer');
alter table public.guarantees_of_payment enable always trigger _087_labels;
comment on trigger _087_labels on public.guarantees_of_payment is
  'Refuses a payer whom nobody sees. [S-31]';

create or replace trigger _085_words
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__words('invoice_lines', 'description', '1');
alter table public.invoice_lines enable always trigger _085_words;
comment on trigger _085_words on public.invoice_lines is
  'Refuses a line of a bill that nobody sees. [S-34]';

create or replace trigger _086_lists
  before insert or update on public.organisation_settings
  for each row
  when (
    array_ndims(new.modules) > 1 or cardinality(new.modules) > 50 or array_position(new.modules, null) is not null
    or array_ndims(new.legal_bases) > 1 or cardinality(new.legal_bases) > 50 or array_position(new.legal_bases, null) is not null
  )
  execute function authz.tg__lists('organisation_settings', 'modules', 'legal_bases');
alter table public.organisation_settings enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_settings is
  'Refuses lists of lists. [N-04, N-45]';

create or replace trigger _087_labels
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__labels('organisation_settings', 'name', 'privacy_contact');
alter table public.organisation_settings enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_settings is
  'Refuses a contact that nobody can copy from a receipt. [N-45]';

create or replace trigger _087_labels
  before insert or update on public.organisations
  for each row
  execute function authz.tg__labels('organisations', 'name', 'name');
alter table public.organisations enable always trigger _087_labels;
comment on trigger _087_labels on public.organisations is
  'Refuses the name of an organisation that looks like another, or like none. [S-04]';

create or replace trigger _088_clock
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__clock();
alter table public.organisations enable always trigger _088_clock;
comment on trigger _088_clock on public.organisations is
  'Refuses a clock that is that of no place. [N-28, N-49]';

create or replace trigger _085_words
  before insert or update on public.transfers
  for each row
  execute function authz.tg__words('transfers', 'pickup', '1', 'destination', '1');
alter table public.transfers enable always trigger _085_words;
comment on trigger _085_words on public.transfers is
  'Refuses a way to nowhere. [S-18]';

-- migrate:down
