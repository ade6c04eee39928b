-- migrate:up
-- Why: an organisation may have a vendor look at configuration, counts and the last actions of its staff, and at nothing else, for as long as it wants.
-- Access: +10 grants, +22 policies, 6 definer functions
--   + cordon_insights may execute function authz.coarse_count(bigint)
--   ~ authz.insights_organisation_id is written, and runs with the rights of its owner
--   + cordon_insights may execute function authz.insights_organisation_id()
--   ~ authz.lock_insights is written, and runs with the rights of its owner
--   + cordon_insights may execute function authz.lock_insights()
--   ~ authz.record_insight_dispatch is written, and runs with the rights of its owner
--   + cordon_insights may execute function authz.record_insight_dispatch(uuid, text)
--   ~ public.list_insight_dispatches is written, and runs with the rights of its owner
--   + authenticated may execute function public.list_insight_dispatches(integer)
--   ~ public.set_smart_insights is written, and runs with the rights of its owner
--   + authenticated may execute function public.set_smart_insights(boolean)
--   ~ public.smart_insights_payload is written, and runs with the rights of its owner
--   + authenticated may execute function public.smart_insights_payload()
--   + authenticated may execute function public.smart_insights_suggestions()
--   + policy provider_fence on governance.insight_dispatches: restrictive, all to authenticated
--   + policy patient_fence on governance.insight_dispatches: restrictive, all to patient
--   + policy internal_ops_fence on governance.insight_dispatches: restrictive, all to internal_ops
--   + policy anon_fence on governance.insight_dispatches: restrictive, all to anon
--   + policy definer_select on governance.insight_dispatches: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on governance.insight_dispatches: insert to cordon_definer, WITHOUT a condition
--   + policy provider_fence on governance.processors: restrictive, all to authenticated
--   + policy patient_fence on governance.processors: restrictive, all to patient
--   + policy internal_ops_fence on governance.processors: restrictive, all to internal_ops
--   + policy anon_fence on governance.processors: restrictive, all to anon
--   + policy definer_select on governance.processors: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on governance.processors: update to cordon_definer, WITHOUT a condition
--   + policy insights_select on public.admissions: select to cordon_insights
--   + policy insights_select on public.beds: select to cordon_insights
--   + policy insights_select on public.case_activity_log: select to cordon_insights
--   + policy insights_select on public.cases: select to cordon_insights
--   + policy insights_select on public.organisation_members: select to cordon_insights
--   + policy definer_update on public.organisation_settings: update to cordon_definer, WITHOUT a condition
--   + policy insights_select on public.organisation_settings: select to cordon_insights
--   + policy insights_select on public.patients: select to cordon_insights
--   + policy insights_select on public.profiles: select to cordon_insights
--   + policy insights_select on public.transfers: select to cordon_insights
--   + cordon_definer may select (11 columns), insert (organisation_id, payload_sha256, processor_id) on governance.insight_dispatches
--   + cordon_definer may select (7 columns), insert (dpa_from, dpa_until, name, no_training, service), update (archived_at) on governance.processors
-- Locks: 11 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.admissions
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.case_activity_log
--   ACCESS EXCLUSIVE public.cases
--   ACCESS EXCLUSIVE public.organisation_members
--   ACCESS EXCLUSIVE public.organisation_settings
--   ACCESS EXCLUSIVE public.patients
--   ACCESS EXCLUSIVE public.profiles
--   ACCESS EXCLUSIVE public.transfers
--   SHARE ROW EXCLUSIVE public.organisations
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.processors: third parties that process data for us. One at a time for each service: who follows another is a row of its own.
create table governance.processors (
  id uuid not null default authz.uuid_v7(),
  service text not null,
  name text not null,
  no_training boolean not null,
  dpa_from date not null,
  dpa_until date not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint processors_pkey primary key (id),
  constraint processors_service_check check (service in ('smart_insights')),
  constraint processors_name_check check (name = btrim(name) and length(name) between 1 and 200),
  constraint processors_dpa_check check (dpa_until >= dpa_from),
  constraint processors_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index processors_service_key on governance.processors (service) where archived_at is null;
comment on table governance.processors is
  'Third parties that process data for us, and under what agreement; operations register them. [S-24]';
comment on column governance.processors.service is 'What they do for us; one of them at a time.';
comment on column governance.processors.no_training is 'Whether the agreement forbids to train on what they get. Nothing leaves otherwise.';
comment on column governance.processors.dpa_from is 'First day (UTC) of the data processing agreement.';
comment on column governance.processors.dpa_until is 'Last day (UTC) of the data processing agreement. Nothing leaves afterwards.';
alter table governance.processors enable row level security;
alter table governance.processors force row level security;

-- governance.insight_dispatches: what left, by its digest.
create table governance.insight_dispatches (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  processor_id uuid not null,
  payload_sha256 text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint insight_dispatches_pkey primary key (organisation_id, id),
  constraint insight_dispatches_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint insight_dispatches_processor_id_fkey
    foreign key (processor_id) references governance.processors (id) on delete restrict,
  constraint insight_dispatches_payload_sha256_check check (payload_sha256 ~ '^[0-9a-f]{64}$'),
  constraint insight_dispatches_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index insight_dispatches_organisation_id_created_at_idx
  on governance.insight_dispatches (organisation_id, created_at desc);
create index insight_dispatches_processor_id_idx on governance.insight_dispatches (processor_id);
alter table governance.insight_dispatches alter column organisation_id set (n_distinct = 100);
comment on table governance.insight_dispatches is
  'Each payload that left for a vendor of Smart Insights: when, by whom, to whom; append-only for everybody, its owner included. [S-22, S-24]';
comment on column governance.insight_dispatches.payload_sha256 is
  'SHA-256 of the payload''s text in UTF-8, as PostgreSQL writes jsonb; the payload is kept nowhere.';
alter table governance.insight_dispatches enable row level security;
alter table governance.insight_dispatches force row level security;

-- Nobody's data: a vendor, and digests with the member of staff who had something sent.
insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('governance', 'processors', 'INTERNAL', 'ops', 'audit', '{}'),
  ('governance', 'insight_dispatches', 'INTERNAL', 'ops', 'audit', '{}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

grant create on schema public to cordon_insights;

-- authz.coarse_count: a count that leaves the house. Rounded down to fives, so that nobody is told whether there is one patient or none, and no
-- difference between two counts is one person: docs/insights.md.
create or replace function authz.coarse_count(value bigint)
  returns bigint
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return value - value % 5;
end
$$;
comment on function authz.coarse_count(bigint) is 'The count, rounded down to a multiple of five. [S-22]';
revoke all on function authz.coarse_count(bigint) from public;
grant execute on function authz.coarse_count(bigint) to cordon_insights;

-- authz.insights_organisation_id: the scalar of every policy of cordon_insights: whose rows what leaves is made of. Whatever the function of
-- that role asks, it finds rows of one organisation, and of one that has Smart Insights switched on at this statement.
create or replace function authz.insights_organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select s.organisation_id
    from public.organisation_settings as s
    where s.organisation_id = authz.organisation_for('{}', '{insights_admin}')
      and s.smart_insights_enabled
      and s.archived_at is null
  );
end
$$;
comment on function authz.insights_organisation_id() is
  'Current organisation if the caller holds insights_admin there and Smart Insights is on, else NULL. [S-22, S-23, S-25]';
alter function authz.insights_organisation_id() owner to cordon_definer;
revoke all on function authz.insights_organisation_id() from public;
grant execute on function authz.insights_organisation_id() to cordon_insights;

-- authz.lock_insights: whether something may leave, and to whom, decided once for the rest of the transaction. The locks make who switches
-- insights off, or ends the agreement, wait for a payload that is being taken; and a payload that is asked for after their commit is none.
create or replace function authz.lock_insights()
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{insights_admin}');
  v_processor_id uuid;
begin
  if v_organisation_id is null then
    raise exception 'insights are not yours to take'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin.';
  end if;
  perform
  from public.organisation_settings as s
  where s.organisation_id = v_organisation_id
    and s.smart_insights_enabled
    and s.archived_at is null
  for share;
  if not found then
    return null;
  end if;
  select p.id
    into v_processor_id
    from governance.processors as p
   where p.service = 'smart_insights'
     and p.archived_at is null
     and p.no_training
     and (authz.now() at time zone 'UTC')::date between p.dpa_from and p.dpa_until
  for share;
  return v_processor_id;
end
$$;
comment on function authz.lock_insights() is
  'The processor to whom a payload may go, kept so until the transaction ends; NULL while insights are off, or without a vendor who may not train under an agreement in force. 42501 without insights_admin. [S-22, S-24, S-25]';
alter function authz.lock_insights() owner to cordon_definer;
revoke all on function authz.lock_insights() from public;
grant execute on function authz.lock_insights() to cordon_insights;

-- authz.record_insight_dispatch: what left, by its digest: the payload itself is kept nowhere. Who and when are stamped. Whoever rolls back has
-- read the payload all the same: the access log keeps that it was taken, under the id of the row that is then missing.
create or replace function authz.record_insight_dispatch(processor_id uuid, payload_sha256 text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for('{}', '{insights_admin}');
  v_id uuid;
begin
  insert into governance.insight_dispatches (organisation_id, processor_id, payload_sha256)
  values (v_membership.organisation_id, processor_id, payload_sha256)
  returning id into v_id;
  perform authz.emit_access(
    'provider', v_membership, 'insight_dispatches', 'SELECT', 'comprehensive', 'disclosed', null, v_id, null
  );
  perform authz.record_security_event(v_membership.organisation_id, 'data.exported', v_id, '{"kind": "smart_insights"}');
end
$$;
comment on function authz.record_insight_dispatch(uuid, text) is
  'Writes one row into governance.insight_dispatches, for the caller''s current organisation, a security event, and a record of the access log, which no rollback takes back. [S-22, S-24, N-35, N-37]';
alter function authz.record_insight_dispatch(uuid, text) owner to cordon_definer;
revoke all on function authz.record_insight_dispatch(uuid, text) from public;
grant execute on function authz.record_insight_dispatch(uuid, text) to cordon_insights;

-- public.list_insight_dispatches: what left, when, by whom and to whom: for those who answer for it. Callers have no USAGE on governance.
create or replace function public.list_insight_dispatches(latest integer default 100)
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{}', '{insights_admin}'),
    authz.organisation_for('{}', '{privacy_officer}'),
    authz.organisation_for('{}', '{auditor}')
  );
begin
  if v_organisation_id is null then
    raise exception 'dispatches are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with insights_admin, privacy_officer or auditor.';
  end if;
  return query
  select jsonb_build_object(
    'id', d.id, 'processor', p.name, 'payload_sha256', d.payload_sha256,
    'dispatched_at', d.created_at, 'dispatched_by_user_id', d.created_by_user_id
  )
  from governance.insight_dispatches as d
  join governance.processors as p on p.id = d.processor_id
  where d.organisation_id = v_organisation_id
  order by d.created_at desc, d.id desc
  limit latest;
end
$$;
comment on function public.list_insight_dispatches(integer) is
  'The latest payloads that left the current organisation {id, processor, payload_sha256, dispatched_at, dispatched_by_user_id}, newest first. 42501 for who holds neither insights_admin, privacy_officer nor auditor. [S-22, S-24]';
alter function public.list_insight_dispatches(integer) owner to cordon_definer;
revoke all on function public.list_insight_dispatches(integer) from public;
grant execute on function public.list_insight_dispatches(integer) to authenticated;

-- public.set_smart_insights: switches Smart Insights on or off for the current organisation. The column is nobody's to write; the trigger on it
-- asks again, whoever writes.
create or replace function public.set_smart_insights(enabled boolean)
  returns boolean
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{insights_admin}');
begin
  if v_organisation_id is null then
    raise exception 'insights are not yours to switch'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin.';
  end if;
  -- Locked first: what somebody else is switching at this moment is not yet to be seen, and must not be taken for what holds.
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = v_organisation_id for no key update;
  update public.organisation_settings as s
     set smart_insights_enabled = coalesce(enabled, false)
   where s.organisation_id = v_organisation_id
     and s.archived_at is null
     and s.smart_insights_enabled is distinct from coalesce(enabled, false);
  return coalesce(enabled, false);
end
$$;
comment on function public.set_smart_insights(boolean) is
  'Switches Smart Insights on or off for the current organisation; returns what holds now. Off (NULL too) leaves no payload from the next statement. 42501 without insights_admin, CD007 above READ COMMITTED. [S-21, S-25]';
alter function public.set_smart_insights(boolean) owner to cordon_definer;
revoke all on function public.set_smart_insights(boolean) from public;
grant execute on function public.set_smart_insights(boolean) to authenticated;

-- public.smart_insights_payload: everything that leaves for the vendor, and the only hand that makes it. It belongs to cordon_insights, whose
-- grants name each column that can be in it: adding one takes a rule in policies/, which a review sees. Its policies keep it to
-- the current organisation, so that no query here says whose rows are meant. Event types are ours, module names are keys and nothing
-- else is text but the names of staff.
create or replace function public.smart_insights_payload()
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_processor_id constant uuid := authz.lock_insights();
  v_payload jsonb;
begin
  if v_processor_id is null then
    return null;
  end if;
  v_payload := jsonb_build_object(
    'modules', (
      select coalesce(jsonb_agg(m.module order by m.module collate "C"), '[]')
      from public.organisation_settings as s
      cross join unnest(s.modules) as m (module)
      where m.module ~ '^[a-z][a-z0-9_]{0,39}$'
    ),
    'counts', jsonb_build_object(
      'staff', (
        select authz.coarse_count(count(*)) from public.organisation_members as m where m.is_active and m.archived_at is null
      ),
      'patients', (
        select authz.coarse_count(count(*)) from public.patients as p where p.status = 'active' and p.archived_at is null
      ),
      'beds', (
        select jsonb_build_object(
          'available', authz.coarse_count(count(*) filter (where b.status = 'available')),
          'occupied', authz.coarse_count(count(*) filter (where b.status = 'occupied')),
          'cleaning', authz.coarse_count(count(*) filter (where b.status = 'cleaning')),
          'other', authz.coarse_count(count(*) filter (where b.status not in ('available', 'occupied', 'cleaning')))
        )
        from public.beds as b
        where b.archived_at is null
      ),
      'admissions', (
        select jsonb_build_object(
          'planned', authz.coarse_count(count(*) filter (where a.status = 'planned')),
          'admitted', authz.coarse_count(count(*) filter (where a.status = 'admitted'))
        )
        from public.admissions as a
        where a.archived_at is null
      ),
      'cases', (
        select jsonb_build_object(
          'new', authz.coarse_count(count(*) filter (where c.status = 'new')),
          'triage', authz.coarse_count(count(*) filter (where c.status = 'triage')),
          'active', authz.coarse_count(count(*) filter (where c.status = 'active'))
        )
        from public.cases as c
        where c.archived_at is null
      ),
      'transfers', (
        select jsonb_build_object(
          'requested', authz.coarse_count(count(*) filter (where t.status = 'requested')),
          'under_way', authz.coarse_count(count(*) filter (where t.status in ('accepted', 'dispatched', 'picked_up')))
        )
        from public.transfers as t
        where t.archived_at is null
      )
    ),
    'actions', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'event', l.event_type,
            'actor_name', l.display_name,
            'occurred_at', to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"')
          )
          order by l.occurred_at desc, l.id desc
        ),
        '[]'
      )
      from (
        select e.id, e.event_type, p.display_name, e.occurred_at
        from public.case_activity_log as e
        -- Colleagues' alone: what a transport company does with its job moves the transfer here, and is as little this organisation's to tell.
        join public.profiles as p on p.user_id = e.actor_user_id
        where e.actor_realm = 'provider' -- what patients do is not told, and operations are not colleagues
        order by e.occurred_at desc, e.id desc
        limit 20
      ) as l
    )
  );
  perform authz.record_insight_dispatch(v_processor_id, authz.digest(v_payload::text));
  return v_payload;
