-- migrate:up
-- Why: Triggers and row security of Storage and Auth, on which files and passwords stand, were changed and nobody was told
-- Side: operations
-- Long lock: texts of purposes are few
-- Access: none
--   widens: audit.catalog_states(), which 1 function asks, has another text
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.bypass_alerts
--   ACCESS EXCLUSIVE public.consent_purpose_versions

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A trigger is new only by a migration, or by whoever the platform lets put one on its tables: it is told.
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
    'catalog.trigger_added', 'catalog.trigger_changed', 'catalog.trigger_disabled', 'catalog.trigger_dropped', 'catalog.view_changed',
    'deployment.settings_changed', 'operator.granted', 'operator.role_changed', 'operator.resumed'
  )
  or (
    e.event_type in ('catalog.function_added', 'catalog.view_added')
    and e.details ->> 'to' not like 'invoker %'
  );

-- Where the catalog is watched already, what is watched from now on is written down as it stands: it was there before.
select authz.record_deployment_event(
  'catalog.first_seen', s.object, jsonb_build_object('kind', s.kind, 'from', null, 'to', s.state)
)
from (
  select 'trigger' as kind, format('trigger %I on %I.%I', g.tgname, n.nspname, c.relname) as object,
         case g.tgenabled when 'A' then 'always' when 'O' then 'not in replica' when 'R' then 'in replica only' else 'disabled' end
           || ' ' || md5(pg_get_triggerdef(g.oid)) as state
  from pg_trigger as g
  join pg_class as c on c.oid = g.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (('storage', 'objects'), ('storage', 'buckets'), ('auth', 'users'))
    and not g.tgisinternal
  union all
  select 'row_security', format('row security of %I.%I', n.nspname, c.relname),
         case when not c.relrowsecurity then 'off' when c.relforcerowsecurity then 'forced' else 'on' end
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (('storage', 'objects'), ('storage', 'buckets'), ('auth', 'users'))
) as s
where exists (select from audit.deployment_events as e where e.event_type = 'catalog.first_seen');

-- No version follows one before its time: one that is announced for the end of time would hold up every later one.
alter table public.consent_purpose_versions add constraint consent_purpose_versions_announced_check check (
  case when isfinite(takes_effect_at) then takes_effect_at - created_at <= interval '366 days' else true end
) not valid;
-- squawk-ignore constraint-missing-not-valid
alter table public.consent_purpose_versions validate constraint consent_purpose_versions_announced_check;
comment on column public.consent_purpose_versions.takes_effect_at is
  'From when on it holds, at most a year ahead; stamped to now where it would lie in the past, and never before the version it follows.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
