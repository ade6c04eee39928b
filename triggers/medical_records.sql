create or replace trigger _080_no_secrets
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__no_secrets('medical_records', 'vitals', 'medications', 'author_name');
alter table public.medical_records enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_records is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _086_lists
  before insert or update on public.medical_records
  for each row
  when (
    array_ndims(new.segments) > 1 or cardinality(new.segments) > 50 or array_position(new.segments, null) is not null
  )
  execute function authz.tg__lists('medical_records', 'segments');
alter table public.medical_records enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_records is
  'Refuses segments that no later version could be joined to. [N-01]';

create or replace trigger _087_moments
  before insert or update on public.medical_records
  for each row
  when (not isfinite(new.occurred_at))
  execute function authz.tg__moments('medical_records', 'occurred_at');
alter table public.medical_records enable always trigger _087_moments;
comment on trigger _087_moments on public.medical_records is
  'Refuses infinity where a moment or a day is written. [S-16]';

create or replace trigger _104_occurred
  before insert or update on public.medical_records
  for each row
  when (new.occurred_at > new.created_at or new.occurred_at < new.created_at - interval '43830 days')
  execute function authz.tg_medical_records__occurred();
alter table public.medical_records enable always trigger _104_occurred;
comment on trigger _104_occurred on public.medical_records is
  'Takes a clock that is a little ahead for now, and care of later, or of before anybody who lives, for none. [S-16]';

create or replace trigger _105_version
  before insert or update on public.medical_records
  for each row
  execute function authz.tg_medical_records__version();
alter table public.medical_records enable always trigger _105_version;
comment on trigger _105_version on public.medical_records is
  'Numbers versions; a superseded one never changes. [S-16]';

create or replace trigger _106_prescribed
  before insert on public.medical_records
  for each row
  when (new.record_type in ('prescription', 'discharge_summary') or new.supersedes_id is not null)
  execute function authz.tg_medical_records__prescribed();
alter table public.medical_records enable always trigger _106_prescribed;
comment on trigger _106_prescribed on public.medical_records is
  'Keeps prescriptions and discharge summaries a doctor''s. [N-02, N-21]';

create or replace trigger _110_settled
  before update on public.medical_records
  for each row
  when ((new.record_type, new.vitals, new.medications) is distinct from (old.record_type, old.vitals, old.medications))
  execute function authz.tg__settled();
alter table public.medical_records enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_records is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _510_protect
  after insert or update on public.medical_records
  for each row
  execute function authz.tg_medical_records__protect();
alter table public.medical_records enable always trigger _510_protect;
comment on trigger _510_protect on public.medical_records is
  'Carries protected segments to earlier versions, and what is added to later ones. [N-01]';

create or replace trigger _400_patient_status
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.medical_records enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.medical_records is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _500_consent
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__consent('patient_id');
alter table public.medical_records enable always trigger _500_consent;
comment on trigger _500_consent on public.medical_records is
  'Recomputes treatment_consent_until; a value sent by anyone is ignored. [N-45]';

create or replace trigger _700_patient_status_kept
  after insert on public.medical_records
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.medical_records enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.medical_records is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _600_security
  after update on public.medical_records
  for each row
  when (not new.segments @> old.segments)
  execute function authz.tg_medical_records__security();
alter table public.medical_records enable always trigger _600_security;
comment on trigger _600_security on public.medical_records is
  'Records each protected segment that is taken off. [N-01, N-37]';

create or replace trigger _520_archived
  after update on public.medical_records
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('medical_record_details');
alter table public.medical_records enable always trigger _520_archived;
comment on trigger _520_archived on public.medical_records is
  'Puts the details away with their record, and brings them back with it. [N-01, N-15]';

create or replace trigger _610_overwritten
  after update on public.medical_records
  for each row
  when (
    (new.record_type, new.vitals, new.medications, new.occurred_at, new.author_name)
    is distinct from (old.record_type, old.vitals, old.medications, old.occurred_at, old.author_name)
  )
  execute function authz.tg__overwritten('record_type', 'vitals', 'medications', 'occurred_at', 'author_name');
alter table public.medical_records enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_records is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';
