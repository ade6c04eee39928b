/**
 * Of roles whose reach is not read object by object, those of the platform above all: whom they can become, and what binds them no
 * longer. The row by which whoever creates a role administers it says nothing of access.
 */
export const MEMBERSHIP_DOORS = `,
  others as (
    select o.* from pg_roles as o
    where not o.rolsuper and not exists (select from roles as r where r.oid = o.oid)
  )
  select json_build_object('realm', d.realm, 'verb', d.verb, 'object', d.object, 'isInherited', false) as found
  from (
    select o.rolname as realm, 'become' as verb, g.rolname::text as object
    from pg_auth_members as m
    join others as o on o.oid = m.member
    join pg_roles as g on g.oid = m.roleid
    where coalesce(to_jsonb(m) ->> 'inherit_option', 'true') || coalesce(to_jsonb(m) ->> 'set_option', 'true') <> 'falsefalse'
    union
    select o.rolname, 'make others members of', g.rolname
    from pg_auth_members as m
    join others as o on o.oid = m.member
    join pg_roles as g on g.oid = m.roleid
    where m.admin_option
      and coalesce(to_jsonb(m) ->> 'inherit_option', 'true') || coalesce(to_jsonb(m) ->> 'set_option', 'true') <> 'falsefalse'
    union
    select o.rolname, 'pass by', 'every policy' from others as o where o.rolbypassrls
    union
    select o.rolname, 'log in to', 'the server' from others as o where o.rolcanlogin
    union
    select o.rolname, 'create', 'roles' from others as o where o.rolcreaterole
    union
    select o.rolname, 'read', 'every change by replication' from others as o where o.rolreplication
  ) as d
  order by d.realm collate "C", d.object collate "C", d.verb collate "C"`;
