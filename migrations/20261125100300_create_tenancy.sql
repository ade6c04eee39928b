-- migrate:up
-- Why: organisations, who belongs to them, and who runs operations.
-- Access: +25 grants, +60 policies
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
--   + policy provider_insert on public.organisation_members: insert to authenticated
--   + policy provider_update on public.organisation_members: update to authenticated
--   + policy internal_ops_select on public.organisation_members: select to internal_ops
--   + policy definer_select on public.organisation_members: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.organisation_members: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.organisation_members: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.organisation_networks: restrictive, all to authenticated
--   + policy patient_fence on public.organisation_networks: restrictive, all to patient
--   + policy internal_ops_fence on public.organisation_networks: restrictive, all to internal_ops
--   + policy anon_fence on public.organisation_networks: restrictive, all to anon
--   + policy provider_select on public.organisation_networks: select to authenticated
--   + policy provider_insert on public.organisation_networks: insert to authenticated
--   + policy provider_update on public.organisation_networks: update to authenticated
--   + policy provider_fence on public.organisation_settings: restrictive, all to authenticated
--   + policy patient_fence on public.organisation_settings: restrictive, all to patient
--   + policy internal_ops_fence on public.organisation_settings: restrictive, all to internal_ops
--   + policy anon_fence on public.organisation_settings: restrictive, all to anon
--   + policy provider_select on public.organisation_settings: select to authenticated
--   + policy provider_update on public.organisation_settings: update to authenticated
--   + policy internal_ops_select on public.organisation_settings: select to internal_ops
--   + policy internal_ops_insert on public.organisation_settings: insert to internal_ops
--   + policy internal_ops_update on public.organisation_settings: update to internal_ops
--   + policy definer_insert on public.organisation_settings: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.organisations: restrictive, all to authenticated
--   + policy patient_fence on public.organisations: restrictive, all to patient
--   + policy internal_ops_fence on public.organisations: restrictive, all to internal_ops
--   + policy anon_fence on public.organisations: restrictive, all to anon
--   + policy provider_select on public.organisations: select to authenticated
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
--   + policy provider_insert on public.professionals: insert to authenticated
--   + policy provider_update on public.professionals: update to authenticated
--   + policy provider_fence on public.profiles: restrictive, all to authenticated
--   + policy patient_fence on public.profiles: restrictive, all to patient
--   + policy internal_ops_fence on public.profiles: restrictive, all to internal_ops
--   + policy anon_fence on public.profiles: restrictive, all to anon
--   + policy provider_select on public.profiles: select to authenticated
--   + policy patient_select on public.profiles: select to patient
--   + policy internal_ops_select on public.profiles: select to internal_ops
--   + cordon_definer may select (archived_at, is_active, role, user_id) on public.ops_members
--   + internal_ops may select on public.ops_members
--   + service_role may select, insert, update on public.ops_members
--   + authenticated may select, insert (7 columns), update (archived_at, capabilities, is_active, role, valid_until) on public.organisation_members
--   + cordon_definer may select (9 columns), insert (organisation_id, role, user_id), update (accepted_at) on public.organisation_members
--   + internal_ops may select on public.organisation_members
--   + service_role may select, insert, update on public.organisation_members
--   + authenticated may select, insert (cidr, id, label, mode, organisation_id), update (archived_at, cidr, label, mode) on public.organisation_networks
--   + service_role may select, insert, update on public.organisation_networks
--   + authenticated may select, update (business_hours, modules, smart_insights_enabled) on public.organisation_settings
--   + cordon_definer may insert (organisation_id) on public.organisation_settings
--   + internal_ops may select, insert (business_hours, modules, organisation_id, smart_insights_enabled), update (archived_at, business_hours, modules, smart_insights_enabled) on public.organisation_settings
--   + service_role may select, insert, update on public.organisation_settings
--   + anon may select (country, id, kind, name) on public.organisations
--   + authenticated may select on public.organisations
--   + cordon_definer may select (archived_at, id), insert (country, kind, name, regime, timezone) on public.organisations
--   + internal_ops may select, insert (country, id, kind, name, regime, timezone), update (archived_at, country, kind, name, regime, timezone) on public.organisations
--   + patient may select (country, id, kind, name, timezone) on public.organisations
--   + service_role may select, insert, update on public.organisations
--   + authenticated may select, insert (council, id, licence, organisation_id, user_id), update (archived_at, council, licence) on public.professionals
--   + service_role may select, insert, update on public.professionals
--   + authenticated may select on public.profiles
--   + internal_ops may select on public.profiles
--   + patient may select on public.profiles
--   + service_role may select, insert, update on public.profiles
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
  constraint organisation_settings_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.organisation_settings alter column organisation_id set (n_distinct = 100);
