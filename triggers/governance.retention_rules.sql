create or replace trigger _020_floor
  before update or delete on governance.retention_rules
  for each row
  execute function authz.tg_retention_rules__floor();
alter table governance.retention_rules enable always trigger _020_floor;
comment on trigger _020_floor on governance.retention_rules is
  'Lets a floor rise, and never fall or go. [N-38, N-49]';

create or replace trigger _021_no_truncate
  before truncate on governance.retention_rules
  for each statement
  execute function authz.tg__no_truncate('retention_rules');
alter table governance.retention_rules enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.retention_rules is
  'Refuses to empty the table, the owner included. [N-38, N-49]';
