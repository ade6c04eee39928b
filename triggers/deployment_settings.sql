create or replace trigger _600_security
  after insert or update or delete on authz.deployment_settings
  for each row
  execute function authz.tg_deployment_settings__security();
alter table authz.deployment_settings enable always trigger _600_security;
comment on trigger _600_security on authz.deployment_settings is
  'Records what the deployment is held to, before and after. [N-37]';
