create or replace trigger _020_append_only
  before update or delete on governance.tombstones
  for each row
  execute function authz.tg__append_only('tombstones');
alter table governance.tombstones enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.tombstones is
  'Refuses to change or delete, the owner included. [N-49, S-20]';

create or replace trigger _021_no_truncate
  before truncate on governance.tombstones
  for each statement
  execute function authz.tg__append_only('tombstones');
alter table governance.tombstones enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.tombstones is
  'Refuses to empty the table, the owner included. [N-49, S-20]';
