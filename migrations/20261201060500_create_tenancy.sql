-- migrate:up
-- Why: organisations, who belongs to them, and who runs operations.
-- Access: +50 grants, +69 policies, 9 definer functions
--   + cordon_definer may execute function authz.rules_ops_members()
--   + cordon_definer may execute function authz.rules_organisation_members()
--   + cordon_definer may execute function authz.rules_organisation_networks()
--   + cordon_definer may execute function authz.rules_organisation_settings()
--   + cordon_definer may execute function authz.rules_organisations()
--   + cordon_definer may execute function authz.rules_professionals()
--   + cordon_definer may execute function authz.rules_profiles()
--   ~ authz.tg_organisation_members__accept is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_networks__security is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__close is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__regime is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__security is written, and runs with the rights of its owner
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   + authenticated may execute function public.accept_membership(uuid)
--   ~ public.create_organisation is written, and runs with the rights of its owner
--   + internal_ops may execute function public.create_organisation(text, text, text, text, text, uuid)
--   ~ public.set_context is written, and runs with the rights of its owner
--   + authenticated may execute function public.set_context(uuid, text)
--   ~ public.appoint_clinic_admin is written, and runs with the rights of its owner
--   + internal_ops may execute function public.appoint_clinic_admin(uuid, uuid)
--   + policy provider_fence on public.ops_members: restrictive, all to authenticated
--   + policy patient_fence on public.ops_members: restrictive, all to patient
--   + policy internal_ops_fence on public.ops_members: restrictive, all to internal_ops
--   + policy anon_fence on public.ops_members: restrictive, all to anon
--   + policy internal_ops_select on public.ops_members: select to internal_ops
--   + policy definer_select on public.ops_members: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.organisation_members: restrictive, all to authenticated
--   + policy patient_fence on public.organisation_members: restrictive, all to patient
--   + policy internal_ops_fence on public.organisation_members: restrictive, all to internal_ops
--   + policy anon_fence on public.organisation_members: restrictive, all to anon
--   + policy provider_select on public.organisation_members: select to authenticated
--   + policy provider_select_rows on public.organisation_members: restrictive, select to authenticated
--   + policy provider_insert on public.organisation_members: insert to authenticated
--   + policy provider_insert_rows on public.organisation_members: restrictive, insert to authenticated
--   + policy provider_update on public.organisation_members: update to authenticated
--   + policy provider_update_rows on public.organisation_members: restrictive, update to authenticated
--   + policy internal_ops_select on public.organisation_members: select to internal_ops
--   + policy definer_select on public.organisation_members: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.organisation_members: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.organisation_members: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.organisation_networks: restrictive, all to authenticated
--   + policy patient_fence on public.organisation_networks: restrictive, all to patient
--   + policy internal_ops_fence on public.organisation_networks: restrictive, all to internal_ops
--   + policy anon_fence on public.organisation_networks: restrictive, all to anon
--   + policy provider_select on public.organisation_networks: select to authenticated
--   + policy provider_select_rows on public.organisation_networks: restrictive, select to authenticated
--   + policy provider_insert on public.organisation_networks: insert to authenticated
--   + policy provider_update on public.organisation_networks: update to authenticated
--   + policy provider_update_rows on public.organisation_networks: restrictive, update to authenticated
--   + policy provider_fence on public.organisation_settings: restrictive, all to authenticated
--   + policy patient_fence on public.organisation_settings: restrictive, all to patient
--   + policy internal_ops_fence on public.organisation_settings: restrictive, all to internal_ops
--   + policy anon_fence on public.organisation_settings: restrictive, all to anon
--   + policy provider_select on public.organisation_settings: select to authenticated
--   + policy provider_select_rows on public.organisation_settings: restrictive, select to authenticated
--   + policy provider_update on public.organisation_settings: update to authenticated
--   + policy provider_update_rows on public.organisation_settings: restrictive, update to authenticated
--   + policy internal_ops_select on public.organisation_settings: select to internal_ops
--   + policy internal_ops_insert on public.organisation_settings: insert to internal_ops
--   + policy internal_ops_update on public.organisation_settings: update to internal_ops
--   + policy definer_insert on public.organisation_settings: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.organisations: restrictive, all to authenticated
--   + policy patient_fence on public.organisations: restrictive, all to patient
--   + policy internal_ops_fence on public.organisations: restrictive, all to internal_ops
--   + policy anon_fence on public.organisations: restrictive, all to anon
--   + policy provider_select on public.organisations: select to authenticated
--   + policy provider_select_rows on public.organisations: restrictive, select to authenticated
--   + policy patient_select on public.organisations: select to patient
--   + policy internal_ops_select on public.organisations: select to internal_ops
--   + policy internal_ops_insert on public.organisations: insert to internal_ops
--   + policy internal_ops_update on public.organisations: update to internal_ops
--   + policy anon_select on public.organisations: select to anon
--   + policy definer_select on public.organisations: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.organisations: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.professionals: restrictive, all to authenticated
--   + policy patient_fence on public.professionals: restrictive, all to patient
--   + policy internal_ops_fence on public.professionals: restrictive, all to internal_ops
--   + policy anon_fence on public.professionals: restrictive, all to anon
--   + policy provider_select on public.professionals: select to authenticated
--   + policy provider_select_rows on public.professionals: restrictive, select to authenticated
--   + policy provider_insert on public.professionals: insert to authenticated
--   + policy provider_update on public.professionals: update to authenticated
--   + policy provider_fence on public.profiles: restrictive, all to authenticated
--   + policy patient_fence on public.profiles: restrictive, all to patient
--   + policy internal_ops_fence on public.profiles: restrictive, all to internal_ops
--   + policy anon_fence on public.profiles: restrictive, all to anon
--   + policy provider_select on public.profiles: select to authenticated
--   + policy patient_select on public.profiles: select to patient
--   + policy internal_ops_select on public.profiles: select to internal_ops
--   + cordon_definer may select on authz.live_memberships
--   + cordon_definer may select (archived_at, is_active, role, user_id) on public.ops_members
--   + internal_ops may select on public.ops_members
--   + service_role may select, insert, update on public.ops_members
--   + anon may select on public.organisation_directory
--   + authenticated may select on public.organisation_directory
--   + internal_ops may select on public.organisation_directory
--   + patient may select on public.organisation_directory
--   + service_role may select on public.organisation_directory
--   + authenticated may select, insert (7 columns), update (capabilities, is_active, role, valid_until) on public.organisation_members
--   + cordon_definer may select (11 columns), insert (capabilities, organisation_id, role, user_id), update (accepted_at) on public.organisation_members
--   + cordon_insights may select (archived_at, is_active, organisation_id) on public.organisation_members
--   + internal_ops may select on public.organisation_members
--   + service_role may select, insert, update on public.organisation_members
--   + authenticated may select, insert (cidr, id, label, mode, organisation_id), update (archived_at, cidr, label, mode) on public.organisation_networks
--   + cordon_definer may select (archived_at, cidr, id, mode, organisation_id) on public.organisation_networks
--   + service_role may select, insert, update on public.organisation_networks
--   + authenticated may select, update (business_hours, legal_bases, modules, privacy_contact) on public.organisation_settings
--   + cordon_definer may select (archived_at, business_hours, legal_bases, organisation_id, privacy_contact, smart_insights_enabled), insert (organisation_id), update (smart_insights_enabled) on public.organisation_settings
--   + cordon_insights may select (modules, organisation_id) on public.organisation_settings
--   + internal_ops may select, insert (business_hours, modules, organisation_id), update (business_hours, modules) on public.organisation_settings
--   + service_role may select, insert, update on public.organisation_settings
--   + anon may select (country, id, kind, name) on public.organisations
--   + authenticated may select on public.organisations
--   + cordon_definer may select (7 columns), insert (country, kind, name, regime, timezone) on public.organisations
--   + internal_ops may select, insert (country, id, kind, name, regime, timezone), update (archived_at, country, kind, name, regime, timezone) on public.organisations
--   + patient may select (country, id, kind, name, timezone) on public.organisations
--   + service_role may select, insert, update on public.organisations
--   + authenticated may select, insert (council, id, licence, organisation_id, user_id), update (archived_at, council, licence) on public.professionals
--   + cordon_definer may select (archived_at, id, organisation_id) on public.professionals
--   + service_role may select, insert, update on public.professionals
--   + authenticated may select on public.profiles
--   + cordon_definer may select (archived_at, display_name, user_id), insert (display_name, user_id), update (display_name) on public.profiles
--   + cordon_insights may select (display_name, user_id) on public.profiles
--   + internal_ops may select on public.profiles
--   + patient may select on public.profiles
--   + service_role may select, insert, update on public.profiles
--   + authenticated may select on public.user_clinic_access
--   + service_role may select on public.user_clinic_access
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE auth.users
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.organisations: a tenant. PUBLIC: what a directory may print.
create table public.organisations (
  id uuid not null default authz.uuid_v7(),
  kind text not null,
  name text not null,
  country text not null,
  timezone text not null,
  regime text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint organisations_pkey primary key (id),
  constraint organisations_kind_check check (kind in ('clinic', 'transport', 'command_center', 'insurer')),
  constraint organisations_name_check check (name = btrim(name) and length(name) between 1 and 200),
  constraint organisations_country_check check (country ~ '^[A-Z]{2}$'),
  -- Fails with 22023 for a zone that the server does not know.
  constraint organisations_timezone_check check ((timestamptz 'epoch' at time zone timezone) is not null),
  constraint organisations_regime_check check (regime in ('lgpd', 'hipaa', 'gdpr', 'pdpa', 'other')),
  constraint organisations_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.organisations is 'Tenants: clinics, transport companies, command centres, insurers.';
comment on column public.organisations.country is 'ISO 3166-1 alpha-2.';
comment on column public.organisations.timezone is 'IANA zone; hours in rules are read in it.';
comment on column public.organisations.regime is 'Data protection law that governs the organisation.';
alter table public.organisations enable row level security;
alter table public.organisations force row level security;


-- public.organisation_settings: 1:1 with organisations.
create table public.organisation_settings (
  organisation_id uuid not null,
  smart_insights_enabled boolean not null default false,
  business_hours jsonb not null default '{"start": 6, "end": 22}',
  modules text[] not null default '{}',
  legal_bases text[] not null default '{consent}',
  privacy_contact text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint organisation_settings_pkey primary key (organisation_id),
  constraint organisation_settings_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  -- "is true": a CHECK accepts NULL, and a missing key is NULL.
  constraint organisation_settings_business_hours_check check (
    (
      jsonb_typeof(business_hours -> 'start') = 'number'
      and jsonb_typeof(business_hours -> 'end') = 'number'
      and (business_hours ->> 'start')::numeric between 0 and 24
      and (business_hours ->> 'end')::numeric between 0 and 24
      and business_hours - '{start,end}'::text[] = '{}'
    ) is true
  ),
  constraint organisation_settings_modules_check check (cardinality(modules) <= 50 and length(modules::text) <= 2000),
  constraint organisation_settings_legal_bases_check check (
    legal_bases <@ '{consent,health_protection,vital_interest,legal_obligation}'::text[] and 'consent' = any (legal_bases)
  ),
  constraint organisation_settings_privacy_contact_check check (length(privacy_contact) between 3 and 200),
  constraint organisation_settings_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.organisation_settings alter column organisation_id set (n_distinct = 100);
comment on table public.organisation_settings is 'Configuration of one organisation.';
comment on column public.organisation_settings.smart_insights_enabled is 'Off unless the organisation switched it on. [S-21]';
comment on column public.organisation_settings.business_hours is 'Hours 0 to 24 in the organisation''s zone, half-open: {"start", "end"}.';
comment on column public.organisation_settings.legal_bases is
  'Legal bases that the organisation relies on for health data; consent alone unless it says otherwise (LGPD art. 11 II). [N-45]';
comment on column public.organisation_settings.privacy_contact is 'How to reach who answers for privacy (LGPD art. 41); on every consent receipt.';
alter table public.organisation_settings enable row level security;
alter table public.organisation_settings force row level security;


-- public.profiles: the name under which a login acts. Not a tenant table: a person may work in several organisations.
-- No cascade from auth.users: deleting a login must not erase who signed what.
create table public.profiles (
  user_id uuid not null,
  display_name text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint profiles_pkey primary key (user_id),
  constraint profiles_user_id_fkey foreign key (user_id) references auth.users (id) on delete restrict,
  constraint profiles_display_name_check check (display_name = btrim(display_name) and length(display_name) between 1 and 200),
  constraint profiles_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.profiles is 'Display names of logins; credentials stay in auth.users. [S-12]';
alter table public.profiles enable row level security;
alter table public.profiles force row level security;


-- public.ops_members: the people of operations (realm internal_ops).
create table public.ops_members (
  user_id uuid not null,
  role text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint ops_members_pkey primary key (user_id),
  constraint ops_members_user_id_fkey foreign key (user_id) references public.profiles (user_id) on delete restrict,
  constraint ops_members_role_check check (role in ('admin', 'ops_agent', 'auditor')),
  constraint ops_members_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table public.ops_members is 'Members of operations; admin administers, and reads no health data by role.';
alter table public.ops_members enable row level security;
alter table public.ops_members force row level security;


-- public.organisation_members: who may act in an organisation, as what. patient and anonymous are realms, never roles.
create table public.organisation_members (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  user_id uuid not null,
  role text not null,
  -- A rank is at most 100, and authz.role_rank returns one.
  -- squawk-ignore prefer-bigint-over-smallint
  rank smallint not null generated always as (authz.role_rank(role)) stored,
  capabilities text[] not null default '{}',
  is_active boolean not null default true,
  valid_until timestamptz,
  accepted_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint organisation_members_pkey primary key (organisation_id, id),
  constraint organisation_members_organisation_id_user_id_key unique (organisation_id, user_id),
  constraint organisation_members_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint organisation_members_user_id_fkey
    foreign key (user_id) references public.profiles (user_id) on delete restrict,
  constraint organisation_members_role_check
    check (role in ('clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist')),
  constraint organisation_members_capabilities_check check (
    capabilities <@ '{finance,transport,break_glass,privacy_officer,insights_admin,auditor}'::text[]
    and cardinality(capabilities) <= 6
  ),
  constraint organisation_members_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- The probe of every policy: one row by index.
create index organisation_members_user_id_organisation_id_idx
  on public.organisation_members (user_id, organisation_id);
create index organisation_members_organisation_id_rank_idx
  on public.organisation_members (organisation_id, rank);
alter table public.organisation_members alter column organisation_id set (n_distinct = 100);
comment on table public.organisation_members is 'Memberships: role and capabilities of a user in an organisation. [N-13, N-22]';
comment on column public.organisation_members.rank is 'Rank of the role; nobody grants at or above their own. [N-05]';
comment on column public.organisation_members.capabilities is 'What no rank says: finance, transport, break_glass, privacy_officer, insights_admin, auditor.';
comment on column public.organisation_members.accepted_at is 'When the member agreed; until then the membership opens nothing. [N-22]';
comment on column public.organisation_members.valid_until is 'End of a temporary membership; NULL has none.';
alter table public.organisation_members enable row level security;
alter table public.organisation_members force row level security;


-- public.professionals: licensed members.
create table public.professionals (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  user_id uuid not null,
  council text not null,
  licence text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint professionals_pkey primary key (organisation_id, id),
  constraint professionals_organisation_id_user_id_key unique (organisation_id, user_id),
  constraint professionals_organisation_id_user_id_fkey
    foreign key (organisation_id, user_id)
    references public.organisation_members (organisation_id, user_id) on delete restrict,
  constraint professionals_council_check check (length(council) between 1 and 40),
  constraint professionals_licence_check check (length(licence) between 1 and 40),
  constraint professionals_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.professionals alter column organisation_id set (n_distinct = 100);
comment on table public.professionals is 'Licensed members: council and licence number.';
alter table public.professionals enable row level security;
alter table public.professionals force row level security;


-- public.organisation_networks: where an organisation may be reached from; empty means no limit.
create table public.organisation_networks (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  cidr cidr not null,
  mode text not null,
  label text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint organisation_networks_pkey primary key (organisation_id, id),
  constraint organisation_networks_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint organisation_networks_mode_check check (mode in ('allow', 'deny')),
  constraint organisation_networks_label_check check (length(label) <= 200),
  constraint organisation_networks_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- Unique among what is there: what was archived by mistake can be written again.
create unique index organisation_networks_organisation_id_cidr_key
  on public.organisation_networks (organisation_id, cidr) where archived_at is null;
alter table public.organisation_networks alter column organisation_id set (n_distinct = 100);
comment on table public.organisation_networks is 'Allowed and denied networks of an organisation. [N-28]';
alter table public.organisation_networks enable row level security;
alter table public.organisation_networks force row level security;


insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'organisations', 'PUBLIC', 'ops', 'general', '{}'),
  ('public', 'organisation_settings', 'INTERNAL', 'ops', 'general', '{}'),
  ('public', 'profiles', 'INTERNAL', 'identity', 'general', '{staff,patient}'),
  ('public', 'ops_members', 'INTERNAL', 'ops', 'general', '{staff}'),
  ('public', 'organisation_members', 'INTERNAL', 'ops', 'general', '{staff}'),
  ('public', 'professionals', 'INTERNAL', 'ops', 'general', '{staff}'),
  ('public', 'organisation_networks', 'INTERNAL', 'ops', 'general', '{}');

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

create view public.organisation_directory with (security_invoker = true) as
  select o.id, o.name, o.country
  from public.organisations as o;
comment on view public.organisation_directory is 'What anybody may know of an organisation.';

create view public.user_clinic_access with (security_invoker = true) as
  select m.user_id, m.organisation_id as clinic_id, m.role, m.is_active
  from public.organisation_members as m;
comment on view public.user_clinic_access is 'neonpro''s name for memberships: clinic_id is organisation_id. [N-22]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

create or replace function authz.rules_ops_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "ops_members", "rowKey": "user_id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "user_id"], "fence": {"internal_ops": ["operator"]}, "rules": [
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_ops_members() is
  'The access rules of ops_members, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_ops_members() from public;
grant execute on function authz.rules_ops_members() to cordon_definer;

create or replace function authz.rules_organisation_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_members", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id", "rank"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["below_own_rank"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["below_own_rank", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_members() is
  'The access rules of organisation_members, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_members() from public;
grant execute on function authz.rules_organisation_members() to cordon_definer;

create or replace function authz.rules_organisation_networks()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_networks", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_networks() is
  'The access rules of organisation_networks, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_networks() from public;
grant execute on function authz.rules_organisation_networks() to cordon_definer;

create or replace function authz.rules_organisation_settings()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisation_settings", "rowKey": "organisation_id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-45", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_organisation_settings() is
  'The access rules of organisation_settings, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisation_settings() from public;
grant execute on function authz.rules_organisation_settings() to cordon_definer;

create or replace function authz.rules_organisations()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "organisations", "rowKey": "id", "tenantKey": "id", "patientKey": null, "columns": ["archived_at", "id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_organisation", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-05"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]},
    {"realm": "internal_ops", "operation": "INSERT", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05"]},
    {"realm": "anon", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-17"]}
  ]}';
end
$$;
comment on function authz.rules_organisations() is
  'The access rules of organisations, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_organisations() from public;
grant execute on function authz.rules_organisations() to cordon_definer;

create or replace function authz.rules_professionals()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "professionals", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_professionals() is
  'The access rules of professionals, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_professionals() from public;
grant execute on function authz.rules_professionals() to cordon_definer;

create or replace function authz.rules_profiles()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "profiles", "rowKey": "user_id", "tenantKey": null, "patientKey": null, "columns": ["archived_at", "user_id"], "fence": {"provider": ["colleague"], "patient": ["own_user"], "internal_ops": ["operator"]}, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["colleague", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_user", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02"]}
  ]}';
end
$$;
comment on function authz.rules_profiles() is
  'The access rules of profiles, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_profiles() from public;
grant execute on function authz.rules_profiles() to cordon_definer;

-- authz.tg_organisation_members__accept: nobody is made a member without agreeing. A clinic_admin of one clinic could
-- otherwise enrol another clinic's staff, who would then belong to two and, choosing none, see nothing; and read their
-- names. What the system imports counts as agreed. An agreement ends with the membership: whoever is made a member again is asked again.
create or replace function authz.tg_organisation_members__accept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
begin
  -- Whose agreement it is, is asked of the row, and not only once a statement. A deployment may take tokens without a session: to read by, and not to
  -- give roles.
  if authz.own_session_id() is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege',
        hint = 'Who belongs is said in a session, signed in oneself: keep its claims for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.accepted_at := case when v_is_system then clock_timestamp() end;
  elsif old.accepted_at is not null then
    new.accepted_at := case
      when v_is_system
        or v_user_id = new.user_id
        or (old.is_active and coalesce(old.valid_until, 'infinity') > authz.now())
        or not (new.is_active and coalesce(new.valid_until, 'infinity') > authz.now())
      then old.accepted_at
    end;
  elsif new.accepted_at is not null then
    new.accepted_at := case when v_is_system or v_user_id = new.user_id then clock_timestamp() end;
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_members__accept() is
  'Stamps accepted_at for the member alone, or for the system; a value sent by anyone else is ignored, and a membership resumed waits for its member. 42501 for who is not there in a session of their own. [N-12, N-22]';
alter function authz.tg_organisation_members__accept() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__accept() from public;

-- authz.tg_organisation_networks__security: from where an organisation is reached: a network that was listed for a night, or moved elsewhere and back, would
-- leave no trace (N-37). What is on the list before and after; NULL for what is not.
create or replace function authz.tg_organisation_networks__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_from jsonb;
  v_to jsonb;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.archived_at is null then
      v_from := jsonb_build_object('cidr', old.cidr, 'mode', old.mode);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('cidr', new.cidr, 'mode', new.mode);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.network_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_networks__security() is
  'Records networks listed, changed and taken off the list. [N-28, N-37]';
alter function authz.tg_organisation_networks__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_networks__security() from public;

-- authz.tg_organisations__clock: an organisation keeps the clock of a place. PostgreSQL takes more for a zone than it lists: XXX167 is one, a week away
-- from everybody, by which no hours are out of hours and no notice of an incident is late; and GMT-3 is three hours east. Asked of who changes it: the
-- list takes a while to read.
create or replace function authz.tg_organisations__clock()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if new.timezone = old.timezone then
      return new;
    end if;
  end if;
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = new.timezone) then
    raise exception 'a clock is that of a place'
      using errcode = 'invalid_parameter_value', hint = 'Give a zone of pg_timezone_names, as it is written there: America/Sao_Paulo.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__clock() is
  'Refuses with 22023 a time zone that the server does not list by this name. [N-28, N-49]';
revoke all on function authz.tg_organisations__clock() from public;

-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom; and nobody is closed who has a patient on board: none of
-- its crew could say that they arrived, nor anybody else.
create or replace function authz.tg_organisations__close()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    -- A dispatch that is under way names somebody, and is waited for.
    perform authz.require_read_committed();
    perform from public.organisation_settings as s where s.organisation_id = new.id for no key update;
    -- So is a pickup. The server and the owner repair what they do.
    if not authz.is_system() and exists (
      select
      from public.transfer_jobs as j
      where j.organisation_id = new.id
        and j.status = 'picked_up'
        and j.archived_at is null
        and j.expires_at > authz.now()
    ) then
      raise exception 'an organisation that has a patient on board is not archived'
        using errcode = 'CD013', hint = 'Have its crew deliver the patient first: transfer_jobs.status.';
    end if;
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived; CD007 above READ COMMITTED, CD013 for one that has a patient on board. [N-24, S-18]';
alter function authz.tg_organisations__close() owner to cordon_definer;
revoke all on function authz.tg_organisations__close() from public;

-- authz.tg_organisations__regime: under which law a clinic keeps its data stays, once it has a patient: floors of retention and deadlines hang on it,
-- and a floor never falls. Whoever enters a patient locks the organisation by the foreign key: the change waits for the first, who then is seen, or
-- the first waits for the change. The server and the owner repair what was written wrong. Of the migrating role: the lock takes a right to change the
-- organisation.
create or replace function authz.tg_organisations__regime()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.regime is not distinct from old.regime or authz.is_system() then
    return null;
  end if;
  perform authz.require_read_committed();
  perform from public.organisations as o where o.id = new.id for update;
  if exists (select from public.patients as p where p.organisation_id = new.id) then
    raise exception 'the law of an organisation that has patients stays'
      using errcode = 'CD020', hint = 'Retention floors and deadlines hang on it: whoever answers for the data has the server change it.';
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__regime() is
  'Refuses with CD020 to put an organisation that has patients under another law; CD007 above READ COMMITTED. [N-38, N-49]';
revoke all on function authz.tg_organisations__regime() from public;

-- authz.tg_organisations__security: who closed an organisation to its members, who opened it again, and who put it under another law, or its hours by
-- another clock; who called it something else, by which patients know whom they signed with, and who said what it is, by which packets of transfers
-- are handed out. What bringing back takes from the row, when and by whom it was archived, stands in the event, in UTC.
create or replace function authz.tg_organisations__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    perform authz.record_security_event(new.id, 'organisation.archived', new.id, '{}');
  elsif new.archived_at is null and old.archived_at is not null then
    perform authz.record_security_event(
      new.id, 'organisation.restored', new.id,
      jsonb_build_object('archived_at', old.archived_at, 'archived_by_user_id', old.archived_by_user_id)
    );
  end if;
  if new.regime <> old.regime then
    perform authz.record_security_event(
      new.id, 'organisation.regime_changed', new.id, jsonb_build_object('from', old.regime, 'to', new.regime)
    );
  end if;
  if new.timezone <> old.timezone then
    perform authz.record_security_event(
      new.id, 'organisation.timezone_changed', new.id, jsonb_build_object('from', old.timezone, 'to', new.timezone)
    );
  end if;
  if new.kind <> old.kind then
    perform authz.record_security_event(
      new.id, 'organisation.kind_changed', new.id, jsonb_build_object('from', old.kind, 'to', new.kind)
    );
  end if;
  if new.name <> old.name then
    perform authz.record_security_event(
      new.id, 'organisation.name_changed', new.id, jsonb_build_object('from', old.name, 'to', new.name)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__security() is
  'Records that an organisation was archived, brought back, put under another law or on another clock, or has another kind or name. [N-22, N-28, N-37, N-49]';
alter function authz.tg_organisations__security() owner to cordon_definer;
revoke all on function authz.tg_organisations__security() from public;

-- authz.tg_organisations__tenant: what authz.tg__tenant does, for the table whose key is the tenant itself.
create or replace function authz.tg_organisations__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.id is distinct from old.id then
    raise exception 'an organisation never changes its id'
      using errcode = 'CD003', hint = 'Create a new organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.id::text
  then
    raise exception 'a write to organisations that bypasses row-level security is not pinned to the organisation'
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__tenant() is
  'Keeps the id of an organisation unchanged and demands a pin of roles that bypass RLS. [S-03, S-05]';
revoke all on function authz.tg_organisations__tenant() from public;

-- public.accept_membership: how an invited person becomes a member. Somebody else's organisation, one without an
-- invitation and one that does not exist get the same answer. Only while whoever wrote it last could still invite, as with accept_invitation: a
-- clinic_admin who is put out would otherwise leave a door behind them, through which a friend comes in whenever they like. And only while the
-- organisation is open: one that is closed has no live member, so that whoever closes it for a moment would make out that nobody is there.
create or replace function public.accept_membership(organisation_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- The clinic before the membership: who closes it waits, or is seen; and of two whom operations appointed, one comes in.
  perform
  from public.organisation_settings as s
  where s.organisation_id = accept_membership.organisation_id
    and exists (
      select
      from public.organisation_members as m
      where m.organisation_id = s.organisation_id
        and m.user_id = authz.user_id()
        and m.accepted_at is null
    )
  for no key update;
  -- Held first, and then asked: a statement that waits for a row that was only locked does not ask anew whether the inviter is in, who may have
  -- locked it until they were put out.
  perform
  from public.organisation_members as m
  where m.organisation_id = accept_membership.organisation_id
    and m.user_id = authz.user_id()
  for no key update;
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = accept_membership.organisation_id
     and m.user_id = authz.user_id()
     and m.is_active
     and m.archived_at is null
     and (m.valid_until is null or m.valid_until > clock_timestamp())
     and m.accepted_at is null
     and exists (
       select
       from public.organisations as o
       where o.id = m.organisation_id
         and o.archived_at is null
     )
     and (
       m.updated_by_user_id is null -- the server's
       -- Operations, who are members of none, create an organisation with its first member, and name a clinic_admin where none is left: while none is
       -- there. What they wrote before one was is no door that stays open.
       or (
         not exists (
           select
           from public.organisation_members as i
           where i.organisation_id = m.organisation_id
             and i.user_id = m.updated_by_user_id
         )
         and not exists (
           select
           from authz.live_memberships as i
           where i.organisation_id = m.organisation_id
             and i.role = 'clinic_admin'
         )
       )
       or exists (
         select
         from authz.live_memberships as i
         where i.organisation_id = m.organisation_id
           and i.user_id = m.updated_by_user_id
           and i.role = 'clinic_admin'
           and i.rank > m.rank
       )
     );
  if not found then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege', hint = 'Ask a clinic_admin of the organisation to invite this login.';
  end if;
  return accept_membership.organisation_id;
end
$$;
comment on function public.accept_membership(uuid) is
  'Accepts the caller''s pending membership of an organisation; returns its id. 42501 without one, where whoever wrote it could no longer, and while the organisation is closed. [N-16, N-22]';
alter function public.accept_membership(uuid) owner to cordon_definer;
revoke all on function public.accept_membership(uuid) from public;
grant execute on function public.accept_membership(uuid) to authenticated;

-- public.create_organisation: a tenant is born whole: organisation, settings and its first member, who has to accept.
-- Definer, because operations may insert no memberships otherwise: they would make anybody staff of any clinic.
create or replace function public.create_organisation(
  name text,
  kind text,
  country text,
  timezone text,
  regime text,
  first_member_user_id uuid
)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations creates organisations'
      using errcode = 'insufficient_privilege', hint = 'Ask operations.';
  end if;

  insert into public.organisations (name, kind, country, timezone, regime)
  values (
    create_organisation.name, create_organisation.kind, create_organisation.country,
    create_organisation.timezone, create_organisation.regime
  )
  returning id into v_organisation_id;

  insert into public.organisation_settings (organisation_id) values (v_organisation_id);

  insert into public.organisation_members (organisation_id, user_id, role)
  values (v_organisation_id, create_organisation.first_member_user_id, 'clinic_admin');
  return v_organisation_id;
end
$$;
comment on function public.create_organisation(text, text, text, text, text, uuid) is
  'Creates an organisation with its settings and first clinic_admin; returns its id. Operations admin only (42501). [N-05]';
alter function public.create_organisation(text, text, text, text, text, uuid) owner to cordon_definer;
revoke all on function public.create_organisation(text, text, text, text, text, uuid) from public;
grant execute on function public.create_organisation(text, text, text, text, text, uuid) to internal_ops;

-- public.set_context: names the organisation and the purpose for the rest of the transaction (N-12, N-23). It grants
-- nothing: every statement looks the membership up again. Somebody else's organisation and one that does not exist get
-- the same answer. Each choice is recorded (N-36), but in a READ ONLY transaction, which has nothing to write with: what is done
-- in it changes nothing, and each read is judged by the membership, whatever was chosen. What is refused stands in the access log.
create or replace function public.set_context(organisation_id uuid, purpose text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_user_id constant uuid := v_caller.user_id;
  v_address inet;
begin
  if v_user_id is null then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'no_session');
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in; a recovery link or an anonymous session is not enough.';
  end if;
  if not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = set_context.organisation_id
      and m.user_id = v_user_id
  ) then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'no_membership');
    raise exception 'organisation not found'
      using errcode = 'insufficient_privilege', hint = 'Choose an organisation where your membership is active.';
  end if;
  if purpose is not null and not exists (select from public.consent_purposes as p where p.purpose = set_context.purpose) then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'purpose');
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;

  perform set_config('app.current_organisation_id', set_context.organisation_id::text, true);
  perform set_config('app.current_clinic_id', '', true);
  perform set_config('app.purpose', coalesce(set_context.purpose, ''), true);

  if current_setting('transaction_read_only') = 'off' then
    v_address := authz.client_address();
    insert into audit.context_log
      (organisation_id, user_id, realm, session_id, purpose, client_address, address_source, user_agent)
    values (
      set_context.organisation_id, v_user_id, authz.acting_realm(), v_caller.session_id, set_context.purpose,
      v_address, case when v_address is null then 'unknown' else 'edge' end, authz.user_agent()
    );
  end if;
  return set_context.organisation_id;
end
$$;
comment on function public.set_context(uuid, text) is
  'Chooses the organisation (and purpose) of this transaction among the caller''s live memberships; returns its id. 42501 without one, CD006 for an unknown purpose. Recorded in audit.context_log unless the transaction is READ ONLY; a refusal in the access log. [N-12, N-23, N-36, N-37]';
alter function public.set_context(uuid, text) owner to cordon_definer;
revoke all on function public.set_context(uuid, text) from public;
grant execute on function public.set_context(uuid, text) to authenticated;

-- public.appoint_clinic_admin: a clinic whose last clinic_admin has gone is repaired by operations: nobody there may give that rank. Only there, and never
-- to one of themselves: an admin of operations would make anybody staff of any clinic, else. Whom they name is no member yet, and agrees first
-- (accept_membership): functions of ours change nobody's role, so that the one who is a member already takes the server. The trigger of memberships tells of it.
create or replace function public.appoint_clinic_admin(organisation_id uuid, user_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations appoints a clinic_admin'
      using errcode = 'insufficient_privilege', hint = 'Ask operations; a clinic_admin invites everybody below their own rank.';
  end if;
  if exists (
    select
    from public.ops_members as m
    where m.user_id = appoint_clinic_admin.user_id
      and m.is_active
      and m.archived_at is null
  ) then
    raise exception 'operations are no staff of a clinic'
      using errcode = 'insufficient_privilege', hint = 'Name a login that is not of operations.';
  end if;
  -- Who closes the clinic waits for this, or is seen: closed, it has no live clinic_admin, and opened again it has the one that it had.
  perform from public.organisation_settings as s where s.organisation_id = appoint_clinic_admin.organisation_id for share;
  if not exists (
    select
    from public.organisations as o
    where o.id = appoint_clinic_admin.organisation_id
      and o.archived_at is null
  ) or not exists (
    select
    from public.profiles as p
    where p.user_id = appoint_clinic_admin.user_id
      and p.archived_at is null
  ) then
    raise exception 'organisation or login not found'
      using errcode = 'CD010', hint = 'Name an organisation that is open, and a login that has a profile.';
  end if;
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = appoint_clinic_admin.organisation_id
      and m.role = 'clinic_admin'
  ) then
    raise exception 'the organisation has a clinic_admin'
      using errcode = 'CD013', hint = 'It takes no operations as long as one is there; a second one is written by the server.';
  end if;
  insert into public.organisation_members as m (organisation_id, user_id, role)
  values (appoint_clinic_admin.organisation_id, appoint_clinic_admin.user_id, 'clinic_admin')
  on conflict do nothing
  returning m.id into v_membership_id;
  if v_membership_id is null then
    raise exception 'the login has a membership of the organisation, or had one'
      using errcode = 'CD013', hint = 'Name another login; the role of this one is changed by the server alone.';
  end if;
  return v_membership_id;
end
$$;
comment on function public.appoint_clinic_admin(uuid, uuid) is
  'Makes a login clinic_admin of an organisation that has none, once they accept; returns the membership''s id. 42501 for who is no admin of operations, and for a login of operations; CD010 for no such organisation or login, CD013 where there is a clinic_admin, or the login is a member, or was one. [N-05, N-22, N-37]';
alter function public.appoint_clinic_admin(uuid, uuid) owner to cordon_definer;
revoke all on function public.appoint_clinic_admin(uuid, uuid) from public;
grant execute on function public.appoint_clinic_admin(uuid, uuid) to internal_ops;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on public.ops_members
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on public.ops_members is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.ops_members
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on public.ops_members is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.ops_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.ops_members is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.ops_members
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.ops_members is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.ops_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'ops_members', 'SELECT', 'basic'))
    and (
      (
        (select authz.is_operator('{admin}'))
        and (archived_at is null or archived_at = now())
      )
      or (
        (select authz.is_operator('{}'))
        and user_id = (select authz.user_id())
        and (archived_at is null or archived_at = now())
      )
    )
  );
comment on policy internal_ops_select on public.ops_members is
  'admin of operations may read rows that are not archived; any member of operations may read rows that are their own and not archived. [N-02]';

create policy definer_select on public.ops_members
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.ops_members is
  'definer functions may read every row (authz.is_operator: a token opens the realm, a live row opens the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16]';

create policy provider_fence on public.organisation_members
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));
comment on policy provider_fence on public.organisation_members is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.organisation_members
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.organisation_members is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.organisation_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.organisation_members is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.organisation_members
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.organisation_members is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.organisation_members
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));
comment on policy provider_select on public.organisation_members is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.organisation_members
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_members is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.organisation_members
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'INSERT', 'detailed')));
comment on policy provider_insert on public.organisation_members is
  'clinic_admin of the current organisation may create rows that are of a rank below their own. [N-02, N-05, S-03]';

