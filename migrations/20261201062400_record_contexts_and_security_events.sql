-- migrate:up
-- Why: who chose to act where, who broke the glass, who was given what and what left is written down where nobody can take it back.
-- Access: +14 grants, +23 policies, 5 definer functions
--   ~ authz.tg_case_activity_log__security is written, and runs with the rights of its owner
--   ~ authz.tg_deployment_settings__security is written, and runs with the rights of its owner
--   ~ authz.tg_emergency_access_grants__security is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_members__security is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__security is written, and runs with the rights of its owner
--   + policy provider_fence on audit.context_log: restrictive, all to authenticated
--   + policy patient_fence on audit.context_log: restrictive, all to patient
--   + policy internal_ops_fence on audit.context_log: restrictive, all to internal_ops
--   + policy anon_fence on audit.context_log: restrictive, all to anon
--   + policy provider_select on audit.context_log: select to authenticated
--   + policy internal_ops_select on audit.context_log: select to internal_ops
--   + policy definer_select on audit.context_log: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.context_log: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.deployment_events: restrictive, all to authenticated
--   + policy patient_fence on audit.deployment_events: restrictive, all to patient
--   + policy internal_ops_fence on audit.deployment_events: restrictive, all to internal_ops
--   + policy anon_fence on audit.deployment_events: restrictive, all to anon
--   + policy internal_ops_select on audit.deployment_events: select to internal_ops
--   + policy definer_select on audit.deployment_events: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.deployment_events: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on audit.security_events: restrictive, all to authenticated
--   + policy patient_fence on audit.security_events: restrictive, all to patient
--   + policy internal_ops_fence on audit.security_events: restrictive, all to internal_ops
--   + policy anon_fence on audit.security_events: restrictive, all to anon
--   + policy provider_select on audit.security_events: select to authenticated
--   + policy internal_ops_select on audit.security_events: select to internal_ops
--   + policy definer_select on audit.security_events: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.security_events: insert to cordon_definer, WITHOUT a condition
--   + authenticated may select on audit.context_log
--   + cordon_definer may select (11 columns), insert (8 columns) on audit.context_log
--   + internal_ops may select on audit.context_log
--   + cordon_definer may select (9 columns), insert (actor_login, actor_realm, actor_user_id, details, event_type, object) on audit.deployment_events
--   + internal_ops may select on audit.deployment_events
--   + authenticated may select on audit.security_events
--   + cordon_definer may select (13 columns), insert (10 columns) on audit.security_events
--   + internal_ops may select on audit.security_events
--   + authenticated may select on public.context_log
--   + internal_ops may select on public.context_log
--   + internal_ops may select on public.deployment_events
--   + authenticated may select on public.emergency_access_queue
--   + authenticated may select on public.security_events
--   + internal_ops may select on public.security_events
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE authz.deployment_settings
--   SHARE ROW EXCLUSIVE public.case_activity_log
--   SHARE ROW EXCLUSIVE public.emergency_access_grants
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patient_accounts
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What bears on access is written down by whoever did it, in their own transaction, and sealed like every append-only record.
-- What has no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.

-- audit.context_log: who chose to act where, and for what.
create table audit.context_log (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  user_id uuid not null,
  realm text not null,
  session_id uuid,
  purpose text,
  client_address inet,
  address_source text not null,
  user_agent text,
  transaction_id bigint not null default (pg_current_xact_id()::text)::bigint,
  occurred_at timestamptz not null default clock_timestamp(),
  constraint context_log_pkey primary key (organisation_id, id),
  constraint context_log_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint context_log_realm_check check (realm in ('provider', 'patient', 'internal_ops', 'system')),
  constraint context_log_address_source_check
    check (address_source in ('edge', 'unknown') and (address_source = 'unknown') = (client_address is null))
);
create index context_log_organisation_id_user_id_occurred_at_idx
  on audit.context_log (organisation_id, user_id, occurred_at);
create index context_log_organisation_id_occurred_at_idx
  on audit.context_log (organisation_id, occurred_at desc);
alter table audit.context_log alter column organisation_id set (n_distinct = 100);
comment on table audit.context_log is
  'One row per set_context that committed; append-only for everybody, its owner included. Ids, no names. [N-36]';
