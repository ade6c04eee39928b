create or replace trigger _400_patient_status
  before insert or update on public.care_relationships
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.care_relationships enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.care_relationships is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.care_relationships
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.care_relationships enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.care_relationships is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _300_written
  before update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__written();
alter table public.care_relationships enable always trigger _300_written;
comment on trigger _300_written on public.care_relationships is
  'Keeps what was over from having gone on, and what begins from having begun before. [N-21, N-39]';

create or replace trigger _060_whose
  before update on public.care_relationships
  for each row
  when ((new.user_id, new.patient_id) is distinct from (old.user_id, old.patient_id))
  execute function authz.tg__whose();
alter table public.care_relationships enable always trigger _060_whose;
comment on trigger _060_whose on public.care_relationships is
  'Keeps who treats whom. [N-21]';

create or replace trigger _015_read_committed
  before insert or update on public.care_relationships
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.care_relationships enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.care_relationships is
  'Says who treats whom, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-21]';

create or replace trigger _600_security
  after insert or update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__security();
alter table public.care_relationships enable always trigger _600_security;
comment on trigger _600_security on public.care_relationships is
  'Records who is let into whose chart among the security events. [N-21, N-37]';

create or replace trigger _050_in_person
  before insert or update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg__in_person();
alter table public.care_relationships enable always trigger _050_in_person;
comment on trigger _050_in_person on public.care_relationships is
  'Says who treats whom in person, by hand as by assign_care. [N-12, N-21, S-13]';

create or replace trigger _310_taken_off
  before update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg_care_relationships__taken_off();
alter table public.care_relationships enable always trigger _310_taken_off;
comment on trigger _310_taken_off on public.care_relationships is
  'Stamps whom a clinic_admin put out: no colleague lets them in again. [N-21]';

create or replace trigger _650_handed_on
  after update on public.care_relationships
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or coalesce(new.ends_at, 'infinity') < coalesce(old.ends_at, 'infinity')
  )
  execute function authz.tg_care_relationships__handed_on();
alter table public.care_relationships enable always trigger _650_handed_on;
comment on trigger _650_handed_on on public.care_relationships is
  'Ends what was handed on from it with it. [N-21]';

create or replace trigger _087_moments
  before insert or update on public.care_relationships
  for each row
  when (not isfinite(new.starts_at))
  execute function authz.tg__moments('care_relationships', 'starts_at');
alter table public.care_relationships enable always trigger _087_moments;
comment on trigger _087_moments on public.care_relationships is
  'Refuses infinity where a moment or a day is written. [S-16]';
