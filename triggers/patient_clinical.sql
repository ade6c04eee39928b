create or replace trigger _050_tenant
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__tenant('patient_clinical');
alter table public.patient_clinical enable always trigger _050_tenant;
comment on trigger _050_tenant on public.patient_clinical is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__no_secrets('patient_clinical', 'allergies', 'alerts');
alter table public.patient_clinical enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_clinical is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__stamp();
alter table public.patient_clinical enable always trigger _100_stamp;
comment on trigger _100_stamp on public.patient_clinical is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _500_consent
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__consent('id');
alter table public.patient_clinical enable always trigger _500_consent;
comment on trigger _500_consent on public.patient_clinical is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_clinical enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_clinical is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';
