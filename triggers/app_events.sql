create or replace trigger _005_scrub
  before insert on audit.app_events
  for each row
  execute function authz.tg_app_events__scrub();
alter table audit.app_events enable always trigger _005_scrub;
comment on trigger _005_scrub on audit.app_events is
  'Leaves out what could name a person or a record. [S-39]';

create or replace trigger _010_recorded
  before insert on audit.app_events
  for each row
  execute function authz.tg__recorded('app_events');
alter table audit.app_events enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.app_events is
  'Refuses a row that no function of ours wrote. [S-39]';

create or replace trigger _020_append_only
  before update or delete on audit.app_events
  for each row
  execute function authz.tg__append_only('app_events');
alter table audit.app_events enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.app_events is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.app_events
  for each statement
  execute function authz.tg__append_only('app_events');
alter table audit.app_events enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.app_events is
  'Refuses to empty the table, the owner included. [S-20]';