create policy provider_insert_rows on public.organisation_members
  as restrictive for insert to authenticated
  with check (rank < (select authz.own_rank()));
comment on policy provider_insert_rows on public.organisation_members is
  'Whatever another policy allows, staff create only rows that the comment of provider_insert names. [N-02, N-05, S-03]';

create policy provider_update on public.organisation_members
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_members', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_members', 'SELECT', 'basic')));
comment on policy provider_update on public.organisation_members is
  'clinic_admin of the current organisation may change rows that are of a rank below their own and not archived. [N-02, N-05, S-03]';

create policy provider_update_rows on public.organisation_members
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update_rows on public.organisation_members is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-05, S-03]';

create policy internal_ops_select on public.organisation_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.organisation_members is
  'admin of operations may read rows that are not archived. [N-02]';

create policy definer_select on public.organisation_members
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_members is
  'definer functions may read every row (authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy; public.accept_membership: who invited; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

create policy definer_insert on public.organisation_members
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.organisation_members is
  'definer functions may create every row (public.create_organisation, public.appoint_clinic_admin: whom operations invite and nobody else there can; public.accept_invitation). [N-05]';

create policy definer_update on public.organisation_members
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.organisation_members is
  'definer functions may change every row (public.accept_membership, public.accept_invitation: nobody is made a member without agreeing). [N-22]';

