-- migrate:up
-- Why: A record that the server archives takes its diagnosis along, which doctor and patient read on (N-01).
-- Access: +1 grant, 1 definer function
--   ~ authz.tg_medical_records__archived is written, and runs with the rights of its owner
--   + cordon_definer may update (archived_at) on public.medical_record_details
--   widens: authz.tg_medical_records__archived() is new, which 1 trigger asks
--   widens: our definer functions can now change public.medical_record_details (archived_at) too
--   widens: the trigger _520_archived now guards public.medical_records
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_medical_records__archived: a record that is put away takes its diagnosis along, and back: it is a row of its own, which would otherwise be
-- read on without the record, by the doctor and on the portal. What was put away for itself before stays where it is.
create or replace function authz.tg_medical_records__archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.medical_record_details as d
     set archived_at = new.archived_at
   where d.organisation_id = new.organisation_id
     and d.id = new.id
     and d.archived_at is not distinct from old.archived_at;
  return null;
end
$$;
comment on function authz.tg_medical_records__archived() is
  'Puts the details of a record away with it, and brings back those that were put away with it. Its trigger says in WHEN that it was. [N-01, N-15]';
alter function authz.tg_medical_records__archived() owner to cordon_definer;
revoke all on function authz.tg_medical_records__archived() from public;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.medical_record_details is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project, authz.tg_medical_records__archived: find the rows of a patient, or of a record). [N-08, N-27, N-45]';

comment on policy definer_update on public.medical_record_details is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project, authz.tg_medical_records__archived: take effect in their own transaction). [N-27, N-45, N-50]';

create or replace trigger _520_archived
  after update on public.medical_records
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg_medical_records__archived();
alter table public.medical_records enable always trigger _520_archived;
comment on trigger _520_archived on public.medical_records is
  'Puts the details away with their record, and brings them back with it. [N-01, N-15]';

grant update (archived_at) on public.medical_record_details to cordon_definer;

-- migrate:down
