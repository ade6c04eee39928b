/**
 * Whatever else opens something. Each is there or not: `key` tells it apart, `opens` says it behind "can now".
 * Publications and settings are nobody's in particular: their realm is empty.
 */
export const DOORS = `
  select jsonb_build_object('key', d.key, 'realm', d.realm, 'who', d.who, 'opens', d.opens) as found
  from (
    select format('schema %s %s %s', s.nspname, w.privilege, r.rolname) as key, r.rolname::text as realm,
           null as who, format(w.opens, s.nspname) as opens
    from schemas as s
    cross join roles as r
    cross join (values ('usage', 'name what stands in schema %s'), ('create', 'create objects in schema %s')) as w (privilege, opens)
    where has_schema_privilege(r.oid, s.oid, w.privilege) and not r.rolsuper
    union all
    select format('database %s %s', w.privilege, r.rolname), r.rolname, null, w.opens
    from roles as r
    cross join (values ('create', 'create schemas in the database'), ('temporary', 'create temporary tables')) as w (privilege, opens)
    where has_database_privilege(r.oid, current_database(), w.privilege) and not r.rolsuper
    union all
    select format('default %s %s %s %s %s', d.defaclrole::regrole, n.nspname, d.defaclobjtype, x.privilege_type, x.grantee),
           case when x.grantee = 0 then 'PUBLIC' else pg_get_userbyid(x.grantee)::text end, null,
           format('%s every %s that %s creates%s from now on', lower(x.privilege_type),
             case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' when 'T' then 'type' else 'schema' end,
             d.defaclrole::regrole, ' in schema ' || n.nspname)
    from pg_default_acl as d
    left join pg_namespace as n on n.oid = d.defaclnamespace
    cross join aclexplode(d.defaclacl) as x
    where x.grantee <> d.defaclrole and (d.defaclnamespace = 0 or d.defaclnamespace in (select oid from schemas))
    union all
    -- PostgreSQL's own default: functions are everybody's until an entry says otherwise.
    select format('default %s execute', o.rolname), 'PUBLIC', null, format('execute every function that %s creates from now on', o.rolname)
    from pg_roles as o
    where o.oid in (select p.proowner from pg_proc as p where p.pronamespace in (select oid from schemas))
      and not exists (
        select from pg_default_acl as d
        where d.defaclrole = o.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
          and not exists (select from aclexplode(d.defaclacl) as x where x.grantee = 0))
      and not exists (select from roles as r where r.oid = o.oid)
      and not o.rolsuper
    union all
    select format('publication %s of %s.%s', p.pubname, t.schemaname, t.tablename), '',
           format('whoever receives the publication %s', p.pubname),
           format('read %s.%s%s%s, whatever its policies say', t.schemaname, t.tablename,
             case when cardinality(t.attnames) < (
               select count(*) from pg_attribute as a
               where a.attrelid = format('%I.%I', t.schemaname, t.tablename)::regclass
                 and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')
             then ' (' || array_to_string(t.attnames, ', ') || ')' end,
             ' where ' || t.rowfilter)
    from pg_publication as p
    join pg_publication_tables as t on t.pubname = p.pubname
    where t.schemaname in (select nspname from schemas)
    union all
    -- What it is set to is told by a digest: it may be a secret.
    select format('setting of %s%s %s %s', coalesce(o.rolname, 'everybody'), case when c.setdatabase = 0 then '' else ' here' end,
             split_part(v, '=', 1), md5(v)),
           coalesce(o.rolname, '')::text, null, format('begin every session with another %s', split_part(v, '=', 1))
    from pg_db_role_setting as c
    left join pg_roles as o on o.oid = c.setrole
    cross join unnest(c.setconfig) as v
    where (c.setdatabase = 0 or c.setdatabase = (select oid from pg_database where datname = current_database()))
      and (c.setrole = 0 or c.setrole in (select oid from roles))
      and split_part(v, '=', 1) !~ '^(statement_timeout|idle_in_transaction_session_timeout|lock_timeout|log_.*)$'
  ) as d
  order by d.key collate "C"`;
