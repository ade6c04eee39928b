create or replace trigger _050_tenant
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__tenant('organisation_members');
alter table public.organisation_members enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisation_members is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _300_accept
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__accept();
alter table public.organisation_members enable always trigger _300_accept;
comment on trigger _300_accept on public.organisation_members is
  'Nobody is made a member without agreeing. [N-22]';

create or replace trigger _100_stamp
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__stamp();
alter table public.organisation_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisation_members is
  'Stamps who wrote the row and when. [S-16]';
