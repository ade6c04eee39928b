-- migrate:up
-- Why: a portal account that was revoked could never be opened again; and a membership that a clinic_admin archived could never be resumed
-- Access: -1 grant
--   - authenticated may no longer update (archived_at) on public.organisation_members
--   widens: the unique key patient_accounts_organisation_id_user_id_patient_id_key no longer guards public.patient_accounts
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.patient_accounts
-- Long lock: one index over portal accounts, of which a clinic has thousands

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Unique among what lasts: a login that was unlinked can be linked again, by two members as before.
alter table public.patient_accounts drop constraint patient_accounts_organisation_id_user_id_patient_id_key;
-- squawk-ignore require-concurrent-index-creation
create unique index patient_accounts_organisation_id_user_id_patient_id_key
  on public.patient_accounts (organisation_id, user_id, patient_id)
  where revoked_at is null and archived_at is null;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

revoke update (archived_at) on public.organisation_members from authenticated;

-- migrate:down
