import { isExtensions, OWN_SCHEMAS } from '../../../catalog/extension-members.ts';

/**
 * Functions and procedures, who may call them, and what asks them. An extension's own are told as one, by who may call them; but
 * whatever acts with its owner's rights is read, wherever it came from.
 */
export const ROUTINES = `,
  routines as (
    select p.*, s.nspname, format('%I.%I(%s)', s.nspname, p.proname,
      (select string_agg(format_type(a.type, null), ', ' order by a.position)
        from unnest(p.proargtypes::oid[]) with ordinality as a (type, position))) as name
    from pg_proc as p
    join schemas as s on s.oid = p.pronamespace
    where p.prokind in ('f', 'p', 'w', 'a')
      and (p.prosecdef or not ${isExtensions('pg_proc', 'p.oid', OWN_SCHEMAS)})
  ),
  askers as (
    select d.refobjid as oid, 'policy ' || quote_ident(p.polname) || ' on ' || p.polrelid::regclass as asker
      from pg_depend as d join pg_policy as p on d.classid = 'pg_policy'::regclass and d.objid = p.oid
      where d.refclassid = 'pg_proc'::regclass
    union
    select t.tgfoid, 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass
      from pg_trigger as t where not t.tgisinternal and t.tgenabled <> 'D'
    union
    select d.refobjid, 'view ' || w.ev_class::regclass
      from pg_depend as d join pg_rewrite as w on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
      where d.refclassid = 'pg_proc'::regclass
    union
    select d.refobjid, 'constraint ' || quote_ident(k.conname) || ' on ' || k.conrelid::regclass
      from pg_depend as d join pg_constraint as k on d.classid = 'pg_constraint'::regclass and d.objid = k.oid
      where d.refclassid = 'pg_proc'::regclass and k.conrelid <> 0
    union
    select o.oprcode, 'policy ' || quote_ident(p.polname) || ' on ' || p.polrelid::regclass
      from pg_depend as d join pg_policy as p on d.classid = 'pg_policy'::regclass and d.objid = p.oid
      join pg_operator as o on d.refclassid = 'pg_operator'::regclass and d.refobjid = o.oid
    union
    select d.refobjid, 'constraint ' || quote_ident(k.conname) || ' of ' || k.contypid::regtype
      from pg_depend as d join pg_constraint as k on d.classid = 'pg_constraint'::regclass and d.objid = k.oid
      where d.refclassid = 'pg_proc'::regclass and k.contypid <> 0
    union
    select e.evtfoid, 'event trigger ' || quote_ident(e.evtname) from pg_event_trigger as e where e.evtenabled <> 'D'
    union
    select d.refobjid, 'default of ' || f.adrelid::regclass
      from pg_depend as d join pg_attrdef as f on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
      where d.refclassid = 'pg_proc'::regclass
  ),
  -- Once, and not once a function: of a thousand functions that takes as many times as long.
  asked as materialized (
    select a.oid, array_agg(a.asker order by a.asker collate "C") as by from askers as a group by a.oid
  )
  select json_build_object(
    'name', p.name,
    'isDefiner', p.prosecdef,
    'owner', o.rolname,
    'ownerIsUnbound', o.rolsuper or o.rolbypassrls,
    'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
    'settings', coalesce(p.proconfig, '{}'),
    'language', l.lanname,
    'traits', array_remove(array[
      case when p.proleakproof then 'is trusted to leak nothing' end,
      case when p.proisstrict then 'answers null as soon as it is asked about null' end], null),
    'signature', format('(%s) returns %s', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)),
    'body', coalesce(pg_get_function_sqlbody(p.oid),
      (select format('aggregate of %s, %s, %s', a.aggtransfn::regprocedure, a.aggfinalfn::oid::regprocedure, a.agginitval)
        from pg_aggregate as a where a.aggfnoid = p.oid),
      p.prosrc),
    'isTrigger', p.prorettype = 'trigger'::regtype,
    'callers', array(
      select r.rolname from roles as r
      where has_function_privilege(r.oid, p.oid, 'execute') and not r.rolsuper and r.rolname <> 'cordon_definer'
      order by r.rolname collate "C"),
    'askedBy', coalesce(asked.by, '{}')
  ) as found
  from routines as p
  join pg_roles as o on o.oid = p.proowner
  left join asked on asked.oid = p.oid
  join pg_language as l on l.oid = p.prolang
  order by p.name collate "C"`;