comment on column audit.context_log.session_id is 'Session of the token; NULL where the deployment takes tokens without one.';
comment on column audit.context_log.purpose is 'What the data is for, as the caller said; NULL without one.';
comment on column audit.context_log.client_address is 'By the header that the deployment trusts; NULL: unknown.';
comment on column audit.context_log.address_source is 'edge: the word of the deployment''s proxy. unknown: nobody''s word. [S-32]';
comment on column audit.context_log.user_agent is 'What the client calls itself: a claim of its own.';
comment on column audit.context_log.transaction_id is 'The transaction that the choice holds for.';
comment on column audit.context_log.occurred_at is 'By the clock, not by the transaction''s beginning.';
alter table audit.context_log enable row level security;
alter table audit.context_log force row level security;

-- audit.security_events: what bears on who may do what in an organisation, and what left it.
create table audit.security_events (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  event_type text not null,
  entity_id uuid not null,
  actor_user_id uuid,
  actor_realm text not null,
  session_id uuid,
  client_address inet,
  address_source text not null,
  user_agent text,
  transaction_id bigint not null default (pg_current_xact_id()::text)::bigint,
  occurred_at timestamptz not null default clock_timestamp(),
  details jsonb not null,
  constraint security_events_pkey primary key (organisation_id, id),
  constraint security_events_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint security_events_event_type_check check (
    split_part(event_type, '.', 1) not in ('catalog', 'deployment', 'operator', 'key')
    and authz.security_event_keys(event_type) is not null
  ),
  constraint security_events_actor_realm_check check (actor_realm in ('provider', 'patient', 'internal_ops', 'system')),
  constraint security_events_address_source_check
    check (address_source in ('edge', 'unknown') and (address_source = 'unknown') = (client_address is null)),
  -- Every key of the type and no other: nothing that nobody thought of gets into the record.
  constraint security_events_details_check check (
    jsonb_typeof(details) = 'object'
    and details ?& authz.security_event_keys(event_type)
    and details - authz.security_event_keys(event_type) = '{}'
  )
);
create index security_events_organisation_id_event_type_occurred_at_idx
  on audit.security_events (organisation_id, event_type, occurred_at desc);
create index security_events_organisation_id_occurred_at_idx
  on audit.security_events (organisation_id, occurred_at desc);
alter table audit.security_events alter column organisation_id set (n_distinct = 100);
comment on table audit.security_events is
  'One row per event that bears on access; append-only for everybody, its owner included. Ids and states, no free text. [N-37]';
comment on column audit.security_events.event_type is 'Entity and event: emergency_access.opened, membership.ended, …; authz.security_event_keys lists them.';
comment on column audit.security_events.entity_id is 'What it is about: the grant, the membership, the account, the form.';
comment on column audit.security_events.actor_user_id is 'The verified caller; NULL for the server and whoever migrates.';
comment on column audit.security_events.client_address is 'By the header that the deployment trusts; NULL: unknown.';
comment on column audit.security_events.address_source is 'edge: the word of the deployment''s proxy. unknown: nobody''s word. [S-32]';
comment on column audit.security_events.details is 'The keys of the event''s type, all of them and no other.';
alter table audit.security_events enable row level security;
alter table audit.security_events force row level security;

-- audit.deployment_events: the same of what belongs to no organisation, and so to every one.
create table audit.deployment_events (
  id uuid not null default authz.uuid_v7(),
  event_type text not null,
  object text collate "C" not null,
  actor_user_id uuid,
  actor_realm text not null,
  actor_login text not null,
  transaction_id bigint not null default (pg_current_xact_id()::text)::bigint,
  occurred_at timestamptz not null default clock_timestamp(),
  details jsonb not null,
  constraint deployment_events_pkey primary key (id),
  constraint deployment_events_event_type_check check (
    split_part(event_type, '.', 1) in ('catalog', 'deployment', 'operator', 'key')
    and authz.security_event_keys(event_type) is not null
  ),
  constraint deployment_events_actor_realm_check check (actor_realm in ('provider', 'patient', 'internal_ops', 'system')),
  constraint deployment_events_details_check check (
    jsonb_typeof(details) = 'object'
    and details ?& authz.security_event_keys(event_type)
    and details - authz.security_event_keys(event_type) = '{}'
  )
);
create index deployment_events_object_occurred_at_idx on audit.deployment_events (object, occurred_at desc);
comment on table audit.deployment_events is
  'One row per event that bears on every organisation; append-only for everybody, its owner included. [N-37, N-54]';