comment on table public.organisation_settings is 'Configuration of one organisation.';
comment on column public.organisation_settings.smart_insights_enabled is 'Off unless the organisation switched it on. [S-21]';
comment on column public.organisation_settings.business_hours is 'Hours 0 to 24 in the organisation''s zone, half-open: {"start", "end"}.';
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
  constraint organisation_networks_organisation_id_cidr_key unique (organisation_id, cidr),
  constraint organisation_networks_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint organisation_networks_mode_check check (mode in ('allow', 'deny')),
  constraint organisation_networks_label_check check (length(label) <= 200),
  constraint organisation_networks_actor_kind_check check (actor_kind in ('user', 'system'))
);
alter table public.organisation_networks alter column organisation_id set (n_distinct = 100);
comment on table public.organisation_networks is 'Allowed and denied networks of an organisation. [N-28]';
alter table public.organisation_networks enable row level security;
alter table public.organisation_networks force row level security;


insert into governance.classification (schema_name, table_name, level, domain, retention)
values
  ('public', 'organisations', 'PUBLIC', 'ops', 'general'),
  ('public', 'organisation_settings', 'INTERNAL', 'ops', 'general'),
  ('public', 'profiles', 'INTERNAL', 'identity', 'general'),
  ('public', 'ops_members', 'INTERNAL', 'ops', 'general'),
  ('public', 'organisation_members', 'INTERNAL', 'ops', 'general'),
  ('public', 'professionals', 'INTERNAL', 'ops', 'general'),
  ('public', 'organisation_networks', 'INTERNAL', 'ops', 'general');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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
    (
      (select authz.is_operator('{admin}'))
      and (archived_at is null or archived_at = now())
    )
    or (
      (select authz.is_operator('{}'))
      and user_id = (select authz.user_id())
      and (archived_at is null or archived_at = now())
    )
  );
comment on policy internal_ops_select on public.ops_members is
  'admin of operations may read rows that are not archived; any member of operations may read rows that are their own and not archived. [N-02]';

create policy definer_select on public.ops_members
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.ops_members is
  'definer functions may read every row (authz.is_operator: a token opens the realm, a live row opens the data). [N-16]';

