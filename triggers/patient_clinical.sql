create or replace trigger _080_no_secrets
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__no_secrets('patient_clinical', 'allergies', 'alerts');
alter table public.patient_clinical enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_clinical is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

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

create or replace trigger _700_patient_status_kept
  after insert on public.patient_clinical
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('id');
alter table public.patient_clinical enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_clinical is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _015_read_committed
  before update on public.patient_clinical
  for each row
  when (
    (new.allergies, new.alerts) is distinct from (old.allergies, old.alerts)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.patient_clinical enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_clinical is
  'Says what a patient must not be given, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-16]';

create or replace trigger _610_overwritten
  after update on public.patient_clinical
  for each row
  when ((new.allergies, new.alerts) is distinct from (old.allergies, old.alerts))
  execute function authz.tg__overwritten('allergies', 'alerts');
alter table public.patient_clinical enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.patient_clinical is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';
