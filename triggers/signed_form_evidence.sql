create or replace trigger _050_tenant
  before insert or update on public.signed_form_evidence
  for each row
  execute function authz.tg__tenant('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _050_tenant;
comment on trigger _050_tenant on public.signed_form_evidence is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _020_append_only
  before update or delete on public.signed_form_evidence
  for each row
  execute function authz.tg__append_only('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _020_append_only;
comment on trigger _020_append_only on public.signed_form_evidence is
  'Refuses to change or delete, the owner included. [S-32]';

create or replace trigger _021_no_truncate
  before truncate on public.signed_form_evidence
  for each statement
  execute function authz.tg__append_only('signed_form_evidence');
alter table public.signed_form_evidence enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.signed_form_evidence is
  'Refuses to empty the table, the owner included. [S-32]';

create or replace trigger _100_stamp
  before insert or update on public.signed_form_evidence
  for each row
  execute function authz.tg__stamp();
alter table public.signed_form_evidence enable always trigger _100_stamp;
comment on trigger _100_stamp on public.signed_form_evidence is
  'Stamps who wrote the row and when. [S-16]';
