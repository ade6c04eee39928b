create or replace trigger _020_append_only
  before update or delete on governance.insight_dispatches
  for each row
  execute function authz.tg__append_only('insight_dispatches');
alter table governance.insight_dispatches enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.insight_dispatches is
  'Refuses every change, the owner''s included. [S-24]';

create or replace trigger _021_no_truncate
  before truncate on governance.insight_dispatches
  for each statement
  execute function authz.tg__append_only('insight_dispatches');
alter table governance.insight_dispatches enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.insight_dispatches is
  'Refuses to empty the table, the owner included. [S-24]';
