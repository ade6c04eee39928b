-- migrate:up
-- Why: what lets somebody past the policies is found and recorded, whoever did it, without a superuser.
-- Access: +5 grants, 3 definer functions
--   + cordon_definer may execute function audit.catalog_event_type(text, text, text)
--   + cordon_definer may execute function audit.catalog_states()
--   ~ audit.tg__ddl is written, and runs with the rights of its owner
--   ~ authz.tg_ops_members__security is written, and runs with the rights of its owner
--   ~ public.watch_catalog is written, and runs with the rights of its owner
--   + internal_ops may execute function public.watch_catalog()
--   + service_role may execute function public.watch_catalog()
--   + internal_ops may select on public.bypass_alerts
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.ops_members

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What lets somebody past the policies. is_latest: nothing has been recorded of the object since, so that it stands like this.
-- What is new is no alert by itself: a function or a view that acts with the rights of its owner is, and a trigger.
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
    'catalog.bypass_granted', 'catalog.constraint_changed', 'catalog.constraint_dropped', 'catalog.event_trigger_changed',
    'catalog.event_trigger_disabled', 'catalog.event_trigger_dropped', 'catalog.function_changed', 'catalog.function_dropped',
    'catalog.membership_granted', 'catalog.owner_changed', 'catalog.policy_added', 'catalog.policy_altered', 'catalog.policy_dropped',
    'catalog.rights_changed', 'catalog.row_security_off', 'catalog.rule_added', 'catalog.rule_changed', 'catalog.table_published',
    'catalog.trigger_added', 'catalog.trigger_changed', 'catalog.trigger_disabled', 'catalog.trigger_dropped', 'catalog.view_changed',
    'deployment.settings_changed', 'operator.granted', 'operator.role_changed', 'operator.resumed'
  )
  or (
    e.event_type in ('catalog.function_added', 'catalog.view_added')
    and e.details ->> 'to' not like 'invoker %'
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
  v_is_weaker constant boolean := kind in ('trigger', 'event_trigger') and state_after is not null and coalesce(
    array_position(v_strengths, split_part(state_after, ' ', 1)) < array_position(v_strengths, split_part(state_before, ' ', 1)),
    state_after like 'disabled %'
  );
  v_step constant text := case when state_before is null then 'added' when state_after is null then 'dropped' else 'changed' end;
begin
  return 'catalog.' || case kind
    when 'foreign_key' then case v_step when 'dropped' then 'trigger_changed' else 'trigger_disabled' end
    when 'policy' then case v_step when 'changed' then 'policy_altered' else 'policy_' || v_step end
    when 'row_security' then case
      when v_step = 'dropped' then 'table_dropped'
      when state_after = 'forced' then case v_step when 'added' then 'table_added' else 'row_security_on' end
      when state_after = 'on' and state_before = 'off' then 'row_security_on'
      else 'row_security_off'
    end
    when 'grants' then 'rights_' || v_step
    when 'bypass' then case
      when v_step = 'dropped' or length(state_after) < length(state_before) then 'bypass_revoked'
      else 'bypass_granted'
    end
    when 'membership' then case v_step when 'dropped' then 'membership_revoked' else 'membership_granted' end
    when 'publication' then case v_step when 'dropped' then 'table_unpublished' else 'table_published' end
    else kind || case when v_is_weaker then '_disabled' else '_' || v_step end
  end;
end
$$;
comment on function audit.catalog_event_type(text, text, text) is
  'Type of a catalog event by the kind of object and its states before and after. [N-54]';
revoke all on function audit.catalog_event_type(text, text, text) from public;
grant execute on function audit.catalog_event_type(text, text, text) to cordon_definer;

-- audit.catalog_states: what the policies stand on, object by object, as the catalog has it now: triggers, rules, policies, row security, views,
-- constraints, owners, functions, extensions, rights, publications, event triggers, and who may bypass all of it. Of the platform's tables those on
-- which files and passwords stand. Catalogs are readable by everybody, so this needs no superuser. What reads as a sentence is kept as it is
-- (enabled or not, owner, attributes), what does not as a digest: db:drift tells the difference in full.
create or replace function audit.catalog_states()
  returns table (kind text, object text, state text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with known as (
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           n.nspname in ('public', 'authz', 'audit', 'governance') as is_ours
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm')
      -- Partitions come and go; what binds callers is the table that they name.
      and not c.relispartition
      and (
        n.nspname in ('public', 'authz', 'audit', 'governance')
        -- The platform grants its API roles TRIGGER on Storage's, and restores whatever it likes of both.
        or (n.nspname, c.relname) in (('storage', 'objects'), ('storage', 'buckets'), ('auth', 'users'))
      )
  ),
  relations as (
    select k.*
    from known as k
    where k.is_ours
  ),
  -- What an extension brought into its own schema is its business; what was given to one is still ours.
  functions as (
    select p.*
    from pg_proc as p
    where p.pronamespace = any (array['public', 'authz', 'audit', 'governance']::regnamespace[])
      and not exists (
        select
        from pg_depend as d
        join pg_extension as e on e.oid = d.refobjid
        where d.classid = 'pg_proc'::regclass
          and d.objid = p.oid
          and d.deptype = 'e'
          and e.extnamespace = p.pronamespace
      )
  )
  select 'trigger', format('trigger %I on %s', g.tgname, r.name),
         case g.tgenabled when 'A' then 'always' when 'O' then 'not in replica' when 'R' then 'in replica only' else 'disabled' end
           || ' ' || md5(pg_get_triggerdef(g.oid))
  from pg_trigger as g
  join known as r on r.oid = g.tgrelid
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
  from known as r
  where r.relkind in ('r', 'p')
  union all
  -- Whose rights a view reads with: a materialised one shows everybody what its owner saw.
  select 'view', 'view ' || r.name,
         case when exists (select from unnest(r.reloptions) as o where lower(o) in ('security_invoker=true', 'security_invoker=on')) then 'invoker ' else 'owner ' end
           || md5(concat_ws('/', pg_get_viewdef(r.oid), r.reloptions::text))
  from relations as r
  where r.relkind in ('v', 'm')
  union all
  -- What a rule does, it does with the rights of the table's owner.
  select 'rule', format('rule %I on %s', w.rulename, r.name), w.ev_enabled::text || ' ' || md5(pg_get_ruledef(w.oid))
  from pg_rewrite as w
  join known as r on r.oid = w.ev_class
  where w.rulename <> '_RETURN'
  union all
  -- Keys over the organisation keep rows of one tenant from pointing into another.
  select 'constraint', format('constraint %I on %s', k.conname, r.name),
         case when k.convalidated then 'valid ' else 'not valid ' end || md5(pg_get_constraintdef(k.oid))
  from pg_constraint as k
  join relations as r on r.oid = k.conrelid
  where k.contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select 'owner', 'owner of ' || r.name, r.relowner::regrole::text
  from relations as r
  union all
  select 'owner', 'owner of function ' || p.oid::regprocedure::text, p.proowner::regrole::text
  from functions as p
  union all
  select 'owner', 'owner of schema ' || n.nspname, n.nspowner::regrole::text
  from pg_namespace as n
  where n.nspname in ('public', 'authz', 'audit', 'governance')
  union all
  select 'function', 'function ' || p.oid::regprocedure::text,
         case when p.prosecdef then 'definer ' else 'invoker ' end
           || md5(concat_ws('/', p.prosrc, pg_get_function_sqlbody(p.oid), p.proconfig::text, p.provolatile, p.proleakproof, p.prolang::text))
  from functions as p
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
  from functions as p
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
  -- PostgreSQL 16 can withhold what a membership gives: to act as the role, to have its rights.
  select 'membership', format('membership of %I in %I', m.rolname, g.rolname),
         string_agg(
           distinct a.admin_option || case to_jsonb(a) ->> 'set_option' when 'false' then ' without set' else '' end
             || case to_jsonb(a) ->> 'inherit_option' when 'false' then ' without inherit' else '' end,
           ','
         )
  from pg_auth_members as a
  join pg_roles as g on g.oid = a.roleid
  join pg_roles as m on m.oid = a.member
  group by m.rolname, g.rolname
  union all
  select 'event_trigger', format('event trigger %I', e.evtname),
         case e.evtenabled when 'A' then 'always' when 'O' then 'not in replica' when 'R' then 'in replica only' else 'disabled' end
           || ' ' || md5(concat_ws('/', e.evtevent, e.evtfoid::regprocedure, e.evttags))
  from pg_event_trigger as e
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
  perform audit.take_turn('audit.deployment_events');
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

create or replace trigger _600_security
  after insert or update on public.ops_members
  for each row
  execute function authz.tg_ops_members__security();
alter table public.ops_members enable always trigger _600_security;
comment on trigger _600_security on public.ops_members is
  'Records who belongs to operations among the events of the deployment. [N-37]';

grant select on public.bypass_alerts to internal_ops;

-- migrate:down
