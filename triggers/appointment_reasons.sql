create or replace trigger _050_tenant
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__tenant('appointment_reasons');
alter table public.appointment_reasons enable always trigger _050_tenant;
comment on trigger _050_tenant on public.appointment_reasons is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__no_secrets('appointment_reasons', 'reason');
alter table public.appointment_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.appointment_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__stamp();
alter table public.appointment_reasons enable always trigger _100_stamp;
comment on trigger _100_stamp on public.appointment_reasons is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.appointment_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.appointment_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';
