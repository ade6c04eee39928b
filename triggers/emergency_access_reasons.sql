create or replace trigger _080_no_secrets
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__no_secrets('emergency_access_reasons', 'reason', 'review_note');
alter table public.emergency_access_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.emergency_access_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_reasons enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_reasons is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_reasons
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_reasons enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_reasons is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_fixed
  before update on public.emergency_access_reasons
  for each row
  when (new.reason <> old.reason or (old.review_note is not null and new.review_note is distinct from old.review_note))
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_reasons enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_reasons is
  'Keeps why the glass was broken, and what was found: the reviewer judged that reason. [N-18, N-37]';
