create or replace trigger _010_by_trigger
  before insert on public.case_activity_log
  for each row
  execute function authz.tg_case_activity_log__written();
alter table public.case_activity_log enable always trigger _010_by_trigger;
comment on trigger _010_by_trigger on public.case_activity_log is
  'Refuses a row that no trigger wrote. [S-18]';

create or replace trigger _020_append_only
  before update or delete on public.case_activity_log
  for each row
  execute function authz.tg__append_only('case_activity_log');
alter table public.case_activity_log enable always trigger _020_append_only;
comment on trigger _020_append_only on public.case_activity_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on public.case_activity_log
  for each statement
  execute function authz.tg__append_only('case_activity_log');
alter table public.case_activity_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on public.case_activity_log is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _600_security
  after insert on public.case_activity_log
  for each row
  when (new.event_type like '%.frozen_write_suppressed')
  execute function authz.tg_case_activity_log__security();
alter table public.case_activity_log enable always trigger _600_security;
comment on trigger _600_security on public.case_activity_log is
  'Mirrors suppressed writes into the security events. [N-37, S-35]';
