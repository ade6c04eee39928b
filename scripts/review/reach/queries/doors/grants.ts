/** What a privilege lets its holder do. Of sequences it is something else. */
const VERBS = `(values
    ('SELECT', 'read'), ('INSERT', 'add to'), ('UPDATE', 'change'), ('DELETE', 'delete from'), ('TRUNCATE', 'empty'),
    ('REFERENCES', 'refer to'), ('TRIGGER', 'put triggers on'), ('MAINTAIN', 'lock'), ('EXECUTE', 'call'), ('USAGE', 'use'),
    ('CREATE', 'create objects in'), ('SET', 'set'), ('ALTER SYSTEM', 'set for everybody')) as v (privilege, verb)`;

/**
 * Grants as they stand: what may be passed on, and what roles hold whose reach is not read object by object. Objects that no other
 * query looks at are told for every role: large objects, foreign servers, languages, parameters, extensions, what is PostgreSQL's own.
 */
export const GRANT_DOORS = `,
  acls as (
    select c.oid::regclass::text as object, c.relowner as owner, c.relacl as acl, false as is_alone
    from pg_class as c join schemas as s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select format('%s (%I)', c.oid::regclass, a.attname), c.relowner, a.attacl, false
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join schemas as s on s.oid = c.relnamespace
    where a.attacl is not null and not a.attisdropped
    union all
    select p.oid::regprocedure::text, p.proowner, p.proacl, false
    from pg_proc as p join schemas as s on s.oid = p.pronamespace
    union all
    select 'schema ' || n.nspname, n.nspowner, n.nspacl, false
    from pg_namespace as n join schemas as s on s.oid = n.oid
    union all
    select p.oid::regprocedure::text, p.proowner, p.proacl, true
    from pg_proc as p where p.pronamespace = 'pg_catalog'::regnamespace and p.proacl is not null
    union all
    select c.oid::regclass::text, c.relowner, c.relacl, true
    from pg_class as c where c.relnamespace = 'pg_catalog'::regnamespace and c.relacl is not null
    union all
    select format('%s (%I)', c.oid::regclass, a.attname), c.relowner, a.attacl, true
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    where c.relnamespace = 'pg_catalog'::regnamespace and a.attacl is not null
    union all
    select 'large object ' || o.oid, o.lomowner, o.lomacl, true from pg_largeobject_metadata as o
    union all
    select 'foreign-data wrapper ' || w.fdwname, w.fdwowner, w.fdwacl, true from pg_foreign_data_wrapper as w
    union all
    select 'foreign server ' || s.srvname, s.srvowner, s.srvacl, true from pg_foreign_server as s
    union all
    select 'language ' || l.lanname, l.lanowner, coalesce(l.lanacl, acldefault('l', l.lanowner)), true
    from pg_language as l where l.lanpltrusted
    union all
    select 'the parameter ' || p.parname, 0, p.paracl, true from pg_parameter_acl as p
  ),
  granted as (
    select a.object, a.is_alone, x.is_grantable, coalesce(v.verb, x.privilege_type) as verb, g.realm, g.is_read
    from acls as a
    cross join aclexplode(a.acl) as x
    join (
      select r.oid, r.rolname::text as realm, true as is_read from roles as r
      union all
      select o.oid, o.rolname, false from pg_roles as o
      where not o.rolsuper and not exists (select from roles as r where r.oid = o.oid)
      union all
      select 0, 'PUBLIC', true
    ) as g on g.oid = x.grantee
    left join ${VERBS} on v.privilege = x.privilege_type
    where x.grantee <> a.owner
  )
  select json_build_object('realm', d.realm, 'verb', d.verb, 'object', d.object, 'state', d.state, 'digest', d.digest) as found
  from (
    select g.realm, g.verb, g.object, '' as state, null as digest from granted as g where g.is_alone or not g.is_read
    union all
    select g.realm, 'pass on to others the right to ' || g.verb, g.object, '', null from granted as g where g.is_grantable
    union all
    select coalesce(m.usename, 'PUBLIC'), 'log in at', 'foreign server ' || m.srvname, '', md5(m.umoptions::text)
    from pg_user_mappings as m
    union all
    select 'PUBLIC', 'call', 'the functions of the extension ' || e.extname, e.extversion, null
    from pg_extension as e
    where exists (
      select from pg_depend as d
      join pg_proc as p on p.oid = d.objid
      cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
      where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
        and x.grantee = 0)
  ) as d
  order by d.realm collate "C", d.object collate "C", d.verb collate "C"`;