create policy provider_fence on public.organisation_members
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
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
  using (
    organisation_id = (select authz.organisation_for('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.organisation_members is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.organisation_members
  for insert to authenticated
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and rank < (select authz.own_rank())
  );
comment on policy provider_insert on public.organisation_members is
  'clinic_admin of the current organisation may create rows that are of a rank below their own. [N-02, N-05, S-03]';

create policy provider_update on public.organisation_members
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.organisation_members is
  'clinic_admin of the current organisation may change rows that are of a rank below their own and not archived. [N-02, N-05, S-03]';

create policy internal_ops_select on public.organisation_members
  for select to internal_ops
  using (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.organisation_members is
  'admin of operations may read rows that are not archived. [N-02]';

create policy definer_select on public.organisation_members
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.organisation_members is
  'definer functions may read every row (authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy). [N-16, N-22]';

create policy definer_insert on public.organisation_members
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.organisation_members is
  'definer functions may create every row (public.create_organisation: the first member, whom operations invite and nobody else yet can). [N-05]';

create policy definer_update on public.organisation_members
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.organisation_members is
  'definer functions may change every row (public.accept_membership: nobody is made a member without agreeing). [N-22]';

create policy provider_fence on public.organisation_networks
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.organisation_networks is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.organisation_networks is
  'clinic_admin, doctor, nurse or assistant of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.organisation_networks
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));
comment on policy provider_insert on public.organisation_networks is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.organisation_networks
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.organisation_networks is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy provider_fence on public.organisation_settings
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
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
  using (
    organisation_id = (select authz.organisation_for('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.organisation_settings is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_update on public.organisation_settings
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.organisation_settings is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

create policy internal_ops_select on public.organisation_settings
  for select to internal_ops
  using (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.organisation_settings is
  'admin of operations may read rows that are not archived. [N-02]';

create policy internal_ops_insert on public.organisation_settings
  for insert to internal_ops
  with check ((select authz.is_operator('{admin}')));
comment on policy internal_ops_insert on public.organisation_settings is
  'admin of operations may create rows. [N-02]';

create policy internal_ops_update on public.organisation_settings
  for update to internal_ops
  using (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.is_operator('{admin}'))
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
  using (id = (select authz.organisation_id()))
  with check (id = (select authz.organisation_id()));
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
  using (
    id = (select authz.organisation_for('{}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.organisations is
  'any member of the current organisation may read rows that are not archived. [N-02, S-02]';

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
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.organisations is
  'any member of operations may read rows that are not archived. [N-02]';

create policy internal_ops_insert on public.organisations
  for insert to internal_ops
  with check ((select authz.is_operator('{admin}')));
comment on policy internal_ops_insert on public.organisations is
  'admin of operations may create rows. [N-02, N-05]';

create policy internal_ops_update on public.organisations
  for update to internal_ops
  using (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.is_operator('{admin}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.organisations is
  'admin of operations may change rows that are not archived. [N-02, N-05]';

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
  'definer functions may read every row (authz.live_memberships and authz.live_patient_accounts: an archived organisation opens nothing). [N-16, N-22]';

create policy definer_insert on public.organisations
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.organisations is
  'definer functions may create every row (public.create_organisation: a tenant is born whole). [N-05]';

create policy provider_fence on public.professionals
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on public.professionals is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

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
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.professionals is
  'clinic_admin, doctor, nurse or assistant of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_insert on public.professionals
  for insert to authenticated
  with check (organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')));
comment on policy provider_insert on public.professionals is
  'clinic_admin of the current organisation may create rows. [N-02, S-03]';

create policy provider_update on public.professionals
  for update to authenticated
  using (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update on public.professionals is
  'clinic_admin of the current organisation may change rows that are not archived. [N-02, S-03]';

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
    (select authz.holds('{}', '{}'))
    and user_id = any ((select authz.colleague_ids())::uuid[])
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_select on public.profiles is
  'any member of the current organisation may read rows that are of a user of the current organisation and not archived. [N-02, S-02]';

create policy patient_select on public.profiles
  for select to patient
  using (
    user_id = (select authz.user_id())
    and (archived_at is null or archived_at = now())
  );
comment on policy patient_select on public.profiles is
  'a patient may read rows that are their own and not archived. [N-15]';

create policy internal_ops_select on public.profiles
  for select to internal_ops
  using (
    (select authz.is_operator('{}'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.profiles is
  'any member of operations may read rows that are not archived. [N-02]';

create or replace trigger _100_stamp
  before insert or update on public.ops_members
  for each row
  execute function authz.tg__stamp();
alter table public.ops_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.ops_members is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _050_tenant
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__tenant('organisation_members');
alter table public.organisation_members enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisation_members is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _300_accept
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__accept();
alter table public.organisation_members enable always trigger _300_accept;
comment on trigger _300_accept on public.organisation_members is
  'Nobody is made a member without agreeing. [N-22]';

create or replace trigger _100_stamp
  before insert or update on public.organisation_members
  for each row
  execute function authz.tg__stamp();
alter table public.organisation_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisation_members is
  'Stamps who wrote the row and when. [S-16]';

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

create or replace trigger _050_tenant
  before insert or update on public.organisations
  for each row
  execute function authz.tg_organisations__tenant();
alter table public.organisations enable always trigger _050_tenant;
comment on trigger _050_tenant on public.organisations is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.organisations
  for each row
  execute function authz.tg__stamp();
alter table public.organisations enable always trigger _100_stamp;
comment on trigger _100_stamp on public.organisations is
  'Stamps who wrote the row and when. [S-16]';

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

create or replace trigger _100_stamp
  before insert or update on public.profiles
  for each row
  execute function authz.tg__stamp();
alter table public.profiles enable always trigger _100_stamp;
comment on trigger _100_stamp on public.profiles is
  'Stamps who wrote the row and when. [S-16]';

grant select (archived_at, is_active, role, user_id) on public.ops_members to cordon_definer;
grant select on public.ops_members to internal_ops;
grant select, insert, update on public.ops_members to service_role;

grant
  select,
  insert (capabilities, id, is_active, organisation_id, role, user_id, valid_until),
  update (archived_at, capabilities, is_active, role, valid_until)
  on public.organisation_members to authenticated;
grant
  select (accepted_at, archived_at, capabilities, is_active, organisation_id, rank, role, user_id, valid_until),
  insert (organisation_id, role, user_id),
  update (accepted_at)
  on public.organisation_members to cordon_definer;
grant select on public.organisation_members to internal_ops;
grant select, insert, update on public.organisation_members to service_role;

grant
  select,
  insert (cidr, id, label, mode, organisation_id),
  update (archived_at, cidr, label, mode)
  on public.organisation_networks to authenticated;
grant select, insert, update on public.organisation_networks to service_role;

grant
  select,
  update (business_hours, modules, smart_insights_enabled)
  on public.organisation_settings to authenticated;
grant insert (organisation_id) on public.organisation_settings to cordon_definer;
grant
  select,
  insert (business_hours, modules, organisation_id, smart_insights_enabled),
  update (archived_at, business_hours, modules, smart_insights_enabled)
  on public.organisation_settings to internal_ops;
grant select, insert, update on public.organisation_settings to service_role;

grant select (country, id, kind, name) on public.organisations to anon;
grant select on public.organisations to authenticated;
grant
  select (archived_at, id),
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
grant select, insert, update on public.professionals to service_role;

grant select on public.profiles to authenticated;
grant select on public.profiles to internal_ops;
grant select on public.profiles to patient;
grant select, insert, update on public.profiles to service_role;

-- migrate:down