end
$$;
comment on function public.smart_insights_payload() is
  'What may leave for the vendor: {modules, counts, actions}, counts rounded down to fives, the last 20 actions of staff by the hour; each call is recorded with the SHA-256 of its text. NULL while insights are off, or without a vendor who may not train under an agreement in force; 42501 without insights_admin. [S-22, S-23, S-24, S-25]';
alter function public.smart_insights_payload() owner to cordon_insights;
revoke all on function public.smart_insights_payload() from public;
grant execute on function public.smart_insights_payload() to authenticated;

-- public.smart_insights_suggestions: what a vendor would be asked for, from counts alone and without one: it answers whether insights are on or
-- off. Invoker: it counts what the caller may read, exactly, because nothing leaves.
create or replace function public.smart_insights_suggestions()
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_beds record;
  v_cases record;
  v_planned bigint;
  v_requested bigint;
begin
  select count(*) filter (where b.status <> 'closed') as total,
         count(*) filter (where b.status = 'available') as available,
         count(*) filter (where b.status = 'occupied') as occupied,
         count(*) filter (where b.status = 'cleaning') as cleaning
    into v_beds
    from public.beds as b
   where b.archived_at is null;
  select count(*) filter (where c.status = 'new') as untriaged,
         count(*) filter (where c.status in ('new', 'triage') and c.priority in ('emergent', 'critical')) as pressing
    into v_cases
    from public.cases as c
   where c.archived_at is null;
  select count(*) into v_planned from public.admissions as a where a.status = 'planned' and a.archived_at is null;
  select count(*) into v_requested from public.transfers as t where t.status = 'requested' and t.archived_at is null;

  return query
  select jsonb_build_object('code', s.code, 'message', s.message, 'counts', s.counts)
  from (values
    (
      v_cases.pressing > 0, 'pressing_cases_waiting', 'Emergent or critical cases wait for triage to end.',
      jsonb_build_object('cases', v_cases.pressing)
    ),
    (
      v_beds.total > 0 and v_beds.available < v_planned, 'beds_short', 'More stays are planned than beds are available.',
      jsonb_build_object('planned', v_planned, 'available', v_beds.available)
    ),
    (
      v_beds.occupied * 100 >= v_beds.total * 85 and v_beds.total > 0, 'occupancy_high', 'At least 85 % of the open beds are occupied.',
      jsonb_build_object('occupied', v_beds.occupied, 'total', v_beds.total)
    ),
    (
      v_beds.cleaning > v_beds.available, 'cleaning_behind', 'More beds wait for cleaning than are available.',
      jsonb_build_object('cleaning', v_beds.cleaning, 'available', v_beds.available)
    ),
    (
      v_cases.untriaged > 0, 'cases_untriaged', 'Cases wait for triage to begin.',
      jsonb_build_object('cases', v_cases.untriaged)
    ),
    (
      v_requested > 0, 'transfers_unanswered', 'Transfers wait to be accepted or declined.',
      jsonb_build_object('transfers', v_requested)
    )
  ) as s (applies, code, message, counts)
  where s.applies;
