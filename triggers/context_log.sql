create or replace trigger _010_recorded
  before insert on audit.context_log
  for each row
  execute function authz.tg__recorded('context_log');
alter table audit.context_log enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.context_log is
  'Refuses a row that no function of ours wrote. [N-36, N-37]';

create or replace trigger _020_append_only
  before update or delete on audit.context_log
  for each row
  execute function authz.tg__append_only('context_log');
alter table audit.context_log enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.context_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.context_log
  for each statement
  execute function authz.tg__append_only('context_log');
alter table audit.context_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.context_log is
  'Refuses to empty the table, the owner included. [S-20]';
