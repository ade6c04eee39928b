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
