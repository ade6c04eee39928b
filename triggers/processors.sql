create or replace trigger _015_read_committed
  before insert or update on governance.processors
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table governance.processors enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.processors is
  'Says to whom data may leave, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-24]';
