create or replace trigger _400_patient_status
  before insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.emergency_access_grants enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.emergency_access_grants is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.emergency_access_grants
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.emergency_access_grants enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.emergency_access_grants is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _600_security
  after insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg_emergency_access_grants__security();
alter table public.emergency_access_grants enable always trigger _600_security;
comment on trigger _600_security on public.emergency_access_grants is
  'Records broken glass among the security events. [N-37]';

create or replace trigger _060_fixed
  before update on public.emergency_access_grants
  for each row
  when (
    (new.user_id, new.opened_at, new.expires_at) is distinct from (old.user_id, old.opened_at, old.expires_at)
    or (old.ended_at is not null and new.ended_at is distinct from old.ended_at)
    or (
      old.review_outcome is not null
      and (new.review_outcome, new.reviewed_by_user_id, new.reviewed_at)
        is distinct from (old.review_outcome, old.reviewed_by_user_id, old.reviewed_at)
    )
  )
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_grants enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_grants is
  'Keeps who broke the glass, until when, and how it was judged. [N-18, N-37]';

create or replace trigger _015_read_committed
  before update on public.emergency_access_grants
  for each row
  when (
    new.review_outcome is distinct from old.review_outcome
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.emergency_access_grants enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.emergency_access_grants is
  'Judges who broke the glass, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-18]';
