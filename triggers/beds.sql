create or replace trigger _080_no_secrets
  before insert or update on public.beds
  for each row
  execute function authz.tg__no_secrets('beds', 'ward', 'label');
alter table public.beds enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.beds is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.beds
  for each row
  execute function authz.tg__labels('beds', 'number', 'ward', 'label');
alter table public.beds enable always trigger _087_labels;
comment on trigger _087_labels on public.beds is
  'Refuses a ward or label that looks like another, or like none. [S-17]';

create or replace trigger _110_status_stamp
  before insert or update on public.beds
  for each row
  execute function authz.tg__status_stamp();
alter table public.beds enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.beds is
  'Stamps who flipped the status and when. [S-16, S-17]';

create or replace trigger _200_transition
  before insert or update on public.beds
  for each row
  execute function authz.tg__transition('beds', 'available');
alter table public.beds enable always trigger _200_transition;
comment on trigger _200_transition on public.beds is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_occupancy
  before update on public.beds
  for each row
  execute function authz.tg_beds__occupancy();
alter table public.beds enable always trigger _300_occupancy;
comment on trigger _300_occupancy on public.beds is
  'Keeps occupied to exactly the beds with an active admission. [S-17, S-18]';
