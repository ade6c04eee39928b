create or replace trigger _080_no_secrets
  before insert or update on public.patients
  for each row
  execute function authz.tg__no_secrets('patients', 'full_name');
alter table public.patients enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patients is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_named
  before insert or update on public.patients
  for each row
  execute function authz.tg_patients__named();
alter table public.patients enable always trigger _085_named;
comment on trigger _085_named on public.patients is
  'Refuses a number, and a name, that looks like another. [N-01, S-04]';

create or replace trigger _110_status_stamp
  before insert or update on public.patients
  for each row
  execute function authz.tg__status_stamp();
alter table public.patients enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.patients is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _500_project
  after update on public.patients
  for each row
  execute function authz.tg_patients__project();
alter table public.patients enable always trigger _500_project;
comment on trigger _500_project on public.patients is
  'Hides what is known of a patient together with the patient, in the same transaction. [N-27]';
