create or replace trigger _087_labels
  before insert or update on public.professionals
  for each row
  execute function authz.tg__labels('professionals', 'number', 'council', 'licence');
alter table public.professionals enable always trigger _087_labels;
comment on trigger _087_labels on public.professionals is
  'Refuses a licence that looks like another, or like none. [S-31]';

create or replace trigger _060_whose
  before update on public.professionals
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('professionals');
alter table public.professionals enable always trigger _060_whose;
comment on trigger _060_whose on public.professionals is
  'Keeps whose licence it is. [S-16, S-31]';

create or replace trigger _600_security
  after update on public.professionals
  for each row
  when ((new.council, new.licence) is distinct from (old.council, old.licence))
  execute function authz.tg_professionals__security();
alter table public.professionals enable always trigger _600_security;
comment on trigger _600_security on public.professionals is
  'Records who writes another licence over one among the security events. [N-37, N-49]';
