create or replace trigger _050_tenant
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__tenant();
alter table public.organisations enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisations is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _087_labels
  before insert or update on public.organisations
  for each row
  execute function authz.tg__labels('organisations', 'name', 'name');
alter table public.organisations enable always trigger _087_labels;
comment on trigger _087_labels on public.organisations is
  'Refuses the name of an organisation that looks like another, or like none. [S-04]';

create or replace trigger _088_clock
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__clock();
alter table public.organisations enable always trigger _088_clock;
comment on trigger _088_clock on public.organisations is
  'Refuses a clock that is that of no place. [N-28, N-49]';

create or replace trigger _500_close
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__close();
alter table public.organisations enable always trigger _500_close;
comment on trigger _500_close on public.organisations is
  'Takes the names out of the jobs that drive for a clinic which is closed, and closes nobody who has a patient on board. [N-24, S-18]';

create or replace trigger _510_regime
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__regime();
alter table public.organisations enable always trigger _510_regime;
comment on trigger _510_regime on public.organisations is
  'Keeps an organisation that has patients under its law. [N-38, N-49]';

create or replace trigger _600_security
  after update on public.organisations
  for each row
  when (
    old.archived_at is distinct from new.archived_at
    or (old.regime, old.timezone, old.kind, old.name) <> (new.regime, new.timezone, new.kind, new.name)
  )
  execute function authz.tg_organisations__security();
alter table public.organisations enable always trigger _600_security;
comment on trigger _600_security on public.organisations is
  'Records who closed the organisation, brought it back, put it under another law or on another clock, or gave it another kind or name, among the security events. [N-22, N-28, N-37, N-49]';

create or replace trigger _015_read_committed
  before update on public.organisations
  for each row
  when (
    (new.archived_at, new.kind, new.timezone) is distinct from (old.archived_at, old.kind, old.timezone)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisations is
  'Closes a clinic, opens it again, or says what it is and when its hours are, in the newest snapshot alone: an older one shows who may as they were. [N-16, S-03]';