create policy provider_fence on public.organisation_networks
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));
comment on policy provider_fence on public.organisation_networks is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse or assistant of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.organisation_networks
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.organisation_networks is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.organisation_networks
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.organisation_networks is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.organisation_networks
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.organisation_networks is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.organisation_networks
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));
comment on policy provider_select on public.organisation_networks is
  'clinic_admin, doctor, nurse or assistant of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.organisation_networks
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_networks is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.organisation_networks
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'INSERT', 'detailed')));
comment on policy provider_insert on public.organisation_networks is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.organisation_networks
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_networks', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'organisation_networks', 'SELECT', 'basic')));
comment on policy provider_update on public.organisation_networks is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_update_rows on public.organisation_networks
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.organisation_networks is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, S-03]';

create policy provider_fence on public.organisation_settings
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));
comment on policy provider_fence on public.organisation_settings is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.organisation_settings
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.organisation_settings is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.organisation_settings
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.organisation_settings is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.organisation_settings
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.organisation_settings is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.organisation_settings
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));
comment on policy provider_select on public.organisation_settings is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.organisation_settings
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisation_settings is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_update on public.organisation_settings
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'organisation_settings', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{}', '{}'), 'organisation_settings', 'SELECT', 'basic')));
comment on policy provider_update on public.organisation_settings is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, N-45, S-03]';

