-- migrate:up
-- Why: what lets somebody past the policies is found and recorded, whoever did it, without a superuser; and so is whatever leaves
-- Side: operations
-- Access: +5 grants, 4 definer functions
--   + cordon_definer may execute function audit.catalog_event_type(text, text, text)
--   + cordon_definer may execute function audit.catalog_states()
--   ~ audit.tg__ddl is written, and runs with the rights of its owner
--   ~ authz.tg_ops_members__security is written, and runs with the rights of its owner
--   ~ public.export_subject is written, and runs with the rights of its owner
--   ~ public.watch_catalog is written, and runs with the rights of its owner
--   + internal_ops may execute function public.watch_catalog()
--   + service_role may execute function public.watch_catalog()
--   + internal_ops may select on public.bypass_alerts
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.tg_ops_members__security() is new, which 1 trigger asks
--   widens: operations can now call public.watch_catalog(), which acts with the rights of cordon_definer
--   widens: operations can now read public.bypass_alerts, as far as they may read what it shows, audit.deployment_events among it
--   widens: public.export_subject(uuid), callable by clinic staff and patients, has another text
--   widens: the service role can now call public.watch_catalog(), which acts with the rights of cordon_definer
--   widens: the trigger _600_security now guards public.ops_members
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.ops_members

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What lets somebody past the policies. is_latest: nothing has been recorded of the object since, so that it stands like this.
create view public.bypass_alerts with (security_invoker = true) as
  select
    e.id, e.occurred_at, e.event_type, e.object, e.actor_login, e.actor_user_id, e.transaction_id, e.details,
    not exists (
      select
      from audit.deployment_events as later
      where later.object = e.object
        and later.event_type <> 'catalog.ddl'
        and (later.occurred_at, later.id) > (e.occurred_at, e.id)
    ) as is_latest
  from audit.deployment_events as e
  where e.event_type in (
    'catalog.bypass_granted', 'catalog.function_changed', 'catalog.function_dropped', 'catalog.membership_granted', 'catalog.owner_changed',
    'catalog.policy_added', 'catalog.policy_altered', 'catalog.policy_dropped', 'catalog.rights_changed', 'catalog.row_security_off',
    'catalog.table_published', 'catalog.trigger_changed', 'catalog.trigger_disabled', 'catalog.trigger_dropped',
    'deployment.settings_changed', 'operator.granted', 'operator.role_changed', 'operator.resumed'
  );
comment on view public.bypass_alerts is
  'Events that let somebody past the policies, or may have, for admin and auditor of operations. [N-54]';
comment on column public.bypass_alerts.is_latest is 'Whether nothing has been recorded of the object since.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, authz, public to cordon_definer;

