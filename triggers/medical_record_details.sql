create or replace trigger _050_tenant
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__tenant('medical_record_details');
alter table public.medical_record_details enable always trigger _050_tenant;
comment on trigger _050_tenant on public.medical_record_details is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _080_no_secrets
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__no_secrets('medical_record_details', 'diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_record_details is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__stamp();
alter table public.medical_record_details enable always trigger _100_stamp;
comment on trigger _100_stamp on public.medical_record_details is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _105_superseded
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg_medical_record_details__superseded();
alter table public.medical_record_details enable always trigger _105_superseded;
comment on trigger _105_superseded on public.medical_record_details is
  'Keeps the details of superseded versions unchanged. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.medical_record_details enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.medical_record_details is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.medical_record_details enable always trigger _500_consent;
comment on trigger _500_consent on public.medical_record_details is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';
