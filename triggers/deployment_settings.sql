create or replace trigger _100_stamp
  before insert or update on authz.deployment_settings
  for each row
  execute function authz.tg__stamp();
alter table authz.deployment_settings enable always trigger _100_stamp;
comment on trigger _100_stamp on authz.deployment_settings is
  'Stamps who wrote the row and when. [S-16]';
