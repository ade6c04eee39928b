create or replace trigger _020_append_only
  before update or delete on public.disclosures
  for each row
  execute function authz.tg__append_only('disclosures');
alter table public.disclosures enable always trigger _020_append_only;
comment on trigger _020_append_only on public.disclosures is
  'Refuses to change or delete, the owner included. [N-37, S-20]';

create or replace trigger _080_no_secrets
  before insert on public.disclosures
  for each row
  execute function authz.tg__no_secrets('disclosures', 'recipient_name', 'legal_ground');
alter table public.disclosures enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.disclosures is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _021_no_truncate
  before truncate on public.disclosures
  for each statement
  execute function authz.tg__append_only('disclosures');
alter table public.disclosures enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.disclosures is
  'Refuses to empty the table, the owner included. [N-37, S-20]';

create or replace trigger _087_labels
  before insert on public.disclosures
  for each row
  execute function authz.tg__labels('disclosures', 'name', 'recipient_name');
alter table public.disclosures enable always trigger _087_labels;
comment on trigger _087_labels on public.disclosures is
  'Refuses a recipient whom the patient would read as another. [N-37]';
