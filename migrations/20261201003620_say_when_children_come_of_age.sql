-- migrate:up
-- Why: an account of a guardian is to end on the patient's 18th birthday, which no function could tell
-- Access: +1 grant, 1 definer function
--   ~ authz.guardianship_ends_at is written, and runs with the rights of its owner
--   + cordon_definer may select (birth_date) on public.patient_identity
--   widens: our definer functions can now read public.patient_identity (birth_date) too
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.guardianship_ends_at: until when a guardian acts for a patient where nobody has said otherwise: the patient's 18th birthday, on the wall of the
-- clinic. It is kept nowhere, since who sees an account need not see a birth date. NULL as long as none is known. Where the law sets another age, or a court another end, whoever confirms the account says so.
create or replace function authz.guardianship_ends_at(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select (i.birth_date + interval '18 years') at time zone o.timezone
    from public.patient_identity as i
    join public.organisations as o on o.id = i.organisation_id
    where i.organisation_id = guardianship_ends_at.organisation_id
      and i.id = guardianship_ends_at.patient_id
  );
end
$$;
comment on function authz.guardianship_ends_at(uuid, uuid) is
  'The 18th birthday of a patient at their clinic; NULL without a birth date. [N-15]';
alter function authz.guardianship_ends_at(uuid, uuid) owner to cordon_definer;
revoke all on function authz.guardianship_ends_at(uuid, uuid) from public;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.organisations is
  'definer functions may read every row (authz.live_memberships: an archived organisation opens nothing; authz.form_tenant, authz.tg_consents__version: nor begins anything; authz.is_within_hours, authz.guardianship_ends_at: its clock; public.dispatch_transfer: whether it drives; public.consent_receipt: who controls the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

comment on policy definer_select on public.patient_identity is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.guardianship_ends_at: when they come of age). [N-08, N-15, N-27]';

grant select (birth_date) on public.patient_identity to cordon_definer;

-- migrate:down