create policy provider_update_rows on public.organisation_settings
  as restrictive for update to authenticated
  using (
    archived_at is null
    or archived_at = now()
  )
  with check (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_update_rows on public.organisation_settings is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-45, S-03]';

create policy internal_ops_select on public.organisation_settings
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.organisation_settings is
  'admin of operations may read rows that are not archived. [N-02]';

create policy internal_ops_insert on public.organisation_settings
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.organisation_settings is
  'admin of operations may create rows. [N-02]';

create policy internal_ops_update on public.organisation_settings
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisation_settings', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.organisation_settings is
  'admin of operations may change rows that are not archived. [N-02]';

create policy definer_insert on public.organisation_settings
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.organisation_settings is
  'definer functions may create every row (public.create_organisation: a tenant is born whole). [N-05]';

create policy provider_fence on public.organisations
  as restrictive for all to authenticated
  using (id = (select authz.organisation_for('{}', '{}')))
  with check (id = (select authz.organisation_for('{}', '{}')));
comment on policy provider_fence on public.organisations is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.organisations
  as restrictive for all to patient
  using (id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.organisations is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.organisations
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.organisations is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.organisations
  as restrictive for all to anon
  using (true)
  with check (false);
comment on policy anon_fence on public.organisations is
  'Whatever another policy allows, anybody may reach a row. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.organisations
  for select to authenticated
  using (id = (select authz.organisation_for('{}', '{}')));
comment on policy provider_select on public.organisations is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.organisations
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.organisations is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy patient_select on public.organisations
  for select to patient
  using (
    id = any ((select authz.patient_organisation_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.organisations is
  'a patient may read rows that are of an organisation where they are a patient and not archived. [N-15]';

create policy internal_ops_select on public.organisations
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (
      (select authz.is_operator('{admin}'))
      or (
        (select authz.is_operator('{}'))
        and (archived_at is null or archived_at = now())
      )
    )
  );
comment on policy internal_ops_select on public.organisations is
  'admin of operations may read rows; any member of operations may read rows that are not archived. [N-02, N-05]';

create policy internal_ops_insert on public.organisations
  for insert to internal_ops
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'INSERT', 'detailed')));
comment on policy internal_ops_insert on public.organisations is
  'admin of operations may create rows. [N-02, N-05]';

