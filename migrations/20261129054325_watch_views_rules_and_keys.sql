-- migrate:up
-- Why: a view that reads as its owner, a new definer function, a rule, a dropped key or a switched-off event trigger passed unseen
-- Side: operations
-- Access: none
--   widens: audit.catalog_event_type(text, text, text), which 1 function asks, has another text
--   widens: audit.catalog_states(), which 1 function asks, has another text
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.bypass_alerts

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What is new is no alert by itself: a function or a view that acts with the rights of its owner is.
create or replace view public.bypass_alerts with (security_invoker = true) as
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
    'catalog.trigger_changed', 'catalog.trigger_disabled', 'catalog.trigger_dropped', 'catalog.view_changed',
    'deployment.settings_changed', 'operator.granted', 'operator.role_changed', 'operator.resumed'
  )
  or (
    e.event_type in ('catalog.function_added', 'catalog.view_added')
    and e.details ->> 'to' not like 'invoker %'
  );

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- audit.catalog_states: what the policies stand on, object by object, as the catalog has it now: triggers, rules, policies, row security, views,
-- constraints, owners, functions, rights, publications, event triggers, and who may bypass all of it. Catalogs are readable by everybody, so this needs no superuser. What reads as a
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
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.reloptions
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
  join relations as r on r.oid = w.ev_class
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
    when 'key.rotated' then '{from,to}'
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
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

-- migrate:down
