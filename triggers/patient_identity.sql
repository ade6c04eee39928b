create or replace trigger _050_tenant
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__tenant('patient_identity');
alter table public.patient_identity enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_identity is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__no_secrets('patient_identity', 'email', 'nationality');
alter table public.patient_identity enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_identity is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__stamp();
alter table public.patient_identity enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_identity is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_identity enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_identity is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';
