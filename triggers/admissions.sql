create or replace trigger _050_tenant
  before insert or update on public.admissions
  for each row
  execute function authz.tg__tenant('admissions');
alter table public.admissions enable always trigger _050_tenant;
comment on trigger _050_tenant on public.admissions is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.admissions
  for each row
  execute function authz.tg__stamp();
alter table public.admissions enable always trigger _100_stamp;
comment on trigger _100_stamp on public.admissions is
  'Stamps who wrote the row and when. [S-16]';

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
  execute function authz.tg__transition('admissions');
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
