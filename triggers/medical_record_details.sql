create or replace trigger _080_no_secrets
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__no_secrets('medical_record_details', 'diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_record_details is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _086_lists
  before insert or update on public.medical_record_details
  for each row
  when (
    array_ndims(new.codes) > 1 or cardinality(new.codes) > 50 or array_position(new.codes, null) is not null
  )
  execute function authz.tg__lists('medical_record_details', 'codes');
alter table public.medical_record_details enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_record_details is
  'Refuses codes in lists of their own. [N-01]';

create or replace trigger _105_superseded
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg_medical_record_details__superseded();
alter table public.medical_record_details enable always trigger _105_superseded;
comment on trigger _105_superseded on public.medical_record_details is
  'Keeps the details of superseded versions unchanged. [S-16]';

create or replace trigger _110_settled
  before update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_record_details is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _115_settled
  after insert on public.medical_record_details
  for each row
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _115_settled;
comment on trigger _115_settled on public.medical_record_details is
  'An entry is given its details by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _400_patient_status
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.medical_record_details enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.medical_record_details is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.medical_record_details enable always trigger _500_consent;
comment on trigger _500_consent on public.medical_record_details is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _700_patient_status_kept
  after insert on public.medical_record_details
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_record_details enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_record_details is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _610_overwritten
  after update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__overwritten('diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_record_details is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';
