create or replace trigger _100_stamp
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__stamp();
alter table public.consent_purposes enable always trigger _100_stamp;
comment on trigger _100_stamp on public.consent_purposes is
  'Stamps who wrote the row and when. [S-16]';
