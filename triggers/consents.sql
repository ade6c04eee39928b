create or replace trigger _105_transition
  before insert or update on public.consents
  for each row
  execute function authz.tg_consents__transition();
alter table public.consents enable always trigger _105_transition;
comment on trigger _105_transition on public.consents is
  'Holds a consent to its states and keeps its terms unchanged. [N-50]';

create or replace trigger _080_no_secrets
  before insert or update on public.consents
  for each row
  execute function authz.tg__no_secrets('consents', 'withdrawal_reason', 'justification');
alter table public.consents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.consents is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _107_version
  before insert or update on public.consents
  for each row
  execute function authz.tg_consents__version();
alter table public.consents enable always trigger _107_version;
comment on trigger _107_version on public.consents is
  'Says which text a consent is to, how it was given, and when a material change ends it. [N-45, N-48]';

create or replace trigger _110_status_stamp
  before insert or update on public.consents
  for each row
  execute function authz.tg__status_stamp();
alter table public.consents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.consents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _500_project
  after insert or update on public.consents
  for each row
  execute function authz.tg_consents__project();
alter table public.consents enable always trigger _500_project;
comment on trigger _500_project on public.consents is
  'Carries consent to treatment onto the rows it gates, in the same transaction. [N-45, N-50]';

create or replace trigger _400_patient_status
  before insert or update on public.consents
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.consents enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.consents is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _510_form
  after insert on public.consents
  for each row
  execute function authz.tg_consents__form();
alter table public.consents enable always trigger _510_form;
comment on trigger _510_form on public.consents is
  'Lets a form carry only what its text names, while it is a draft. [N-45, S-33]';

create or replace trigger _700_patient_status_kept
  after insert on public.consents
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.consents enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.consents is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _520_disclosure
  after insert or update on public.consents
  for each row
  when (new.purpose = 'ops_handoff' and new.status = 'active' and new.archived_at is null)
  execute function authz.tg_consents__disclosure();
alter table public.consents enable always trigger _520_disclosure;
comment on trigger _520_disclosure on public.consents is
  'Writes down that operations were shown the chart of a patient whose case they hold. [N-37, N-45]';
