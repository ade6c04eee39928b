-- migrate:up
-- Why: a nurse could write a prescription or a discharge summary, and supersede a doctor's
-- Access: +1 grant, 1 definer function
--   ~ authz.tg_medical_records__prescribed is written, and runs with the rights of its owner
--   + cordon_definer may select (record_type) on public.medical_records
--   widens: authz.tg_medical_records__prescribed() is new, which 1 trigger asks
--   widens: our definer functions can now read public.medical_records (record_type) too
--   widens: the trigger _106_prescribed now guards public.medical_records
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_medical_records__prescribed: what is prescribed, and how a stay is summed up at its end, is a doctor's to write: a nurse writes neither, and no
-- version that would take the place of one.
create or replace function authz.tg_medical_records__prescribed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_system() or authz.organisation_for('{doctor}', '{}') = new.organisation_id then
    return new;
  end if;
  if new.record_type in ('prescription', 'discharge_summary')
    or exists (
      select
      from public.medical_records as r
      where r.organisation_id = new.organisation_id
        and r.id = new.supersedes_id
        and r.record_type in ('prescription', 'discharge_summary')
    )
  then
    raise exception 'a prescription or discharge summary is a doctor''s to write'
      using errcode = 'insufficient_privilege', hint = 'Record an observation, and have a doctor prescribe.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__prescribed() is
  'Refuses with 42501 a prescription or discharge summary, or a version of one, of who is no doctor there. [N-02, N-21]';
alter function authz.tg_medical_records__prescribed() owner to cordon_definer;
revoke all on function authz.tg_medical_records__prescribed() from public;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.medical_records is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_medical_records__version, authz.tg_medical_records__prescribed, authz.tg_consents__project, authz.tg_patients__project: versions, and the rows of a patient). [N-08, N-27, N-45, S-16]';

create or replace trigger _106_prescribed
  before insert on public.medical_records
  for each row
  when (new.record_type in ('prescription', 'discharge_summary') or new.supersedes_id is not null)
  execute function authz.tg_medical_records__prescribed();
alter table public.medical_records enable always trigger _106_prescribed;
comment on trigger _106_prescribed on public.medical_records is
  'Keeps prescriptions and discharge summaries a doctor''s. [N-02, N-21]';

grant select (record_type) on public.medical_records to cordon_definer;

-- migrate:down
