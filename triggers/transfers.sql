create or replace trigger _080_no_secrets
  before insert or update on public.transfers
  for each row
  execute function authz.tg__no_secrets('transfers', 'pickup', 'destination');
alter table public.transfers enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.transfers is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.transfers
  for each row
  execute function authz.tg__words('transfers', 'pickup', '1', 'destination', '1');
alter table public.transfers enable always trigger _085_words;
comment on trigger _085_words on public.transfers is
  'Refuses a way to nowhere. [S-18]';

create or replace trigger _110_status_stamp
  before insert or update on public.transfers
  for each row
  execute function authz.tg__status_stamp();
alter table public.transfers enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.transfers is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.transfers
  for each row
  execute function authz.tg__transition('transfers', 'requested');
alter table public.transfers enable always trigger _200_transition;
comment on trigger _200_transition on public.transfers is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_course
  before insert or update on public.transfers
  for each row
  execute function authz.tg_transfers__course();
alter table public.transfers enable always trigger _300_course;
comment on trigger _300_course on public.transfers is
  'Keeps the transfer at the step of its job, and its route as it was dispatched. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.transfers
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.transfers enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.transfers is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _600_activity
  after insert or update on public.transfers
  for each row
  execute function authz.tg_transfers__activity();
alter table public.transfers enable always trigger _600_activity;
comment on trigger _600_activity on public.transfers is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.transfers enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.transfers is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';
