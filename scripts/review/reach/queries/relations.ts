/**
 * Relations with their policies and what each role holds on them: privileges of its own, by membership and by PUBLIC, as
 * PostgreSQL itself answers. Those that are members of an extension too: they show as much as others.
 */
export const RELATIONS = `,
  relations as (
    select c.*, c.oid::regclass::text as name
    from pg_class as c
    join schemas as s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ),
  columns as (
    select c.oid, jsonb_agg(a.attname order by a.attnum) filter (where c.relkind <> 'S') as names
    from relations as c
    left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    group by c.oid
  ),
  composite_types as materialized (
    select t.oid from pg_type as t left join pg_type as b on b.oid = t.typbasetype where 'c' in (t.typtype, b.typtype)
  ),
  /* Column by column only where neither all nor none are held. */
  column_rights as (
    select c.oid, r.rolname,
           jsonb_object_agg(w.privilege, case
             when has_table_privilege(r.oid, c.oid, w.privilege) then k.names
             else (
               select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') from pg_attribute as a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(r.oid, c.oid, a.attnum, w.privilege))
           end) as held
    from relations as c
    join columns as k on k.oid = c.oid
    cross join roles as r
    cross join (values ('SELECT'), ('INSERT'), ('UPDATE')) as w (privilege)
    where c.relkind <> 'S' and has_any_column_privilege(r.oid, c.oid, w.privilege)
    group by c.oid, r.rolname
  ),
  holdings as (
    select c.oid, r.rolname, k.held,
           case when c.relkind <> 'S' then has_table_privilege(r.oid, c.oid, 'delete') else false end as deletes,
           case when c.relkind = 'S' then
             array(select w from unnest(array['USAGE', 'SELECT', 'UPDATE']) as w where has_sequence_privilege(r.oid, c.oid, w))
           else
             array(select w from unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']
                     || case when current_setting('server_version_num')::integer >= 170000 then array['MAINTAIN'] else '{}' end) as w
                   where has_table_privilege(r.oid, c.oid, w))
           end as bare,
           r.rolsuper or r.rolbypassrls or (pg_has_role(r.oid, c.relowner, 'usage') and not c.relforcerowsecurity) as unbound
    from relations as c
    cross join roles as r
    left join column_rights as k on k.oid = c.oid and k.rolname = r.rolname
  ),
  held as (
    select h.oid, jsonb_object_agg(h.rolname,
      '{"SELECT": [], "INSERT": [], "UPDATE": []}'::jsonb || coalesce(h.held, '{}')
        || jsonb_build_object('DELETE', h.deletes, 'bare', h.bare, 'isUnbound', h.unbound)) as by_role
    from holdings as h
    where h.deletes or cardinality(h.bare) > 0 or h.held is not null
    group by h.oid
  ),
  audiences as materialized (
    select p.polroles, array(
      select coalesce(o.rolname, 'PUBLIC') from unnest(p.polroles) as k left join pg_roles as o on o.oid = k order by 1) as named,
      array(
      select r.rolname from roles as r
      where 0 = any (p.polroles) or exists (select from unnest(p.polroles) as o where o <> 0 and pg_has_role(r.oid, o, 'usage'))
      order by r.rolname collate "C") as names
    from (select distinct polroles from pg_policy) as p
  ),
  policies as (
    select p.polrelid, json_agg(json_build_object(
      'name', p.polname,
      'isPermissive', p.polpermissive,
      'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
      'to', a.named,
      'appliesTo', a.names,
      'using', pg_get_expr(p.polqual, p.polrelid),
      'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname collate "C") as of_table
    from pg_policy as p join audiences as a on a.polroles = p.polroles
    group by p.polrelid
  )
  select json_build_object(
    'name', c.name,
    'kind', case c.relkind when 'v' then 'view' when 'm' then 'materialised view' when 'f' then 'foreign table'
      when 'S' then 'sequence' else 'table' end,
    'owner', pg_get_userbyid(c.relowner),
    'columns', coalesce(k.names, '[]'),
    'numbers', array(
      select a.attnum from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
    'composites', array(
      select a.attname from pg_attribute as a
      where a.attrelid = c.oid and a.attnum > 0 and a.atttypid in (select t.oid from composite_types as t)
      order by a.attnum),
    'rowSecurity', c.relrowsecurity,
    'forced', c.relforcerowsecurity,
    'isInvoker', coalesce(c.reloptions, '{}') && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'],
    'isTriggered', exists (select from pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal),
    'filters', coalesce(array_to_string(array(
      select o from unnest(c.reloptions) as o where o ~ '^(security_barrier|check_option)=' order by 1), ', '), ''),
    'definition', case
      when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid)
      when c.relkind = 'f' then (
        select format('%s %s at %s', s.srvname, f.ftoptions, md5(s.srvoptions::text)) || coalesce((
          select string_agg(format(', %I %s', a.attname, a.attfdwoptions), '' order by a.attnum)
          from pg_attribute as a where a.attrelid = c.oid and a.attfdwoptions is not null), '') from pg_foreign_table as f join pg_foreign_server as s on s.oid = f.ftserver
        where f.ftrelid = c.oid) end,
    'shows', array(
      select distinct d.refobjid::regclass::text from pg_rewrite as w
      join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
      where w.ev_class = c.oid and w.rulename = '_RETURN' and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
      order by 1),
    'nameableBy', array(
      select r.rolname from roles as r where has_schema_privilege(r.oid, c.relnamespace, 'usage') order by r.rolname collate "C"),
    'parents', array(select i.inhparent::regclass::text from pg_inherits as i where i.inhrelid = c.oid order by 1),
    'isLogged', c.relpersistence <> 'u',
    'rules', array(
      select regexp_replace(pg_get_ruledef(w.oid), '\\s+', ' ', 'g')
        || case w.ev_enabled when 'R' then ' only in a session that replays as a replica' when 'A' then ' always' else '' end from pg_rewrite as w
      where w.ev_class = c.oid and w.rulename <> '_RETURN' and w.ev_enabled <> 'D' order by 1),
    'policies', coalesce(p.of_table, '[]'),
    'held', coalesce(h.by_role, '{}')
  ) as found
  from relations as c
  join columns as k on k.oid = c.oid
  left join policies as p on p.polrelid = c.oid
  left join held as h on h.oid = c.oid
  order by c.name collate "C"`;