create policy internal_ops_update on public.organisations
  for update to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')))
  with check ((select authz.log_decision(authz.is_operator('{admin}'), 'internal_ops', 'organisations', 'UPDATE', 'detailed')));
comment on policy internal_ops_update on public.organisations is
  'admin of operations may change rows. [N-02, N-05]';

create policy anon_select on public.organisations
  for select to anon
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy anon_select on public.organisations is
  'anybody may read rows that are not archived. [N-17]';

create policy definer_select on public.organisations
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisations is
  'definer functions may read every row (authz.live_memberships: an archived organisation opens nothing; authz.form_tenant, authz.tg_consents__version: nor begins anything; authz.is_within_hours, authz.guardianship_ends_at: its clock; public.dispatch_transfer: whether it drives; public.consent_receipt: who controls the data; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

create policy definer_insert on public.organisations
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.organisations is
  'definer functions may create every row (public.create_organisation: a tenant is born whole). [N-05]';

create policy provider_fence on public.professionals
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));
comment on policy provider_fence on public.professionals is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse or assistant of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.professionals
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.professionals is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.professionals
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.professionals is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.professionals
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.professionals is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.professionals
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));
comment on policy provider_select on public.professionals is
  'clinic_admin of the current organisation may read rows; doctor, nurse or assistant of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.professionals
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
  );
