create or replace trigger _110_status_stamp
  before insert or update on public.appointments
  for each row
  execute function authz.tg__status_stamp();
alter table public.appointments enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.appointments is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _087_moments
  before insert or update on public.appointments
  for each row
  when (not isfinite(new.starts_at) or not isfinite(new.ends_at))
  execute function authz.tg__moments('appointments', 'starts_at', 'ends_at');
alter table public.appointments enable always trigger _087_moments;
comment on trigger _087_moments on public.appointments is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.appointments
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.appointments enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.appointments is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.appointments enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.appointments is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _520_archived
  after update on public.appointments
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('appointment_reasons');
alter table public.appointments enable always trigger _520_archived;
comment on trigger _520_archived on public.appointments is
  'Puts the reason away with its appointment, and brings it back with it. [N-01, N-15]';

create or replace trigger _750_care
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _750_care;
comment on trigger _750_care on public.appointments is
  'Lets whom reception books treat the patient around that time. [N-21, S-05]';

create or replace trigger _751_care
  after update on public.appointments
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _751_care;
comment on trigger _751_care on public.appointments is
  'Ends what an appointment opened once it no longer stands, and opens it anew for who books it anew. [N-21, S-05]';

create or replace trigger _060_given_back
  before update on public.appointments
  for each row execute function authz.tg_appointments__given_back();
alter table public.appointments enable always trigger _060_given_back;
comment on trigger _060_given_back on public.appointments is
  'Has what was cancelled or missed given back by who books, and opens the chart by it. [N-21, S-05]';
