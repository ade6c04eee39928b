-- migrate:up
-- Why: what counts as a live membership or account, stated once, and the views that join side tables for applications.
-- Access: +15 grants
--   + cordon_definer may select on authz.live_memberships
--   + cordon_definer may select on authz.live_patient_accounts
--   + authenticated may select on public.appointment_details
--   + patient may select on public.appointment_details
--   + service_role may select on public.appointment_details
--   + anon may select on public.organisation_directory
--   + authenticated may select on public.organisation_directory
--   + internal_ops may select on public.organisation_directory
--   + patient may select on public.organisation_directory
--   + service_role may select on public.organisation_directory
--   + authenticated may select on public.patient_profiles
--   + patient may select on public.patient_profiles
--   + service_role may select on public.patient_profiles
--   + authenticated may select on public.user_clinic_access
--   + service_role may select on public.user_clinic_access
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- authz.live_memberships: the one definition of a membership that counts now.
create view authz.live_memberships with (security_invoker = true) as
  select m.organisation_id, m.user_id, m.role, m.rank, m.capabilities
  from public.organisation_members as m
  join public.organisations as o on o.id = m.organisation_id
  where m.accepted_at is not null
    and m.is_active
    and m.archived_at is null
    and (m.valid_until is null or m.valid_until > clock_timestamp())
    and o.archived_at is null;
comment on view authz.live_memberships is
  'Memberships that are accepted, active, not expired, not archived, of organisations not archived. [N-16]';

-- authz.live_patient_accounts: the one definition of a portal account that counts now.
create view authz.live_patient_accounts with (security_invoker = true) as
  select a.organisation_id, a.user_id, a.patient_id
  from public.patient_accounts as a
  join public.organisations as o on o.id = a.organisation_id
  join public.patients as p on p.organisation_id = a.organisation_id and p.id = a.patient_id
  where a.confirmed_at is not null
    and a.revoked_at is null
    and a.archived_at is null
    and o.archived_at is null
    and p.archived_at is null;
comment on view authz.live_patient_accounts is
  'Portal accounts confirmed, not revoked, not archived, of patients and organisations not archived. [N-15, N-16]';

create view public.organisation_directory with (security_invoker = true) as
  select o.id, o.name, o.country
  from public.organisations as o;
comment on view public.organisation_directory is 'What anybody may know of an organisation.';

create view public.user_clinic_access with (security_invoker = true) as
  select m.user_id, m.organisation_id as clinic_id, m.role, m.is_active
  from public.organisation_members as m;
comment on view public.user_clinic_access is 'neonpro''s name for memberships: clinic_id is organisation_id. [N-22]';

-- LEFT JOIN: what the caller may not see is NULL. Read-only by use; write the tables.
create view public.patient_profiles with (security_invoker = true) as
  select
    p.organisation_id, p.id, p.mrn, p.full_name, p.language, p.status,
    i.birth_date, i.phone, i.email, i.nationality, i.id_last4,
    c.allergies, c.alerts
  from public.patients as p
  left join public.patient_identity as i on i.organisation_id = p.organisation_id and i.id = p.id
  left join public.patient_clinical as c on c.organisation_id = p.organisation_id and c.id = p.id;
comment on view public.patient_profiles is 'A patient with identity and clinical data where the caller may see them, else NULL. [N-19]';

create view public.appointment_details with (security_invoker = true) as
  select
    a.organisation_id, a.id, a.patient_id, a.professional_user_id, a.starts_at, a.ends_at, a.status,
    r.reason
  from public.appointments as a
  left join public.appointment_reasons as r on r.organisation_id = a.organisation_id and r.id = a.id;
comment on view public.appointment_details is 'An appointment with its reason where the caller may see it, else NULL. [N-19]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant select on authz.live_memberships to cordon_definer;

grant select on authz.live_patient_accounts to cordon_definer;

grant select on public.appointment_details to authenticated;
grant select on public.appointment_details to patient;
grant select on public.appointment_details to service_role;

grant select on public.organisation_directory to anon;
grant select on public.organisation_directory to authenticated;
grant select on public.organisation_directory to internal_ops;
grant select on public.organisation_directory to patient;
grant select on public.organisation_directory to service_role;

grant select on public.patient_profiles to authenticated;
grant select on public.patient_profiles to patient;
grant select on public.patient_profiles to service_role;

grant select on public.user_clinic_access to authenticated;
grant select on public.user_clinic_access to service_role;

-- migrate:down
