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

create or replace trigger _015_read_committed
  before update on governance.schema_changes
  for each row
  when (
    new.status <> old.status
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table governance.schema_changes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.schema_changes is
  'Decides a proposal, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-28]';
