/**
 * From 16 on a membership may let its holder neither have the rights nor take the role, and is none then; unless it may be passed on, as
 * one may then pass it on to oneself.
 */
const CAN_BECOME = `(
        pg_has_role(r.oid, o.oid, 'member') and (
          current_setting('server_version_num')::integer < 160000
          or pg_has_role(r.oid, o.oid, 'usage')
          or pg_has_role(r.oid, o.oid, 'member with admin option')
          or pg_has_role(r.oid, o.oid, case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)))`;

/** Roles, what they are beside members, whose rights they have, whom they can become and make others become. */
export const ROLES = `
  select json_build_object(
    'name', r.rolname,
    'isUnbound', r.rolsuper or r.rolbypassrls,
    'attributes', array_remove(array[
      case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
      case when r.rolcanlogin then 'login' end, case when r.rolcreaterole then 'createrole' end,
      case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end], null),
    'becomes', array(
      select o.rolname from pg_roles as o
      where o.oid <> r.oid and not r.rolsuper and ${CAN_BECOME}
      order by o.rolname collate "C"),
    'inherits', array(
      select o.rolname from pg_roles as o
      where o.oid <> r.oid and not r.rolsuper and pg_has_role(r.oid, o.oid, 'usage')
      order by o.rolname collate "C"),
    'passesOn', array(
      select o.rolname from pg_auth_members as m join pg_roles as o on o.oid = m.roleid
      where m.member = r.oid and m.admin_option order by o.rolname collate "C")
  ) as found
  from roles as r
  order by r.rolname collate "C"`;