comment on column audit.deployment_events.event_type is 'Area and event: deployment.settings_changed, …; authz.security_event_keys lists them.';
comment on column audit.deployment_events.object is 'What it is about, by its name in the catalog.';
comment on column audit.deployment_events.actor_login is 'The login of the connection, which SET ROLE does not change.';
comment on column audit.deployment_events.details is 'The keys of the event''s type, all of them and no other.';
alter table audit.deployment_events enable row level security;
alter table audit.deployment_events force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('audit', 'context_log', 'RESTRICTED', 'ops', 'audit', '{staff,patient}'),
  ('audit', 'security_events', 'RESTRICTED', 'ops', 'audit', '{staff,patient}'),
  ('audit', 'deployment_events', 'RESTRICTED', 'ops', 'audit', '{staff}');

-- Readers have no USAGE on audit; they read these, by the policies of the tables.
create view public.context_log with (security_invoker = true) as
  select
    l.organisation_id, l.id, l.occurred_at, l.user_id, l.realm, l.session_id, l.purpose, l.client_address, l.address_source, l.user_agent,
    l.transaction_id
  from audit.context_log as l;
comment on view public.context_log is 'Who chose to act where, for auditor and privacy officer. [N-36]';

create view public.security_events with (security_invoker = true) as
  select
    e.organisation_id, e.id, e.occurred_at, e.event_type, e.entity_id, e.actor_user_id, e.actor_realm, e.session_id, e.client_address,
    e.address_source, e.user_agent, e.transaction_id, e.details
  from audit.security_events as e;
comment on view public.security_events is 'What bears on access in an organisation, for auditor and privacy officer. [N-37]';

create view public.deployment_events with (security_invoker = true) as
  select
    e.id, e.occurred_at, e.event_type, e.object, e.actor_user_id, e.actor_realm, e.actor_login, e.transaction_id, e.details
  from audit.deployment_events as e;
comment on view public.deployment_events is 'What bears on every organisation at once, for operations. [N-37, N-54]';

-- The review of broken glass is due within three days, everywhere: no clinic sets itself a longer one.
create view public.emergency_access_queue with (security_invoker = true) as
  select
    g.organisation_id, g.id as grant_id, g.patient_id, g.user_id, g.opened_at, coalesce(g.ended_at, g.expires_at) as ends_at,
    g.opened_at + interval '72 hours' as due_at,
    authz.now() > g.opened_at + interval '72 hours' as is_overdue,
    g.user_id <> authz.user_id() as may_review,
    array(
      select m.user_id
      from public.organisation_members as m
      where m.organisation_id = g.organisation_id
        and m.user_id <> g.user_id
        and (m.role = 'clinic_admin' or 'privacy_officer' = any (m.capabilities))
        and m.is_active
        and m.accepted_at is not null
        and (m.valid_until is null or m.valid_until > authz.now())
      order by m.user_id
    ) as reviewer_user_ids
  from public.emergency_access_grants as g
  where g.review_outcome is null;
comment on view public.emergency_access_queue is
  'Broken glass that nobody has judged, for clinic_admin and privacy officer: due 72 hours after it was broken. [N-18, N-37]';
comment on column public.emergency_access_queue.may_review is 'Whether the reader may: never their own.';
comment on column public.emergency_access_queue.reviewer_user_ids is
  'Who else may: a live clinic_admin or privacy officer who did not break it. Empty: nobody, until somebody is made one.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_case_activity_log__security: a write that a freeze suppressed is a step of the case and an event of security. The case's record tells
-- what; this points at it, so that whoever watches reads one list (N-37).
create or replace function authz.tg_case_activity_log__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'frozen_write.suppressed', new.entity_id,
    jsonb_build_object('event_id', new.id, 'what', new.entity_type, 'operation', new.details -> 'operation')
  );
  return null;
