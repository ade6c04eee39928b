import type { ScanRule } from '../rule.ts';

export const defaultPrivilegesOpen: ScanRule = {
  name: 'default-privileges-open',
  level: 'medium',
  claim: 'what somebody creates belongs to nobody else until granted',
  why: 'A default hands every later table or function to the callers: the migration that forgets one line has published it.',
  remedy:
    'alter default privileges for role … revoke … from the callers; for functions also without "in schema", from PUBLIC: per schema that has no effect',
  // 'T' (types) is left alone: USAGE on a type opens nothing.
  query: ({ callers, tables }) => `
    with ${callers}, ${tables},
    owners as (select distinct relowner as oid from tables),
    kinds as (select unnest(array['r', 'S', 'f']::"char"[]) as kind),
    held as (
      select k.kind, o.oid as owner, 'by default for every schema' as place,
             coalesce(d.defaclacl, acldefault(case k.kind when 'S' then 's' else k.kind end, o.oid)) as acl
      from kinds as k
      cross join owners as o
      left join pg_default_acl as d on d.defaclrole = o.oid and d.defaclnamespace = 0 and d.defaclobjtype = k.kind
      union all
      select d.defaclobjtype, o.oid, 'in schema ' || quote_ident(n.nspname), d.defaclacl
      from pg_default_acl as d
      join owners as o on o.oid = d.defaclrole
      join pg_namespace as n on n.oid = d.defaclnamespace
      where n.nspname in (select schema from tables) and d.defaclobjtype in ('r', 'S', 'f')
    )
    select format(
             '%s %s by %I', case h.kind when 'r' then 'tables' when 'S' then 'sequences' else 'functions' end, h.place,
             pg_get_userbyid(h.owner)
           ) as object,
           (
             select 'granted to ' || string_agg(distinct coalesce(r.rolname, 'PUBLIC'), ', ')
             from aclexplode(h.acl) as g
             left join pg_roles as r on r.oid = g.grantee
             where g.grantee = 0 or r.rolname = 'service_role' or r.oid in (select c.oid from callers as c)
           ) as problem
    from held as h`,
};