end
$$;
comment on function public.smart_insights_suggestions() is
  'Heuristics from counts of what the caller may read {code, message, counts}, the most pressing first; nothing leaves the database. [S-25]';
revoke all on function public.smart_insights_suggestions() from public;
grant execute on function public.smart_insights_suggestions() to authenticated;

revoke create on schema authz, public from cordon_definer;

revoke create on schema public from cordon_insights;

create policy provider_fence on governance.insight_dispatches
  as restrictive for all to authenticated
  using (organisation_id = (select authz.organisation_id()))
  with check (organisation_id = (select authz.organisation_id()));
comment on policy provider_fence on governance.insight_dispatches is
  'Whatever another policy allows, staff reach rows of the current organisation only. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.insight_dispatches
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on governance.insight_dispatches is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.insight_dispatches
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on governance.insight_dispatches is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.insight_dispatches
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.insight_dispatches is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.insight_dispatches
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.insight_dispatches is
  'definer functions may read every row (public.list_insight_dispatches; audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20, S-22, S-24]';

create policy definer_insert on governance.insight_dispatches
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on governance.insight_dispatches is
  'definer functions may create every row (authz.record_insight_dispatch: the only hand). [S-22, S-24]';

create policy provider_fence on governance.processors
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.processors is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.processors
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.processors is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.processors
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.processors is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.processors
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.processors is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.processors
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.processors is
  'definer functions may read every row (authz.lock_insights: whether a payload may leave; public.list_insight_dispatches: to whom one did). [S-24]';

