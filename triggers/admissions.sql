create or replace trigger _110_status_stamp
  before insert or update on public.admissions
  for each row
  execute function authz.tg__status_stamp();
alter table public.admissions enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.admissions is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.admissions
  for each row
  execute function authz.tg__transition('admissions', 'admitted');
alter table public.admissions enable always trigger _200_transition;
comment on trigger _200_transition on public.admissions is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.admissions
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.admissions enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.admissions is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _300_times
  before insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__times();
alter table public.admissions enable always trigger _300_times;
comment on trigger _300_times on public.admissions is
  'Stamps admission and discharge; a value sent by anyone is ignored. [S-16]';

create or replace trigger _500_bed
  after insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__bed();
alter table public.admissions enable always trigger _500_bed;
comment on trigger _500_bed on public.admissions is
  'Occupies the bed of an active admission, and sends the one it left to cleaning. [S-17]';

create or replace trigger _600_activity
  after insert or update on public.admissions
  for each row
  execute function authz.tg_admissions__activity();
alter table public.admissions enable always trigger _600_activity;
comment on trigger _600_activity on public.admissions is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.admissions
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.admissions enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.admissions is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _750_care
  after update on public.admissions
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_admissions__care();
alter table public.admissions enable always trigger _750_care;
comment on trigger _750_care on public.admissions is
  'Ends what a stay let somebody treat, some time after it. [N-21, S-17]';
