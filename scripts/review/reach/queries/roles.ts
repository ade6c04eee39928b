/** Roles, what they are beside members, and whom they can become. */
export const ROLES = `
  select jsonb_build_object(
    'name', r.rolname,
    'isUnbound', r.rolsuper or r.rolbypassrls,
    'attributes', array_remove(array[
      case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
      case when r.rolcanlogin then 'login' end, case when r.rolcreaterole then 'createrole' end,
      case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end], null),
    'becomes', array(
      select o.rolname from pg_roles as o
      where o.oid <> r.oid and not r.rolsuper and pg_has_role(r.oid, o.oid, 'member')
      order by o.rolname collate "C")
  ) as found
  from (select * from roles union select * from pg_roles where rolname = 'authenticator') as r
  order by r.rolname collate "C"`;