end
$$;
comment on function authz.tg_case_activity_log__security() is
  'Mirrors frozen_write_suppressed into the security events. [N-37, S-35]';
alter function authz.tg_case_activity_log__security() owner to cordon_definer;
revoke all on function authz.tg_case_activity_log__security() from public;

-- authz.tg_deployment_settings__security: what the whole deployment is held to was set otherwise: only what differs, before and after (N-37).
create or replace function authz.tg_deployment_settings__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_stamps constant text[] := '{created_at,created_by_user_id,updated_at,updated_by_user_id,actor_kind,archived_at,archived_by_user_id,singleton}';
  v_before constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) - v_stamps end;
  v_after constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) - v_stamps end;
  v_from jsonb;
  v_to jsonb;
begin
  select jsonb_object_agg(k.name, v_before -> k.name), jsonb_object_agg(k.name, v_after -> k.name)
    into v_from, v_to
    from jsonb_object_keys(v_before || v_after) as k (name)
   where v_before -> k.name is distinct from v_after -> k.name;
  if v_to is not null then
    perform authz.record_deployment_event(
      'deployment.settings_changed', 'authz.deployment_settings', jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_deployment_settings__security() is
  'Records which settings of the deployment changed, from what to what. [N-37]';
alter function authz.tg_deployment_settings__security() owner to cordon_definer;
revoke all on function authz.tg_deployment_settings__security() from public;

-- authz.tg_emergency_access_grants__security: broken glass is told where the officer looks: opened, closed by its holder, judged (N-37).
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_emergency_access_grants__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.opened', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'expires_at', new.expires_at)
    );
  elsif new.review_outcome is distinct from old.review_outcome then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.reviewed', new.id,
      jsonb_build_object('patient_id', new.patient_id, 'outcome', new.review_outcome)
    );
  elsif new.ended_at is distinct from old.ended_at then
    perform authz.record_security_event(
      new.organisation_id, 'emergency_access.closed', new.id, jsonb_build_object('patient_id', new.patient_id)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_emergency_access_grants__security() is
  'Records that emergency access was opened, closed or reviewed. [N-37]';
alter function authz.tg_emergency_access_grants__security() owner to cordon_definer;
revoke all on function authz.tg_emergency_access_grants__security() from public;

-- authz.tg_organisation_members__security: who may act, as what, and since when (N-37). One event for each thing that changed.
-- Moments in it are written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function authz.tg_organisation_members__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id);
  v_is_in boolean;
  v_was_in boolean;
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, 'membership.granted', new.id,
      v_about || jsonb_build_object('role', new.role, 'capabilities', new.capabilities)
    );
    return null;
  end if;
  if old.accepted_at is null and new.accepted_at is not null then
    perform authz.record_security_event(new.organisation_id, 'membership.accepted', new.id, v_about);
  end if;
  if new.role is distinct from old.role then
    perform authz.record_security_event(
      new.organisation_id, 'membership.role_changed', new.id, v_about || jsonb_build_object('from', old.role, 'to', new.role)
    );
  end if;
  if new.capabilities is distinct from old.capabilities then
    perform authz.record_security_event(
      new.organisation_id, 'membership.capabilities_changed', new.id,
      v_about || jsonb_build_object('from', old.capabilities, 'to', new.capabilities)
    );
  end if;
  if new.valid_until is distinct from old.valid_until then
    perform authz.record_security_event(
      new.organisation_id, 'membership.validity_changed', new.id,
      v_about || jsonb_build_object('from', old.valid_until, 'to', new.valid_until)
    );
  end if;
  v_was_in := old.is_active and old.archived_at is null;
  v_is_in := new.is_active and new.archived_at is null;
  if v_is_in is distinct from v_was_in then
    perform authz.record_security_event(
      new.organisation_id, case when v_is_in then 'membership.resumed' else 'membership.ended' end, new.id, v_about
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_members__security() is
  'Records memberships granted, accepted, changed, ended and resumed. [N-37]';
alter function authz.tg_organisation_members__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__security() from public;

-- authz.tg_patient_accounts__security: a portal account opens a chart: who proposed it, when it was opened, when it ended (N-37).
create or replace function authz.tg_patient_accounts__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_about constant jsonb := jsonb_build_object(
    'user_id', new.user_id, 'patient_id', new.patient_id, 'relationship', new.relationship
  );
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  -- Whoever brings back what was archived opens it as well, and so does who makes it last longer.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (
      old.confirmed_at is null or old.archived_at is not null
      or (
        new.ends_at is distinct from old.ends_at
        and coalesce(new.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
          > coalesce(old.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
      )
    )
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  if old.revoked_at is null and old.archived_at is null and (new.revoked_at is not null or new.archived_at is not null) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;
comment on function authz.tg_patient_accounts__security() is
  'Records portal accounts proposed, opened and revoked. [N-15, N-37]';
alter function authz.tg_patient_accounts__security() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__security() from public;

revoke create on schema authz from cordon_definer;

create policy provider_fence on audit.context_log
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));
comment on policy provider_fence on audit.context_log is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.context_log
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on audit.context_log is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.context_log
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.context_log is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.context_log
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.context_log is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on audit.context_log
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'context_log', 'SELECT', 'detailed')));
comment on policy provider_select on audit.context_log is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-36, S-02]';

