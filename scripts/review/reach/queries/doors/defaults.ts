/** What will be open of objects that do not exist yet. PostgreSQL's own default: functions are everybody's until an entry says otherwise. */
export const DEFAULT_DOORS = `,
  verbs as (select * from (values
    ('r', 'SELECT', 'read'), ('r', 'INSERT', 'add to'), ('r', 'UPDATE', 'change'), ('r', 'DELETE', 'delete from'),
    ('r', 'TRUNCATE', 'empty'), ('r', 'REFERENCES', 'refer to'), ('r', 'TRIGGER', 'put triggers on'), ('r', 'MAINTAIN', 'lock'),
    ('S', 'USAGE', 'draw numbers from'), ('S', 'SELECT', 'read the last number of'), ('S', 'UPDATE', 'set the next number of'),
    ('f', 'EXECUTE', 'call'), ('T', 'USAGE', 'use'), ('n', 'USAGE', 'name what stands in'), ('n', 'CREATE', 'create objects in'))
    as v (type, privilege, verb))
  select json_build_object('realm', d.realm, 'verb', d.verb, 'object', d.object || ' from now on') as found
  from (
    select case when x.grantee = 0 then 'PUBLIC' else pg_get_userbyid(x.grantee) end as realm, coalesce(v.verb, x.privilege_type) as verb,
           format('every %s that %s creates%s',
             case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' when 'T' then 'type'
               when 'n' then 'schema' else 'large object' end,
             d.defaclrole::regrole, ' in schema ' || n.nspname) as object
    from pg_default_acl as d
    left join pg_namespace as n on n.oid = d.defaclnamespace
    cross join aclexplode(d.defaclacl) as x
    left join verbs as v on v.privilege = x.privilege_type and v.type = d.defaclobjtype
    where x.grantee <> d.defaclrole
    union all
    select 'PUBLIC', 'call', format('every function that %I creates', o.rolname)
    from pg_roles as o
    where o.oid in (select p.proowner from pg_proc as p where p.pronamespace in (select oid from schemas))
      and not exists (
        select from pg_default_acl as d
        where d.defaclrole = o.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
          and not exists (select from aclexplode(d.defaclacl) as x where x.grantee = 0))
      and not exists (select from roles as r where r.oid = o.oid)
      and not o.rolsuper
  ) as d
  order by d.realm collate "C", d.object collate "C", d.verb collate "C"`;