create policy definer_update on governance.processors
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on governance.processors is
  'definer functions may change every row (public.end_processor: who is let go; authz.lock_insights: the agreement is locked while a payload is taken). [S-24]';

create policy insights_select on public.admissions
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.admissions is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many, by status). [S-22, S-23]';

create policy insights_select on public.beds
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.beds is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many, by status). [S-22, S-23]';

create policy insights_select on public.case_activity_log
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.case_activity_log is
  'Smart Insights may read rows of the current organisation, while it is switched on (the last actions of staff: what, who and when, never on whom). [S-22, S-23]';

create policy insights_select on public.cases
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.cases is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many, by status). [S-22, S-23]';

create policy insights_select on public.organisation_members
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.organisation_members is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many staff). [S-22, S-23]';

create policy definer_update on public.organisation_settings
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.organisation_settings is
  'definer functions may change every row (public.set_smart_insights: the switch, which no caller may write; authz.lock_insights locks it). [S-21, S-25]';

create policy insights_select on public.organisation_settings
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.organisation_settings is
  'Smart Insights may read rows of the current organisation, while it is switched on (which modules are on). [S-22, S-23]';

create policy insights_select on public.patients
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.patients is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many, by status). [S-22, S-23]';

create policy insights_select on public.profiles
  for select to cordon_insights
  using (user_id = any ((select authz.colleague_ids())::uuid[]));