create policy internal_ops_select on audit.context_log
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'context_log', 'SELECT', 'detailed')));
comment on policy internal_ops_select on audit.context_log is
  'auditor of operations may read rows. [N-36]';

create policy definer_select on audit.context_log
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.context_log is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy definer_insert on audit.context_log
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.context_log is
  'definer functions may create every row (public.set_context: the only hand). [N-36]';

create policy provider_fence on audit.deployment_events
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on audit.deployment_events is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.deployment_events
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on audit.deployment_events is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.deployment_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.deployment_events is
  'Whatever another policy allows, operations reach a row only as a live member of operations. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.deployment_events
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.deployment_events is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on audit.deployment_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{admin,auditor}'), 'internal_ops', 'deployment_events', 'SELECT', 'basic')));
comment on policy internal_ops_select on audit.deployment_events is
  'admin or auditor of operations may read rows. [N-37, N-54]';

create policy definer_select on audit.deployment_events
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.deployment_events is
  'definer functions may read every row (public.watch_catalog: what it last knew; audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy definer_insert on audit.deployment_events
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.deployment_events is
  'definer functions may create every row (authz.record_deployment_event: what a trigger or a function saw). [N-37, N-54]';

create policy provider_fence on audit.security_events
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));
comment on policy provider_fence on audit.security_events is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.security_events
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on audit.security_events is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.security_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.security_events is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.security_events
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.security_events is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on audit.security_events
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'security_events', 'SELECT', 'detailed')));
comment on policy provider_select on audit.security_events is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-37, S-02]';

create policy internal_ops_select on audit.security_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'security_events', 'SELECT', 'detailed')));
comment on policy internal_ops_select on audit.security_events is
  'auditor of operations may read rows. [N-37]';

create policy definer_select on audit.security_events
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.security_events is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.export_signed_form: the digest of the end of a form). [S-20]';

create policy definer_insert on audit.security_events
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.security_events is
  'definer functions may create every row (authz.record_security_event: what a trigger or a function saw). [N-37]';

create or replace trigger _600_security
  after insert on public.case_activity_log
  for each row
  when (new.event_type like '%.frozen_write_suppressed')
  execute function authz.tg_case_activity_log__security();
alter table public.case_activity_log enable always trigger _600_security;
comment on trigger _600_security on public.case_activity_log is
  'Mirrors suppressed writes into the security events. [N-37, S-35]';

create or replace trigger _010_recorded
  before insert on audit.context_log
  for each row
  execute function authz.tg__recorded('context_log');
alter table audit.context_log enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.context_log is
  'Refuses a row that no function of ours wrote. [N-36, N-37]';

create or replace trigger _020_append_only
  before update or delete on audit.context_log
  for each row
  execute function authz.tg__append_only('context_log');
alter table audit.context_log enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.context_log is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.context_log
  for each statement
  execute function authz.tg__append_only('context_log');