-- audit.catalog_event_type: what a difference of the catalog is called. NULL on one side: it was not there, or is not there any more.
create or replace function audit.catalog_event_type(kind text, state_before text, state_after text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Weakest first: held in no session, in some, in every one.
  v_strengths constant text[] := '{disabled,in,not,always}';
  v_step constant text := case when state_before is null then 'added' when state_after is null then 'dropped' else 'changed' end;
begin
  return 'catalog.' || case kind
    when 'trigger' then case
      when state_after is not null and coalesce(
        array_position(v_strengths, split_part(state_after, ' ', 1)) < array_position(v_strengths, split_part(state_before, ' ', 1)),
        state_after like 'disabled %'
      ) then 'trigger_disabled'
      else 'trigger_' || v_step
    end
    when 'foreign_key' then case v_step when 'dropped' then 'trigger_changed' else 'trigger_disabled' end
    when 'policy' then case v_step when 'changed' then 'policy_altered' else 'policy_' || v_step end
    when 'row_security' then case
      when v_step = 'dropped' then 'table_dropped'
      when state_after = 'forced' then case v_step when 'added' then 'table_added' else 'row_security_on' end
      when state_after = 'on' and state_before = 'off' then 'row_security_on'
      else 'row_security_off'
    end
    when 'owner' then 'owner_' || v_step
    when 'function' then 'function_' || v_step
    when 'grants' then 'rights_' || v_step
    when 'bypass' then case
      when v_step = 'dropped' or length(state_after) < length(state_before) then 'bypass_revoked'
      else 'bypass_granted'
    end
    when 'membership' then case v_step when 'dropped' then 'membership_revoked' else 'membership_granted' end
    when 'publication' then case v_step when 'dropped' then 'table_unpublished' else 'table_published' end
  end;
end
$$;
comment on function audit.catalog_event_type(text, text, text) is
  'Type of a catalog event by the kind of object and its states before and after. [N-54]';
revoke all on function audit.catalog_event_type(text, text, text) from public;
grant execute on function audit.catalog_event_type(text, text, text) to cordon_definer;

-- audit.catalog_states: what the policies stand on, object by object, as the catalog has it now: triggers, policies, row security, owners, functions,
-- rights, publications, and who may bypass all of it. Catalogs are readable by everybody, so this needs no superuser. What reads as a
-- sentence is kept as it is (enabled or not, owner, attributes), what does not as a digest: db:drift tells the difference in full.
create or replace function audit.catalog_states()
  returns table (kind text, object text, state text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with relations as (
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'authz', 'audit', 'governance')
      and c.relkind in ('r', 'p', 'v', 'm')
      -- Partitions come and go; what binds callers is the table that they name.
      and not c.relispartition
  )
  select 'trigger', format('trigger %I on %s', g.tgname, r.name),
         case g.tgenabled when 'A' then 'always' when 'O' then 'not in replica' when 'R' then 'in replica only' else 'disabled' end
           || ' ' || md5(pg_get_triggerdef(g.oid))
  from pg_trigger as g
  join relations as r on r.oid = g.tgrelid
  where not g.tgisinternal
  union all
  -- What checks a foreign key is a trigger too, and off it checks nothing.
  select 'foreign_key', format('foreign key %I on %s', k.conname, r.name), 'disabled'
  from pg_constraint as k
  join relations as r on r.oid = k.conrelid
  where k.contype = 'f'
    and exists (select from pg_trigger as g where g.tgconstraint = k.oid and g.tgenabled <> 'O')
  union all
  select 'policy', format('policy %I on %I.%I', p.policyname, p.schemaname, p.tablename),
         lower(p.permissive) || ' ' || lower(p.cmd) || ' to ' || array_to_string(p.roles, ',') || ' ' || md5(concat(p.qual, ' / ', p.with_check))
  from pg_policies as p
  where p.schemaname in ('public', 'authz', 'audit', 'governance', 'storage')
  union all
  select 'row_security', 'row security of ' || r.name,
         case when not r.relrowsecurity then 'off' when r.relforcerowsecurity then 'forced' else 'on' end
  from relations as r
  where r.relkind in ('r', 'p')
  union all
  select 'owner', 'owner of ' || r.name, r.relowner::regrole::text
  from relations as r
  union all
  select 'owner', 'owner of function ' || p.oid::regprocedure::text, p.proowner::regrole::text
  from pg_proc as p
  where p.pronamespace = any (array['public', 'authz', 'audit', 'governance']::regnamespace[])
    and not exists (select from pg_depend as d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select 'owner', 'owner of schema ' || n.nspname, n.nspowner::regrole::text
  from pg_namespace as n
  where n.nspname in ('public', 'authz', 'audit', 'governance')
  union all
  select 'function', 'function ' || p.oid::regprocedure::text,
         case when p.prosecdef then 'definer ' else 'invoker ' end
           || md5(concat_ws('/', p.prosrc, pg_get_function_sqlbody(p.oid), p.proconfig::text, p.provolatile, p.proleakproof, p.prolang::text))
  from pg_proc as p
  where p.pronamespace = any (array['public', 'authz', 'audit', 'governance']::regnamespace[])
    and not exists (select from pg_depend as d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select 'grants', 'rights on ' || r.name,
         md5(concat(
           array(select a::text from unnest(r.relacl) as a order by 1)::text,
           array(select t.attname || t.attacl::text from pg_attribute as t where t.attrelid = r.oid and t.attacl is not null order by 1)::text
         ))
  from relations as r
  union all
  select 'grants', 'rights on function ' || p.oid::regprocedure::text,
         md5(array(select a::text from unnest(p.proacl) as a order by 1)::text)
  from pg_proc as p
  where p.pronamespace = any (array['public', 'authz', 'audit', 'governance']::regnamespace[])
    and not exists (select from pg_depend as d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select 'grants', 'rights on schema ' || n.nspname, md5(array(select a::text from unnest(n.nspacl) as a order by 1)::text)
  from pg_namespace as n
  where n.nspname in ('public', 'authz', 'audit', 'governance')
  union all
  select 'bypass', format('role %I', r.rolname),
         concat_ws(' ', case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end)
  from pg_roles as r
  where r.rolsuper or r.rolbypassrls
  union all
  select 'membership', format('membership of %I in %I', m.rolname, g.rolname), string_agg(distinct a.admin_option::text, ',')
  from pg_auth_members as a
  join pg_roles as g on g.oid = a.roleid
  join pg_roles as m on m.oid = a.member
  group by m.rolname, g.rolname
  union all
  select 'publication', format('%I.%I in publication %I', t.schemaname, t.tablename, t.pubname), 'published'
  from pg_publication_tables as t
  where t.schemaname in ('public', 'authz', 'audit', 'governance');
end
$$;
comment on function audit.catalog_states() is
  'Every object that policies stand on, with its kind and its present state. [N-54, S-27]';
revoke all on function audit.catalog_states() from public;
grant execute on function audit.catalog_states() to cordon_definer;

-- audit.tg__ddl: where the server permits event triggers, each command that changes a schema is recorded as it is given, with its login. It tells who
-- and when at once, what watch_catalog finds out later; shared objects (roles, their memberships) fire none, and superusers may switch it off.
create or replace function audit.tg__ddl()
  returns event_trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_object record;
begin
  if tg_event = 'sql_drop' then
    for v_object in
      select distinct d.object_type, d.object_identity
      from pg_event_trigger_dropped_objects() as d
      where d.original and not d.is_temporary
    loop
      perform authz.record_deployment_event(
        'catalog.ddl', v_object.object_type || ' ' || v_object.object_identity, jsonb_build_object('command', tg_tag)
      );
    end loop;
    return;
  end if;
  for v_object in
    select distinct c.object_type, c.object_identity
    from pg_event_trigger_ddl_commands() as c
    where c.schema_name is distinct from 'pg_temp' and c.object_identity is not null
  loop
    perform authz.record_deployment_event(
      'catalog.ddl', v_object.object_type || ' ' || v_object.object_identity, jsonb_build_object('command', tg_tag)
    );
  end loop;
end
$$;
comment on function audit.tg__ddl() is
  'Records each command that changes a schema, where an event trigger of the deployment calls it. [N-54, S-27]';
alter function audit.tg__ddl() owner to cordon_definer;
revoke all on function audit.tg__ddl() from public;

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

-- authz.tg_ops_members__security: operations stand outside of every clinic: who became one of them, as what, and who is none any more (N-37).
create or replace function authz.tg_ops_members__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_object constant text := 'operator ' || new.user_id;
  v_is_in constant boolean := new.is_active and new.archived_at is null;
begin
  if tg_op = 'INSERT' then
    perform authz.record_deployment_event('operator.granted', v_object, jsonb_build_object('role', new.role));
    return null;
  end if;
  if new.role is distinct from old.role then
    perform authz.record_deployment_event(
      'operator.role_changed', v_object, jsonb_build_object('from', old.role, 'to', new.role)
    );
  end if;
  if v_is_in is distinct from (old.is_active and old.archived_at is null) then
    perform authz.record_deployment_event(
      case when v_is_in then 'operator.resumed' else 'operator.ended' end, v_object, jsonb_build_object('role', new.role)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_ops_members__security() is
  'Records operators granted, changed, ended and resumed. [N-37]';
alter function authz.tg_ops_members__security() owner to cordon_definer;
revoke all on function authz.tg_ops_members__security() from public;

-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave.
create or replace function public.export_subject(patient_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
  v_export jsonb;
  v_tables text[];
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_tenant is null) then
    raise exception 'a patient''s data is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or the privacy officer, signed in with a session.';
  end if;
  begin
    select p.organisation_id
      into strict v_tenant
      from public.patients as p
     where p.id = export_subject.patient_id
       and case
         when v_is_patient then
           authz.is_own_patient(p.organisation_id, p.id)
           and p.organisation_id = coalesce(v_caller.organisation_id, p.organisation_id)
         else p.organisation_id = v_tenant
       end;
  exception
    when no_data_found or too_many_rows then
      raise exception 'patient not found'
        using errcode = 'CD010', hint = 'Name a patient of the current organisation; on the portal, one of your own.';
  end;
  select jsonb_build_object(
      'organisation_id', v_tenant,
      'patient_id', export_subject.patient_id,
      'exported_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'tables', jsonb_object_agg(r.relation, r.content) filter (where r.content is not null),
      'left_out', jsonb_object_agg(r.relation, r.left_out) filter (where r.left_out <> '{}')
    ),
    array_agg(r.relation order by r.relation) filter (where r.content <> '[]')
    into v_export, v_tables
    from governance.subject_rows(v_tenant, export_subject.patient_id) as r;
  perform authz.record_disclosure(
    v_tenant, export_subject.patient_id, 'patient', v_tenant, 'subject_access', v_tables, 'public.export_subject', null,
    authz.digest(v_export::text)
  );
  perform authz.record_security_event(v_tenant, 'data.exported', export_subject.patient_id, '{"kind": "subject"}');
  return jsonb_build_object(
    'format', 'cordon.subject-export.1', 'export', v_export, 'export_sha256', authz.digest(v_export::text)
  );
end
$$;

-- public.watch_catalog: compares the catalog with what was last recorded of it, and records each difference once. The record is the memory:
-- there is no second table that somebody could set right, and the record is sealed. The first time, everything is written down as first
-- seen. Runs on any server, without superuser, by command, by the server or by pg_cron.
create or replace function public.watch_catalog()
  returns setof jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_first boolean;
  v_difference record;
  v_event_type text;
begin
  perform audit.require_auditor();
  -- On an older snapshot, what a watch before this one recorded could be recorded again.
  perform authz.require_read_committed();
  perform pg_advisory_xact_lock(hashtext('cordon.watch_catalog'));
  v_is_first := not exists (select from audit.deployment_events as e where e.event_type = 'catalog.first_seen');
  for v_difference in
    with known as (
      select distinct on (e.object) e.object, e.details ->> 'kind' as kind, e.details ->> 'to' as state
      from audit.deployment_events as e
      where e.event_type like 'catalog.%'
        and e.event_type <> 'catalog.ddl'
      order by e.object, e.occurred_at desc, e.id desc
    )
    select coalesce(now.kind, known.kind) as kind, coalesce(now.object, known.object) as object, known.state as before, now.state as after
    from audit.catalog_states() as now
    full join known on known.object = now.object
    where now.state is distinct from known.state
    order by 1, 2
  loop
    v_event_type := case
      when v_is_first then 'catalog.first_seen'
      else audit.catalog_event_type(v_difference.kind, v_difference.before, v_difference.after)
    end;
    perform authz.record_deployment_event(
      v_event_type, v_difference.object,
      jsonb_build_object('kind', v_difference.kind, 'from', v_difference.before, 'to', v_difference.after)
    );
    return next jsonb_build_object(
      'event_type', v_event_type, 'object', v_difference.object, 'from', v_difference.before, 'to', v_difference.after
    );
  end loop;
end
$$;
comment on function public.watch_catalog() is
  'Records what the catalog holds otherwise than last time; returns {event_type, object, from, to} of each. 42501 for who is neither auditor nor server, CD007 above READ COMMITTED. [N-37, N-54, S-27]';
alter function public.watch_catalog() owner to cordon_definer;
revoke all on function public.watch_catalog() from public;
grant execute on function public.watch_catalog() to internal_ops, service_role;

revoke create on schema audit, authz, public from cordon_definer;

comment on policy definer_select on audit.deployment_events is
  'definer functions may read every row (public.watch_catalog: what it last knew; audit.seal_table, audit.sealed_records: what is sealed is the whole row). [S-20]';

create or replace trigger _600_security
  after insert or update on public.ops_members
  for each row
  execute function authz.tg_ops_members__security();
alter table public.ops_members enable always trigger _600_security;
comment on trigger _600_security on public.ops_members is
  'Records who belongs to operations among the events of the deployment. [N-37]';

grant select on public.bypass_alerts to internal_ops;

-- migrate:down
