create or replace trigger _300_on_the_road
  before update on public.crew_members
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('crew');
alter table public.crew_members enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.crew_members is
  'Keeps a member of the crew for as long as they are on a job. [S-18]';

create or replace trigger _060_whose
  before update on public.crew_members
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('crew_members');
alter table public.crew_members enable always trigger _060_whose;
comment on trigger _060_whose on public.crew_members is
  'Keeps whom an assignment names: who drove is who drove. [S-16, S-18]';

create or replace trigger _310_drove
  before update on public.crew_members
  for each row
  when (new.duty <> old.duty)
  execute function authz.tg_crew_members__drove();
alter table public.crew_members enable always trigger _310_drove;
comment on trigger _310_drove on public.crew_members is
  'Keeps as what a member of the crew was on a job. [S-16, S-18]';
