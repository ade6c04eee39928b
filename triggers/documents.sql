create or replace trigger _080_no_secrets
  before insert or update on public.documents
  for each row
  execute function authz.tg__no_secrets('documents', 'file_name', 'status_reason');
alter table public.documents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.documents is
  'Refuses card numbers, national ids and signed links in free text. [S-10, S-37, S-38]';

create or replace trigger _110_status_stamp
  before insert or update on public.documents
  for each row
  execute function authz.tg__status_stamp();
alter table public.documents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.documents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.documents
  for each row
  execute function authz.tg__transition('documents', 'pending');
alter table public.documents enable always trigger _200_transition;
comment on trigger _200_transition on public.documents is
  'Refuses a state that does not follow from the one before. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.documents
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.documents enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.documents is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.documents
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.documents enable always trigger _500_consent;
comment on trigger _500_consent on public.documents is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _700_patient_status_kept
  after insert on public.documents
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.documents enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.documents is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _900_fixed
  before update on public.documents
  for each row
  execute function authz.tg_documents__fixed();
alter table public.documents enable always trigger _900_fixed;
comment on trigger _900_fixed on public.documents is
  'Keeps whose a document is, where it lies and its digest. [S-07, S-31]';

create or replace trigger _600_activity
  after insert or update on public.documents
  for each row
  execute function authz.tg_documents__activity();
alter table public.documents enable always trigger _600_activity;
comment on trigger _600_activity on public.documents is
  'Writes request and changes of status into the activity log. [S-18]';

create or replace trigger _610_closed
  after update on public.documents
  for each row
  execute function authz.tg_documents__closed();
alter table public.documents enable always trigger _610_closed;
comment on trigger _610_closed on public.documents is
  'Revokes read tickets in the transaction that closes the document. [N-50, S-09]';

create or replace trigger _015_read_committed
  before update on public.documents
  for each row
  when (
    new.status <> old.status and (new.status in ('frozen', 'withdrawn') or old.status = 'frozen')
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.documents enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.documents is
  'Freezes, releases or withdraws a document, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-50]';
