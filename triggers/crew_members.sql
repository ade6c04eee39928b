create or replace trigger _300_on_the_road
  before update on public.crew_members
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('crew');
alter table public.crew_members enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.crew_members is
  'Keeps a member of the crew for as long as they are on a job. [S-18]';
