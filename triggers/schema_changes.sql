create or replace trigger _021_no_truncate
  before truncate on governance.schema_changes
  for each statement
  execute function authz.tg__no_truncate('schema_changes');
alter table governance.schema_changes enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.schema_changes is
  'Refuses to empty the table, the owner included. [S-28]';

create or replace trigger _030_decided
  before insert or update or delete on governance.schema_changes
  for each row
  execute function authz.tg_schema_changes__decided();
alter table governance.schema_changes enable always trigger _030_decided;
comment on trigger _030_decided on governance.schema_changes is
  'Lets a proposal be decided once, by operations, and never change otherwise. [S-28]';
