create or replace trigger _080_no_secrets
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__no_secrets('appointment_reasons', 'reason');
alter table public.appointment_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.appointment_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.appointment_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.appointment_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointment_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointment_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointment_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _500_appointment
  before insert on public.appointment_reasons
  for each row
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _500_appointment;
comment on trigger _500_appointment on public.appointment_reasons is
  'Writes no reason to an appointment that was put away. [N-01, N-15]';

create or replace trigger _510_brought_back
  before update on public.appointment_reasons
  for each row
  when (old.archived_at is not null and new.archived_at is null)
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _510_brought_back;
comment on trigger _510_brought_back on public.appointment_reasons is
  'Brings no reason back without its appointment. [N-01, N-15]';
