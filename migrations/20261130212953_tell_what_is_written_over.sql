-- migrate:up
-- Why: a diagnosis, vitals and allergies were written over without anybody being told
-- Access: 1 definer function
--   ~ authz.tg__overwritten is written, and runs with the rights of its owner
--   widens: authz.tg__overwritten() is new, which 3 triggers ask
--   widens: the trigger _610_overwritten now guards public.medical_record_details
--   widens: the trigger _610_overwritten now guards public.medical_records
--   widens: the trigger _610_overwritten now guards public.patient_clinical
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records
--   SHARE ROW EXCLUSIVE public.patient_clinical

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__overwritten: what a chart said and says no more, where no earlier version keeps it: who wrote over it, when, and which columns. Neither what
-- stood there nor its digest: there are so few diagnoses that whoever reads events could try them all. What was empty is no loss.
create or replace function authz.tg__overwritten()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_before constant jsonb := to_jsonb(old);
  v_after constant jsonb := to_jsonb(new);
  v_columns constant text[] := array(
    select c.name
    from unnest(tg_argv) with ordinality as c (name, place)
    where v_before -> c.name <> v_after -> c.name
      and v_before -> c.name not in ('null', '[]', '{}', '""')
    order by c.place
  );
begin
  if v_columns <> '{}' then
    perform authz.record_security_event(
      new.organisation_id, 'chart.overwritten', new.id, jsonb_build_object('table', tg_table_name, 'columns', v_columns)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg__overwritten() is
  'Records which columns of a chart were written over, and never with what. Arguments: the columns that are told of. [N-37, S-16]';
alter function authz.tg__overwritten() owner to cordon_definer;
revoke all on function authz.tg__overwritten() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _610_overwritten
  after update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__overwritten('diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_record_details is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

create or replace trigger _610_overwritten
  after update on public.medical_records
  for each row
  when ((new.record_type, new.vitals, new.medications) is distinct from (old.record_type, old.vitals, old.medications))
  execute function authz.tg__overwritten('record_type', 'vitals', 'medications');
alter table public.medical_records enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.medical_records is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

create or replace trigger _610_overwritten
  after update on public.patient_clinical
  for each row
  when ((new.allergies, new.alerts) is distinct from (old.allergies, old.alerts))
  execute function authz.tg__overwritten('allergies', 'alerts');
alter table public.patient_clinical enable always trigger _610_overwritten;
comment on trigger _610_overwritten on public.patient_clinical is
  'Records who wrote over what it said, and which columns, among the security events. [N-37, S-16]';

-- migrate:down
