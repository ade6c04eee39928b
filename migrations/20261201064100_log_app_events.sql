-- migrate:up
-- Why: Gives an application's server a place for what went wrong, where nothing that could name a person or a record is kept (S-39).
-- Side: operations
-- Access: +6 grants, +8 policies, 1 definer function
--   ~ public.log_app_event is written, and runs with the rights of its owner
--   + service_role may execute function public.log_app_event(uuid, text, jsonb)
--   + policy provider_fence on audit.app_events: restrictive, all to authenticated
--   + policy patient_fence on audit.app_events: restrictive, all to patient
--   + policy internal_ops_fence on audit.app_events: restrictive, all to internal_ops
--   + policy anon_fence on audit.app_events: restrictive, all to anon
--   + policy provider_select on audit.app_events: select to authenticated
--   + policy internal_ops_select on audit.app_events: select to internal_ops
--   + policy definer_select on audit.app_events: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on audit.app_events: insert to cordon_definer, WITHOUT a condition
--   + authenticated may select on audit.app_events
--   + cordon_definer may select (details, event_type, id, occurred_at, organisation_id, scrubbed_count), insert (details, event_type, organisation_id) on audit.app_events
--   + internal_ops may select on audit.app_events
--   + authenticated may select on public.app_events
--   + internal_ops may select on public.app_events
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisations
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A log that an application keeps elsewhere is scrubbed by nobody. This one is read by the clinic's auditor, sealed, kept as long as the clinic
-- keeps its trail, and tells of nobody.
create table audit.app_events (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  event_type text not null,
  occurred_at timestamptz not null default clock_timestamp(),
  details jsonb not null,
  -- Of one message, which ends before two thousand million keys.
  -- squawk-ignore prefer-bigint-over-int
  scrubbed_count integer not null default 0,
  constraint app_events_pkey primary key (organisation_id, id),
  constraint app_events_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint app_events_event_type_check check (event_type = any (authz.app_event_types())),
  constraint app_events_details_check check (jsonb_typeof(details) = 'object'),
  constraint app_events_scrubbed_count_check check (scrubbed_count >= 0)
);
create index app_events_organisation_id_event_type_occurred_at_idx
  on audit.app_events (organisation_id, event_type, occurred_at desc);
create index app_events_organisation_id_occurred_at_idx
  on audit.app_events (organisation_id, occurred_at desc);
alter table audit.app_events enable row level security;
alter table audit.app_events force row level security;
alter table audit.app_events alter column organisation_id set (n_distinct = 100);
comment on table audit.app_events is
  'One row per event that an application''s server tells of itself; append-only for everybody, its owner included. No person, no record, no address. [S-39]';
comment on column audit.app_events.organisation_id is 'For whom the application worked.';
comment on column audit.app_events.event_type is 'One of authz.app_event_types: request.failed, job.finished, ….';
comment on column audit.app_events.occurred_at is 'When it was told.';
comment on column audit.app_events.details is
  'What is left of what was told: status, duration_ms, attempt, count, size_bytes, method, sqlstate, relation, function.';
comment on column audit.app_events.scrubbed_count is 'How many details were left out.';

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values ('audit', 'app_events', 'RESTRICTED', 'ops', 'audit', '{}');

create view public.app_events with (security_invoker = true) as
  select e.organisation_id, e.id, e.occurred_at, e.event_type, e.details, e.scrubbed_count
  from audit.app_events as e;
comment on view public.app_events is 'What applications told of themselves, for auditor and privacy officer. [S-39]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

-- authz.tg_app_events__scrub: what an application tells of itself ties no record to a person, since nothing that could name either is kept: small
-- numbers, what the protocol calls a failure, and which of our own tables or functions was asked. Everything else is left out and counted: a log
-- that refused a line would hide the failure that the line tells of.
create or replace function authz.tg_app_events__scrub()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_told constant jsonb := case jsonb_typeof(new.details) when 'object' then new.details else jsonb_build_object('', new.details) end;
begin
  select coalesce(jsonb_object_agg(t.key, t.value), '{}')
    into new.details
    from jsonb_each(v_told) as t
    where case
      -- Seven digits: shorter than whatever numbers people.
      when t.key in ('status', 'duration_ms', 'attempt', 'count', 'size_bytes') then t.value::text ~ '^[0-9]{1,7}$'
      when t.key = 'method' then t.value #>> '{}' in ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
      -- Five capital letters would be a name.
      when t.key = 'sqlstate' then t.value #>> '{}' ~ '^([0-9][0-9A-Z]{4}|(CD|F0|HV|P0|XX)[0-9]{3})$'
      when t.key = 'relation' then exists (
        select from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and c.relname = t.value #>> '{}'
      )
      when t.key = 'function' then exists (
        select from pg_proc as p where p.pronamespace = 'public'::regnamespace and p.proname = t.value #>> '{}'
      )
      else false
    end;
  new.scrubbed_count := (select count(*) from jsonb_object_keys(v_told)) - (select count(*) from jsonb_object_keys(new.details));
  return new;