comment on policy insights_select on public.profiles is
  'Smart Insights may read rows that are of a user of the current organisation (the names of staff who acted). [S-22, S-23]';

create policy insights_select on public.transfers
  for select to cordon_insights
  using (organisation_id = (select authz.insights_organisation_id()));
comment on policy insights_select on public.transfers is
  'Smart Insights may read rows of the current organisation, while it is switched on (how many, by status). [S-22, S-23]';

create or replace trigger _020_append_only
  before update or delete on governance.insight_dispatches
  for each row
  execute function authz.tg__append_only('insight_dispatches');
alter table governance.insight_dispatches enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.insight_dispatches is
  'Refuses every change, the owner''s included. [S-24]';

create or replace trigger _021_no_truncate
  before truncate on governance.insight_dispatches
  for each statement
  execute function authz.tg__append_only('insight_dispatches');
alter table governance.insight_dispatches enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.insight_dispatches is
  'Refuses to empty the table, the owner included. [S-24]';

create or replace trigger _015_read_committed
  before insert or update on governance.processors
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table governance.processors enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.processors is
  'Says to whom data may leave, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-24]';

create or replace trigger _050_tenant
  before insert or update on governance.insight_dispatches
  for each row
  execute function authz.tg__tenant('insight_dispatches');
alter table governance.insight_dispatches enable always trigger _050_tenant;
comment on trigger _050_tenant on governance.insight_dispatches is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on governance.insight_dispatches
  for each row
  execute function authz.tg__stamp();
