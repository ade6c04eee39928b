/** Schemas and the database: naming what stands in them, creating there, owning. */
export const SCHEMA_DOORS = `
  select json_build_object('realm', d.realm, 'verb', d.verb, 'object', d.object, 'isInherited', d.inherited) as found
  from (
    select r.rolname as realm, w.verb, 'schema ' || s.nspname as object, true as inherited
    from schemas as s
    cross join roles as r
    cross join (values ('usage', 'name what stands in'), ('create', 'create objects in')) as w (privilege, verb)
    where has_schema_privilege(r.oid, s.oid, w.privilege) and not r.rolsuper
    union all
    select r.rolname, 'own', 'schema ' || n.nspname, false
    from pg_namespace as n
    join schemas as s on s.oid = n.oid
    join pg_roles as r on r.oid = n.nspowner and not r.rolsuper and r.rolname <> 'postgres'
    union all
    select r.rolname, w.verb, w.object, true
    from roles as r
    cross join (values
      ('connect', 'connect to', 'the database'), ('create', 'create', 'schemas in the database'),
      ('temporary', 'create', 'temporary tables')) as w (privilege, verb, object)
    where has_database_privilege(r.oid, current_database(), w.privilege) and not r.rolsuper
  ) as d
  order by d.realm collate "C", d.object collate "C", d.verb collate "C"`;
