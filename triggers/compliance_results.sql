create or replace trigger _010_recorded
  before insert on governance.compliance_results
  for each row
  execute function authz.tg_compliance_results__recorded();
alter table governance.compliance_results enable always trigger _010_recorded;
comment on trigger _010_recorded on governance.compliance_results is
  'Stamps who looked, and when. [N-51]';

create or replace trigger _020_append_only
  before update or delete on governance.compliance_results
  for each row
  execute function authz.tg__append_only('compliance_results');
alter table governance.compliance_results enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.compliance_results is
  'Refuses every change, the owner''s included. [N-51, S-20]';

create or replace trigger _021_no_truncate
  before truncate on governance.compliance_results
  for each statement
  execute function authz.tg__append_only('compliance_results');
alter table governance.compliance_results enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.compliance_results is
  'Refuses to empty the table, the owner included. [N-51, S-20]';
