create or replace trigger _600_security
  after insert on audit.access_keys
  for each row
  execute function authz.tg_access_keys__security();
alter table audit.access_keys enable always trigger _600_security;
comment on trigger _600_security on audit.access_keys is
  'Records each key that is made, by number. [N-37]';
