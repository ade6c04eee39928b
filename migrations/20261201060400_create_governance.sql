-- migrate:up
-- Why: how sensitive each table is, and what a deployment decides for itself.
-- Access: +1 grant, +9 policies
--   + policy provider_fence on authz.deployment_settings: restrictive, all to authenticated
--   + policy patient_fence on authz.deployment_settings: restrictive, all to patient
--   + policy internal_ops_fence on authz.deployment_settings: restrictive, all to internal_ops
--   + policy anon_fence on authz.deployment_settings: restrictive, all to anon
--   + policy definer_select on authz.deployment_settings: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on governance.classification: restrictive, all to authenticated
--   + policy patient_fence on governance.classification: restrictive, all to patient
--   + policy internal_ops_fence on governance.classification: restrictive, all to internal_ops
--   + policy anon_fence on governance.classification: restrictive, all to anon
--   + cordon_definer may select (allow_oauth_clients, allow_sessionless_tokens, restricted_reads_per_minute, trusted_address_header) on authz.deployment_settings
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.classification: how sensitive a table is. A column's sensitivity is the table it stands in.
create table governance.classification (
  schema_name text not null,
  table_name text not null,
  level text not null,
  domain text not null,
  retention text not null,
  subjects text[],
  constraint classification_pkey primary key (schema_name, table_name),
  constraint classification_level_check check (
    level in ('PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED', 'HIGHLY_RESTRICTED')
  ),
  constraint classification_domain_check check (domain in ('clinical', 'financial', 'identity', 'ops')),
  constraint classification_retention_check check (
    retention in ('chart', 'consent', 'audit', 'incident', 'financial', 'grant', 'general')
  ),
  -- What the graph of foreign keys from patients reaches is about patients; every other table says so itself.
  constraint classification_subjects_check check (subjects <@ '{patient,staff,other}'::text[])
);
comment on table governance.classification is
  'Sensitivity, domain and retention class of every table; one without a row here fails the build. [N-06, N-17]';
comment on column governance.classification.schema_name is 'Schema of the classified table.';
comment on column governance.classification.table_name is 'Name of the classified table.';
comment on column governance.classification.level is 'PUBLIC 0, INTERNAL 25, CONFIDENTIAL 50, RESTRICTED 75, HIGHLY_RESTRICTED 100.';
comment on column governance.classification.domain is 'Whose need to know decides: clinical, financial, identity or ops.';
comment on column governance.classification.retention is 'Class of the retention floor (domain model, Retention).';
comment on column governance.classification.subjects is
  'Whom its rows are about: patient, staff, other; empty for nobody. NULL where foreign keys from patients say it: those of a patient. [N-49]';
alter table governance.classification enable row level security;
alter table governance.classification force row level security;


-- authz.deployment_settings: what differs between deployments and decides about access. One row, written by migrations
-- or by the owner; no API role reads it.
create table authz.deployment_settings (
  singleton boolean not null default true,
  allow_sessionless_tokens boolean not null default false,
  allow_oauth_clients boolean not null default false,
  trusted_address_header text,
  require_acknowledgement boolean not null default false,
  -- At most 6000, by its check.
  -- squawk-ignore prefer-bigint-over-int
  restricted_reads_per_minute integer not null default 60,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint deployment_settings_pkey primary key (singleton),
  constraint deployment_settings_singleton_check check (singleton),
  constraint deployment_settings_trusted_address_header_check check (trusted_address_header ~ '^[a-z0-9-]{1,64}$'),
  constraint deployment_settings_restricted_reads_per_minute_check check (restricted_reads_per_minute between 1 and 6000),
  constraint deployment_settings_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table authz.deployment_settings is
  'Settings of this deployment that decide about access; exactly one row.';
comment on column authz.deployment_settings.allow_sessionless_tokens is
  'Accept tokens without session_id (third-party issuers). Off: a token must name a live session of auth.sessions. [S-13]';
comment on column authz.deployment_settings.allow_oauth_clients is
  'Accept the clients of third parties (Supabase''s OAuth server) as the person who let them in. Off: their token opens nothing, as Auth lets a session from a mail link let one in. [N-12, S-14]';
comment on column authz.deployment_settings.trusted_address_header is
  'Request header, in lower case, that the deployment''s proxy sets to the client address; NULL trusts none. [S-32]';
comment on column authz.deployment_settings.require_acknowledgement is
  'Whether db:migrate and db:push refuse a migration on shared objects that operations have not acknowledged. [S-28]';
comment on column authz.deployment_settings.restricted_reads_per_minute is
  'Restricted records that one login may read one by one in a minute. [N-52]';
alter table authz.deployment_settings enable row level security;
alter table authz.deployment_settings force row level security;

insert into authz.deployment_settings default values;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('governance', 'classification', 'INTERNAL', 'ops', 'general', '{}'),
  ('authz', 'deployment_settings', 'INTERNAL', 'ops', 'general', '{}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_fence on authz.deployment_settings
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on authz.deployment_settings is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on authz.deployment_settings
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on authz.deployment_settings is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on authz.deployment_settings
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on authz.deployment_settings is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on authz.deployment_settings
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on authz.deployment_settings is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on authz.deployment_settings
  for select to cordon_definer
  using (true);
comment on policy definer_select on authz.deployment_settings is
  'definer functions may read every row (authz.caller: whether a token without a session opens anything, and that of a third party’s client; authz.client_address: whose word counts; authz.count_restricted_read: the limit). [N-12, N-52, S-13]';

create policy provider_fence on governance.classification
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.classification is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.classification
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.classification is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.classification
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.classification is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.classification
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.classification is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create or replace trigger _100_stamp
  before insert or update on authz.deployment_settings
  for each row
  execute function authz.tg__stamp();
alter table authz.deployment_settings enable always trigger _100_stamp;
comment on trigger _100_stamp on authz.deployment_settings is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on authz.deployment_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table authz.deployment_settings enable always trigger _900_stamped;
comment on trigger _900_stamped on authz.deployment_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on authz.deployment_settings
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table authz.deployment_settings enable always trigger _901_stamped;
comment on trigger _901_stamped on authz.deployment_settings is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (allow_oauth_clients, allow_sessionless_tokens, restricted_reads_per_minute, trusted_address_header)
  on authz.deployment_settings to cordon_definer;

-- migrate:down
