create or replace trigger _080_no_secrets
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__no_secrets('patient_identity', 'email', 'nationality');
alter table public.patient_identity enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_identity is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__patient_status('id');
alter table public.patient_identity enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_identity is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_identity
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_identity enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_identity is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_of_age
  before update on public.patient_identity
  for each row
  when (new.birth_date is distinct from old.birth_date)
  execute function authz.tg_patient_identity__of_age();
alter table public.patient_identity enable always trigger _060_of_age;
comment on trigger _060_of_age on public.patient_identity is
  'Keeps another birth date from putting off the end of a guardian''s account. [N-12, N-15]';
