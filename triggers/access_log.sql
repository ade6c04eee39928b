create or replace trigger _020_append_only
  before update or delete on audit.access_log
  for each row
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.access_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.access_log
  for each statement
  execute function authz.tg__append_only('access_log');
alter table audit.access_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.access_log is
  'Refuses to empty the table, the owner included. [S-20]';
