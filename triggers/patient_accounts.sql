create or replace trigger _300_confirm
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__confirm();
alter table public.patient_accounts enable always trigger _300_confirm;
comment on trigger _300_confirm on public.patient_accounts is
  'Two members open a portal account, and its end is final. [N-15]';

create or replace trigger _400_patient_status
  before insert or update on public.patient_accounts
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.patient_accounts enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.patient_accounts is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _700_patient_status_kept
  after insert on public.patient_accounts
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.patient_accounts enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.patient_accounts is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _600_security
  after insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__security();
alter table public.patient_accounts enable always trigger _600_security;
comment on trigger _600_security on public.patient_accounts is
  'Records who sees a chart through the portal among the security events. [N-37]';

create or replace trigger _060_whose
  before update on public.patient_accounts
  for each row
  when ((new.user_id, new.patient_id, new.relationship) is distinct from (old.user_id, old.patient_id, old.relationship))
  execute function authz.tg__whose();
alter table public.patient_accounts enable always trigger _060_whose;
comment on trigger _060_whose on public.patient_accounts is
  'Keeps a portal account to one login, one patient and what they are to them. [N-15, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.patient_accounts
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.patient_accounts enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.patient_accounts is
  'Says whose portal account it is, in the newest snapshot alone: an older one shows who may write as they were. [N-15, N-16]';
