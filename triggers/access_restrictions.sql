create or replace trigger _105_lift
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg_access_restrictions__lift();
alter table public.access_restrictions enable always trigger _105_lift;
comment on trigger _105_lift on public.access_restrictions is
  'Stamps when a restriction was lifted. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.access_restrictions
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.access_restrictions enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.access_restrictions is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.access_restrictions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.access_restrictions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.access_restrictions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _060_whose
  before update on public.access_restrictions
  for each row
  when ((new.restricted_user_id, new.patient_id) is distinct from (old.restricted_user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.access_restrictions enable always trigger _060_whose;
comment on trigger _060_whose on public.access_restrictions is
  'Keeps whom a patient shuts out. [N-21]';

create or replace trigger _015_read_committed
  before insert or update on public.access_restrictions
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.access_restrictions enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.access_restrictions is
  'Says whom a patient shuts out, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';

create or replace trigger _600_security
  after update on public.access_restrictions
  for each row
  when (old.lifted_at is null and new.lifted_at is not null)
  execute function authz.tg_access_restrictions__security();
alter table public.access_restrictions enable always trigger _600_security;
comment on trigger _600_security on public.access_restrictions is
  'Records what a patient no longer refuses among the security events. [N-18, N-37]';