comment on policy provider_select_rows on public.professionals is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_insert on public.professionals
  for insert to authenticated
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'INSERT', 'detailed')));
comment on policy provider_insert on public.professionals is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.professionals
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'professionals', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant}', '{}'), 'professionals', 'SELECT', 'basic')));
comment on policy provider_update on public.professionals is
  'clinic_admin of the current organisation may change rows. [N-02, S-03]';

create policy provider_fence on public.profiles
  as restrictive for all to authenticated
  using (user_id = any ((select authz.colleague_ids())::uuid[]))
  with check (user_id = any ((select authz.colleague_ids())::uuid[]));
comment on policy provider_fence on public.profiles is
  'Whatever another policy allows, staff reach only rows that are of a user of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.profiles
  as restrictive for all to patient
  using (user_id = (select authz.user_id()))
  with check (user_id = (select authz.user_id()));
comment on policy patient_fence on public.profiles is
  'Whatever another policy allows, patients reach only rows that are their own. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.profiles
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.profiles is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.profiles
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.profiles is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.profiles
  for select to authenticated
  using (
    (select authz.log_decision(authz.holds('{}', '{}'), 'provider', 'profiles', 'SELECT', 'basic'))
    and user_id = any ((select authz.colleague_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.profiles is
  'any member of the current organisation may read rows that are of a user of the current organisation and not archived. [N-02, S-02]';

create policy patient_select on public.profiles
  for select to patient
  using (
    user_id = (select authz.log_decision(authz.user_id(), 'patient', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.profiles is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy internal_ops_select on public.profiles
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{}'), 'internal_ops', 'profiles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.profiles is
  'any member of operations may read rows that are not archived. [N-02]';

create or replace trigger _060_whose
  before update on public.ops_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.ops_members enable always trigger _060_whose;
comment on trigger _060_whose on public.ops_members is
  'Keeps an office of operations whose it is. [N-37]';

create or replace trigger _086_lists
  before insert or update on public.organisation_members
  for each row
  when (
    array_ndims(new.capabilities) > 1 or cardinality(new.capabilities) > 50 or array_position(new.capabilities, null) is not null
  )
  execute function authz.tg__lists('organisation_members', 'capabilities');
alter table public.organisation_members enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_members is
  'Refuses capabilities that no explanation would find. [N-04, N-08]';

create or replace trigger _300_accept
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__accept();
alter table public.organisation_members enable always trigger _300_accept;
comment on trigger _300_accept on public.organisation_members is
  'Nobody is made a member without agreeing. [N-22]';

create or replace trigger _060_whose
  before update on public.organisation_members
  for each row
  when (new.user_id is distinct from old.user_id)
  execute function authz.tg__whose();
alter table public.organisation_members enable always trigger _060_whose;
comment on trigger _060_whose on public.organisation_members is
  'Keeps a membership its member''s. [N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_members
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_members enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_members is
  'Says who is a member, and as what, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';

create or replace trigger _080_no_secrets
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__no_secrets('organisation_networks', 'label');
alter table public.organisation_networks enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_networks is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__labels('organisation_networks', 'name', 'label');
alter table public.organisation_networks enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_networks is
  'Refuses a label that nobody sees. [N-28]';

create or replace trigger _600_security
  after insert or update on public.organisation_networks
  for each row
  execute function authz.tg_organisation_networks__security();
alter table public.organisation_networks enable always trigger _600_security;
comment on trigger _600_security on public.organisation_networks is
  'Records which networks were listed, changed and taken off the list among the security events. [N-28, N-37]';

create or replace trigger _015_read_committed
  before insert or update on public.organisation_networks
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.organisation_networks enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_networks is
  'Says from where staff work, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28]';

create or replace trigger _080_no_secrets
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__no_secrets('organisation_settings', 'privacy_contact');
alter table public.organisation_settings enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_settings is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _086_lists
  before insert or update on public.organisation_settings
  for each row
  when (
    array_ndims(new.modules) > 1 or cardinality(new.modules) > 50 or array_position(new.modules, null) is not null
    or array_ndims(new.legal_bases) > 1 or cardinality(new.legal_bases) > 50 or array_position(new.legal_bases, null) is not null
  )
  execute function authz.tg__lists('organisation_settings', 'modules', 'legal_bases');
alter table public.organisation_settings enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_settings is
  'Refuses lists of lists. [N-04, N-45]';

create or replace trigger _087_labels
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__labels('organisation_settings', 'name', 'privacy_contact');
alter table public.organisation_settings enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_settings is
  'Refuses a contact that nobody can copy from a receipt. [N-45]';

create or replace trigger _015_read_committed
  before update on public.organisation_settings
  for each row
  when (
    (new.business_hours, new.legal_bases) is distinct from (old.business_hours, old.legal_bases)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisation_settings enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisation_settings is
  'Says when charts are open, and on which bases, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-28, N-45]';

create or replace trigger _050_tenant
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__tenant();
alter table public.organisations enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisations is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _087_labels
  before insert or update on public.organisations
  for each row
  execute function authz.tg__labels('organisations', 'name', 'name');
alter table public.organisations enable always trigger _087_labels;
comment on trigger _087_labels on public.organisations is
  'Refuses the name of an organisation that looks like another, or like none. [S-04]';

create or replace trigger _088_clock
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__clock();
alter table public.organisations enable always trigger _088_clock;
comment on trigger _088_clock on public.organisations is
  'Refuses a clock that is that of no place. [N-28, N-49]';

create or replace trigger _500_close
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__close();
alter table public.organisations enable always trigger _500_close;
comment on trigger _500_close on public.organisations is
  'Takes the names out of the jobs that drive for a clinic which is closed, and closes nobody who has a patient on board. [N-24, S-18]';

create or replace trigger _510_regime
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__regime();
alter table public.organisations enable always trigger _510_regime;
comment on trigger _510_regime on public.organisations is
  'Keeps an organisation that has patients under its law. [N-38, N-49]';

create or replace trigger _600_security
  after update on public.organisations
  for each row
  when (
    old.archived_at is distinct from new.archived_at
    or (old.regime, old.timezone, old.kind, old.name) <> (new.regime, new.timezone, new.kind, new.name)
  )
  execute function authz.tg_organisations__security();
alter table public.organisations enable always trigger _600_security;
comment on trigger _600_security on public.organisations is
  'Records who closed the organisation, brought it back, put it under another law or on another clock, or gave it another kind or name, among the security events. [N-22, N-28, N-37, N-49]';

create or replace trigger _015_read_committed
  before update on public.organisations
  for each row
  when (
    (new.archived_at, new.kind, new.timezone) is distinct from (old.archived_at, old.kind, old.timezone)
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table public.organisations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.organisations is
  'Closes a clinic, opens it again, or says what it is and when its hours are, in the newest snapshot alone: an older one shows who may as they were. [N-16, S-03]';

create or replace trigger _087_labels
  before insert or update on public.professionals
  for each row
  execute function authz.tg__labels('professionals', 'number', 'council', 'licence');
alter table public.professionals enable always trigger _087_labels;
comment on trigger _087_labels on public.professionals is
  'Refuses a licence that looks like another, or like none. [S-31]';

create or replace trigger _060_whose
  before update on public.professionals
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('professionals');
alter table public.professionals enable always trigger _060_whose;
comment on trigger _060_whose on public.professionals is
  'Keeps whose licence it is. [S-16, S-31]';

create or replace trigger _080_no_secrets
  before insert or update on public.profiles
  for each row
  execute function authz.tg__no_secrets('profiles', 'display_name');
alter table public.profiles enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.profiles is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _100_stamp
  before insert or update on public.ops_members
  for each row
  execute function authz.tg__stamp();
alter table public.ops_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.ops_members is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.ops_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.ops_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.ops_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.ops_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.ops_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.ops_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__tenant('organisation_members');
alter table public.organisation_members enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisation_members is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__stamp();
alter table public.organisation_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisation_members is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.organisation_members
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('organisation_members');
alter table public.organisation_members enable always trigger _890_lasting;
comment on trigger _890_lasting on public.organisation_members is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__tenant('organisation_networks');
alter table public.organisation_networks enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisation_networks is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__stamp();
alter table public.organisation_networks enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisation_networks is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.organisation_networks
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('organisation_networks');
alter table public.organisation_networks enable always trigger _890_lasting;
comment on trigger _890_lasting on public.organisation_networks is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_networks
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_networks enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_networks is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_networks
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_networks enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_networks is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _100_stamp
  before insert or update on public.organisations
  for each row
  execute function authz.tg__stamp();
alter table public.organisations enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisations is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.organisations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisations enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisations enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__tenant('organisation_settings');
alter table public.organisation_settings enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisation_settings is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg__stamp();
alter table public.organisation_settings enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisation_settings is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.organisation_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_settings enable always trigger _900_stamped;
comment on trigger _900_stamped on public.organisation_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.organisation_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.organisation_settings enable always trigger _901_stamped;
comment on trigger _901_stamped on public.organisation_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.professionals
  for each row
  execute function authz.tg__tenant('professionals');
alter table public.professionals enable always trigger _050_tenant;
comment on trigger _050_tenant on public.professionals is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.professionals
  for each row
  execute function authz.tg__stamp();
alter table public.professionals enable always trigger _100_stamp;
comment on trigger _100_stamp on public.professionals is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.professionals
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('professionals');
alter table public.professionals enable always trigger _890_lasting;
comment on trigger _890_lasting on public.professionals is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.professionals
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.professionals enable always trigger _900_stamped;
comment on trigger _900_stamped on public.professionals is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.professionals
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.professionals enable always trigger _901_stamped;
comment on trigger _901_stamped on public.professionals is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _100_stamp
  before insert or update on public.profiles
  for each row
  execute function authz.tg__stamp();
alter table public.profiles enable always trigger _100_stamp;
comment on trigger _100_stamp on public.profiles is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.profiles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.profiles enable always trigger _900_stamped;
comment on trigger _900_stamped on public.profiles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.profiles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.profiles enable always trigger _901_stamped;
comment on trigger _901_stamped on public.profiles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select on authz.live_memberships to cordon_definer;

grant select (archived_at, is_active, role, user_id) on public.ops_members to cordon_definer;
grant select on public.ops_members to internal_ops;
grant select, insert, update on public.ops_members to service_role;

grant select on public.organisation_directory to anon;
grant select on public.organisation_directory to authenticated;
grant select on public.organisation_directory to internal_ops;
grant select on public.organisation_directory to patient;
grant select on public.organisation_directory to service_role;

grant
  select,
  insert (capabilities, id, is_active, organisation_id, role, user_id, valid_until),
  update (capabilities, is_active, role, valid_until)
  on public.organisation_members to authenticated;
grant
  select (accepted_at, archived_at, capabilities, id, is_active, organisation_id, rank, role, updated_by_user_id, user_id, valid_until),
  insert (capabilities, organisation_id, role, user_id),
  update (accepted_at)
  on public.organisation_members to cordon_definer;
grant
  select (archived_at, is_active, organisation_id)
  on public.organisation_members to cordon_insights;
grant select on public.organisation_members to internal_ops;
grant select, insert, update on public.organisation_members to service_role;

grant
  select,
  insert (cidr, id, label, mode, organisation_id),
  update (archived_at, cidr, label, mode)
  on public.organisation_networks to authenticated;
grant
  select (archived_at, cidr, id, mode, organisation_id)
  on public.organisation_networks to cordon_definer;
grant select, insert, update on public.organisation_networks to service_role;

grant
  select,
  update (business_hours, legal_bases, modules, privacy_contact)
  on public.organisation_settings to authenticated;
grant
  select (archived_at, business_hours, legal_bases, organisation_id, privacy_contact, smart_insights_enabled),
  insert (organisation_id),
  update (smart_insights_enabled)
  on public.organisation_settings to cordon_definer;
grant select (modules, organisation_id) on public.organisation_settings to cordon_insights;
grant
  select,
  insert (business_hours, modules, organisation_id),
  update (business_hours, modules)
  on public.organisation_settings to internal_ops;
grant select, insert, update on public.organisation_settings to service_role;

grant select (country, id, kind, name) on public.organisations to anon;
grant select on public.organisations to authenticated;
grant
  select (archived_at, country, id, kind, name, regime, timezone),
  insert (country, kind, name, regime, timezone)
  on public.organisations to cordon_definer;
grant
  select,
  insert (country, id, kind, name, regime, timezone),
  update (archived_at, country, kind, name, regime, timezone)
  on public.organisations to internal_ops;
grant select (country, id, kind, name, timezone) on public.organisations to patient;
grant select, insert, update on public.organisations to service_role;

grant
  select,
  insert (council, id, licence, organisation_id, user_id),
  update (archived_at, council, licence)
  on public.professionals to authenticated;
grant select (archived_at, id, organisation_id) on public.professionals to cordon_definer;
grant select, insert, update on public.professionals to service_role;

grant select on public.profiles to authenticated;
grant
  select (archived_at, display_name, user_id),
  insert (display_name, user_id),
  update (display_name)
  on public.profiles to cordon_definer;
grant select (display_name, user_id) on public.profiles to cordon_insights;
grant select on public.profiles to internal_ops;
grant select on public.profiles to patient;
grant select, insert, update on public.profiles to service_role;

grant select on public.user_clinic_access to authenticated;
grant select on public.user_clinic_access to service_role;

-- migrate:down
