create or replace trigger _110_status_stamp
  before insert or update on public.cases
  for each row
  execute function authz.tg__status_stamp();
alter table public.cases enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.cases is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.cases
  for each row
  execute function authz.tg__transition('cases', 'new');
alter table public.cases enable always trigger _200_transition;
comment on trigger _200_transition on public.cases is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.cases
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.cases enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.cases is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _300_handoff
  before insert or update on public.cases
  for each row
  execute function authz.tg_cases__handoff();
alter table public.cases enable always trigger _300_handoff;
comment on trigger _300_handoff on public.cases is
  'Stamps the handoff once, and asks for a reason to reopen. [S-18]';

create or replace trigger _600_activity
  after insert or update on public.cases
  for each row
  execute function authz.tg_cases__activity();
alter table public.cases enable always trigger _600_activity;
comment on trigger _600_activity on public.cases is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.cases
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.cases enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.cases is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _610_disclosure
  after update on public.cases
  for each row
  execute function authz.tg_cases__disclosure();
alter table public.cases enable always trigger _610_disclosure;
comment on trigger _610_disclosure on public.cases is
  'Writes down that operations were shown the patient. [N-37]';

create or replace trigger _060_whose
  before update on public.cases
  for each row
  when (new.patient_id is distinct from old.patient_id)
  execute function authz.tg__whose();
alter table public.cases enable always trigger _060_whose;
comment on trigger _060_whose on public.cases is
  'Keeps a case its patient''s, whom operations see by it. [N-37, S-29]';
