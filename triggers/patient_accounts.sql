create or replace trigger _050_tenant
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__tenant('patient_accounts');
alter table public.patient_accounts enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_accounts is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _300_confirm
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__confirm();
alter table public.patient_accounts enable always trigger _300_confirm;
comment on trigger _300_confirm on public.patient_accounts is
  'Two members open a portal account, and its end is final. [N-15]';

create or replace trigger _100_stamp
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__stamp();
alter table public.patient_accounts enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_accounts is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.patient_accounts enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_accounts is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';
