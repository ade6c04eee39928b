create or replace trigger _021_no_truncate
  before truncate on public.signed_forms
  for each statement
  execute function authz.tg__no_truncate('signed_forms');
alter table public.signed_forms enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.signed_forms is
  'Refuses to empty the table, the owner included. [S-32]';

create or replace trigger _080_no_secrets
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__no_secrets('signed_forms', 'typed_name', 'termination_reason');
alter table public.signed_forms enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.signed_forms is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _110_status_stamp
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__status_stamp();
alter table public.signed_forms enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.signed_forms is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__transition('signed_forms', 'draft');
alter table public.signed_forms enable always trigger _200_transition;
comment on trigger _200_transition on public.signed_forms is
  'Refuses a state that does not follow from the one before. [S-33]';

create or replace trigger _400_patient_status
  before insert or update on public.signed_forms
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.signed_forms enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.signed_forms is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _900_signed
  before update or delete on public.signed_forms
  for each row
  execute function authz.tg_signed_forms__signed();
alter table public.signed_forms enable always trigger _900_signed;
comment on trigger _900_signed on public.signed_forms is
  'Lets nothing but sign_form and terminate_form touch a signature. [S-32, S-33]';

create or replace trigger _600_activity
  after insert or update on public.signed_forms
  for each row
  execute function authz.tg_signed_forms__activity();
alter table public.signed_forms enable always trigger _600_activity;
comment on trigger _600_activity on public.signed_forms is
  'Writes draft, signature and termination into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.signed_forms
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.signed_forms enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.signed_forms is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';