alter table governance.insight_dispatches enable always trigger _100_stamp;
comment on trigger _100_stamp on governance.insight_dispatches is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on governance.insight_dispatches
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.insight_dispatches enable always trigger _900_stamped;
comment on trigger _900_stamped on governance.insight_dispatches is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on governance.insight_dispatches
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.insight_dispatches enable always trigger _901_stamped;
comment on trigger _901_stamped on governance.insight_dispatches is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _100_stamp
  before insert or update on governance.processors
  for each row
  execute function authz.tg__stamp();
alter table governance.processors enable always trigger _100_stamp;
comment on trigger _100_stamp on governance.processors is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on governance.processors
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.processors enable always trigger _900_stamped;
comment on trigger _900_stamped on governance.processors is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on governance.processors
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.processors enable always trigger _901_stamped;
comment on trigger _901_stamped on governance.processors is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (actor_kind, archived_at, archived_by_user_id, created_at, created_by_user_id, id, organisation_id, payload_sha256, processor_id, updated_at, updated_by_user_id),
  insert (organisation_id, payload_sha256, processor_id)
  on governance.insight_dispatches to cordon_definer;

grant
  select (archived_at, dpa_from, dpa_until, id, name, no_training, service),
  insert (dpa_from, dpa_until, name, no_training, service),
  update (archived_at)
  on governance.processors to cordon_definer;

-- migrate:down