end
$$;
comment on function authz.tg_app_events__scrub() is
  'Leaves out of an application event whatever could name a person or a record, and counts it. [S-39]';
revoke all on function authz.tg_app_events__scrub() from public;

-- public.log_app_event: where an application's server writes down what went wrong, so that it need not stand in a log that nobody scrubs, seals or
-- deletes. Not for whoever is signed in: they would write as much as they like, and the row would have to say who.
create or replace function public.log_app_event(organisation_id uuid, event_type text, details jsonb default '{}')
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_system() then
    raise exception 'application events are written by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it as service_role.';
  end if;
  if event_type is null or event_type <> all (authz.app_event_types()) then
    raise exception 'no such type of application event'
      using errcode = 'invalid_parameter_value', hint = 'docs/examination.md lists them.';
  end if;
  -- The id names the organisation by itself; a pin that names another one says that somebody was mistaken.
  if lower(nullif(current_setting('app.pinned_organisation_id', true), '')) <> log_app_event.organisation_id::text then
    raise exception 'the transaction is pinned to another organisation'
      using errcode = 'CD004', hint = 'Tell of the organisation that app.pinned_organisation_id names, or in another transaction.';
  end if;
  if not exists (select from public.organisations as o where o.id = log_app_event.organisation_id) then
    raise exception 'no such organisation'
      using errcode = 'CD010', hint = 'Pass the id of the organisation for which the application worked.';
  end if;
  insert into audit.app_events (organisation_id, event_type, details)
  values (log_app_event.organisation_id, log_app_event.event_type, coalesce(log_app_event.details, '{}'));
end
$$;
comment on function public.log_app_event(uuid, text, jsonb) is
  'Writes one row into audit.app_events, without what could name a person or a record. 42501 for who is no server, 22023 for an unknown type, CD004 in a transaction pinned elsewhere, CD010 for an unknown organisation. [S-39]';
alter function public.log_app_event(uuid, text, jsonb) owner to cordon_definer;
revoke all on function public.log_app_event(uuid, text, jsonb) from public;
grant execute on function public.log_app_event(uuid, text, jsonb) to service_role;

revoke create on schema public from cordon_definer;

create policy provider_fence on audit.app_events
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')));
comment on policy provider_fence on audit.app_events is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on audit.app_events
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on audit.app_events is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on audit.app_events
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on audit.app_events is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on audit.app_events
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on audit.app_events is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on audit.app_events
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'app_events', 'SELECT', 'basic')));
comment on policy provider_select on audit.app_events is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [S-02, S-39]';

create policy internal_ops_select on audit.app_events
  for select to internal_ops
  using ((select authz.log_decision(authz.is_operator('{auditor}'), 'internal_ops', 'app_events', 'SELECT', 'basic')));
comment on policy internal_ops_select on audit.app_events is
  'auditor of operations may read rows. [S-39]';

create policy definer_select on audit.app_events
  for select to cordon_definer
  using (true);
comment on policy definer_select on audit.app_events is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create policy definer_insert on audit.app_events
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on audit.app_events is
  'definer functions may create every row (public.log_app_event: what a server says of itself). [S-39]';

create or replace trigger _005_scrub
  before insert on audit.app_events
  for each row
  execute function authz.tg_app_events__scrub();
alter table audit.app_events enable always trigger _005_scrub;
comment on trigger _005_scrub on audit.app_events is
  'Leaves out what could name a person or a record. [S-39]';

create or replace trigger _010_recorded
  before insert on audit.app_events
  for each row
  execute function authz.tg__recorded('app_events');
alter table audit.app_events enable always trigger _010_recorded;
comment on trigger _010_recorded on audit.app_events is
  'Refuses a row that no function of ours wrote. [S-39]';

create or replace trigger _020_append_only
  before update or delete on audit.app_events
  for each row
  execute function authz.tg__append_only('app_events');
alter table audit.app_events enable always trigger _020_append_only;
comment on trigger _020_append_only on audit.app_events is
  'Refuses every change, the owner''s included. [S-20]';

create or replace trigger _021_no_truncate
  before truncate on audit.app_events
  for each statement
  execute function authz.tg__append_only('app_events');
alter table audit.app_events enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on audit.app_events is
  'Refuses to empty the table, the owner included. [S-20]';

create or replace trigger _050_tenant
  before insert or update on audit.app_events
  for each row
  execute function authz.tg__tenant('app_events');
alter table audit.app_events enable always trigger _050_tenant;
comment on trigger _050_tenant on audit.app_events is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

grant select on audit.app_events to authenticated;
grant
  select (details, event_type, id, occurred_at, organisation_id, scrubbed_count),
  insert (details, event_type, organisation_id)
  on audit.app_events to cordon_definer;
grant select on audit.app_events to internal_ops;

grant select on public.app_events to authenticated;
grant select on public.app_events to internal_ops;

-- migrate:down