alter table audit.context_log enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.context_log is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _010_recorded
  before insert on audit.deployment_events
  for each row
  execute function authz.tg__recorded('deployment_events');
alter table audit.deployment_events enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.deployment_events is
  'Refuses a row that no function of ours wrote. [N-36, N-37]';

create or replace trigger _020_append_only
  before update or delete on audit.deployment_events
  for each row
  execute function authz.tg__append_only('deployment_events');
alter table audit.deployment_events enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.deployment_events is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.deployment_events
  for each statement
  execute function authz.tg__append_only('deployment_events');
alter table audit.deployment_events enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.deployment_events is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _600_security
  after insert or update or delete on authz.deployment_settings
  for each row
  execute function authz.tg_deployment_settings__security();
alter table authz.deployment_settings enable always trigger _600_security;
comment on trigger _600_security on authz.deployment_settings is
  'Records what the deployment is held to, before and after. [N-37]';

create or replace trigger _600_security
  after insert or update on public.emergency_access_grants
  for each row
  execute function authz.tg_emergency_access_grants__security();
alter table public.emergency_access_grants enable always trigger _600_security;
comment on trigger _600_security on public.emergency_access_grants is
  'Records broken glass among the security events. [N-37]';

create or replace trigger _600_security
  after insert or update on public.organisation_members
  for each row
  execute function authz.tg_organisation_members__security();
alter table public.organisation_members enable always trigger _600_security;
comment on trigger _600_security on public.organisation_members is
  'Records who may act, as what, among the security events. [N-37]';

create or replace trigger _600_security
  after insert or update on public.patient_accounts
  for each row
  execute function authz.tg_patient_accounts__security();
alter table public.patient_accounts enable always trigger _600_security;
comment on trigger _600_security on public.patient_accounts is
  'Records who sees a chart through the portal among the security events. [N-37]';

create or replace trigger _010_recorded
  before insert on audit.security_events
  for each row
  execute function authz.tg__recorded('security_events');
alter table audit.security_events enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.security_events is
  'Refuses a row that no function of ours wrote. [N-36, N-37]';

create or replace trigger _020_append_only
  before update or delete on audit.security_events
  for each row
  execute function authz.tg__append_only('security_events');
alter table audit.security_events enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.security_events is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.security_events
  for each statement
  execute function authz.tg__append_only('security_events');
alter table audit.security_events enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.security_events is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _050_tenant
  before insert or update on audit.context_log
  for each row
  execute function authz.tg__tenant('context_log');
alter table audit.context_log enable always trigger _050_tenant;
comment on trigger _050_tenant on audit.context_log is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _050_tenant
  before insert or update on audit.security_events
  for each row
  execute function authz.tg__tenant('security_events');
alter table audit.security_events enable always trigger _050_tenant;
comment on trigger _050_tenant on audit.security_events is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

grant select on audit.context_log to authenticated;
grant
  select (address_source, client_address, id, occurred_at, organisation_id, purpose, realm, session_id, transaction_id, user_agent, user_id),
  insert (address_source, client_address, organisation_id, purpose, realm, session_id, user_agent, user_id)
  on audit.context_log to cordon_definer;
grant select on audit.context_log to internal_ops;

grant
  select (actor_login, actor_realm, actor_user_id, details, event_type, id, object, occurred_at, transaction_id),
  insert (actor_login, actor_realm, actor_user_id, details, event_type, object)
  on audit.deployment_events to cordon_definer;
grant select on audit.deployment_events to internal_ops;

grant select on audit.security_events to authenticated;
grant
  select (actor_realm, actor_user_id, address_source, client_address, details, entity_id, event_type, id, occurred_at, organisation_id, session_id, transaction_id, user_agent),
  insert (actor_realm, actor_user_id, address_source, client_address, details, entity_id, event_type, organisation_id, session_id, user_agent)
  on audit.security_events to cordon_definer;
grant select on audit.security_events to internal_ops;

grant select on public.context_log to authenticated;
grant select on public.context_log to internal_ops;

grant select on public.deployment_events to internal_ops;

grant select on public.emergency_access_queue to authenticated;

grant select on public.security_events to authenticated;
grant select on public.security_events to internal_ops;

-- migrate:down
