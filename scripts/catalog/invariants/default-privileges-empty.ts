import type { Invariant } from './invariant.ts';
import { API_ROLES } from './scope.ts';

export const defaultPrivilegesEmpty: Invariant = {
  name: 'default-privileges-empty',
  claim: 'what the migrating role creates belongs to nobody else until granted',
  why: 'Platform defaults hand every new table and function to anon: a migration that forgets one line publishes it.',
  requirements: ['N-09', 'S-04'],
  // 'T' (types) is left alone: USAGE on a type opens nothing.
  query: `
    with owner as (
      select oid from pg_roles where oid = (
        select relowner from pg_class where oid = 'public.organisations'::regclass
      )
    ),
    kinds as (select unnest(array['r', 'S', 'f']::"char"[]) as kind),
    held as (
      select k.kind, 'by default for every schema' as place,
             coalesce(d.defaclacl, acldefault(case k.kind when 'S' then 's' else k.kind end, o.oid)) as acl
      from kinds as k
      cross join owner as o
      left join pg_default_acl as d on d.defaclrole = o.oid and d.defaclnamespace = 0 and d.defaclobjtype = k.kind
      union all
      select d.defaclobjtype, 'in schema ' || n.nspname, d.defaclacl
      from pg_default_acl as d
      join owner as o on o.oid = d.defaclrole
      join pg_namespace as n on n.oid = d.defaclnamespace
      where n.nspname in ('public', 'authz', 'audit', 'governance') and d.defaclobjtype in ('r', 'S', 'f')
    )
    select case h.kind when 'r' then 'tables' when 'S' then 'sequences' else 'functions' end || ' ' || h.place as object,
           (
             select 'granted to ' || string_agg(distinct coalesce(r.rolname, 'PUBLIC'), ', ')
             from aclexplode(h.acl) as g
             left join pg_roles as r on r.oid = g.grantee
             where g.grantee = 0 or r.rolname in ${API_ROLES}
           ) as problem
    from held as h`,
};
