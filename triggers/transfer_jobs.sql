create or replace trigger _110_status_stamp
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__status_stamp();
alter table public.transfer_jobs enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.transfer_jobs is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__transition('transfer_jobs', 'dispatched');
alter table public.transfer_jobs enable always trigger _200_transition;
comment on trigger _200_transition on public.transfer_jobs is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_course
  before update on public.transfer_jobs
  for each row
  execute function authz.tg_transfer_jobs__course();
alter table public.transfer_jobs enable always trigger _300_course;
comment on trigger _300_course on public.transfer_jobs is
  'Lets a job that has ended expire, and none while the patient is on board. [N-24]';

create or replace trigger _500_follow
  after insert or update on public.transfer_jobs
  for each row
  execute function authz.tg_transfer_jobs__follow();
alter table public.transfer_jobs enable always trigger _500_follow;
comment on trigger _500_follow on public.transfer_jobs is
  'Carries the status back to the clinic, and writes both timelines. [N-24, S-18]';
