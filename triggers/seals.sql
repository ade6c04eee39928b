create or replace trigger _020_append_only
  before update or delete on audit.seals
  for each row
  execute function authz.tg__append_only('seals');
alter table audit.seals enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.seals is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.seals
  for each statement
  execute function authz.tg__append_only('seals');
alter table audit.seals enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.seals is
  'Refuses to empty the table, the owner included. [S-20]';
