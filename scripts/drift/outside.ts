import type pg from 'pg';
import { isItsOwnSchema, OWN_SCHEMAS } from '../catalog/extension-members.ts';
import { bodyOf } from '../catalog/invariants/scope.ts';
import type { Catalog } from '../catalog/snapshot.ts';
import { isInvokerView } from '../scan/views.ts';
import { API_ROLES, PLATFORM_EVENT_TRIGGERS, PLATFORM_SCHEMAS } from './platform-names.ts';

/** Whom policies bind; the server's key is bound by none. */
const CALLERS = API_ROLES.filter((role) => role !== 'service_role');

/** Whether the member `oid` of this catalog came with an extension, into a schema of it. */
const isMember = (catalog: string, oid: string, schema: string) => `exists (
      select from pg_depend as came join pg_extension as x on came.refclassid = 'pg_extension'::regclass and x.oid = came.refobjid
      where came.classid = '${catalog}'::regclass and came.objid = ${oid} and came.deptype = 'e' and ${isItsOwnSchema(schema)})`;

/**
 * What stands in schemas of others and reaches ours, or decides about files: nothing of it is there on a project that only has what the
 * platform brought. $1 our schemas, $2 callers, $3 the platform's schemas, $4 its event triggers.
 */
const OUTSIDE = String.raw`
  with ours as (
    select c.*, format('%I.%I', n.nspname, c.relname) as object, n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')
  ),
  theirs as (
    select n.oid, n.nspname from pg_namespace as n where not n.nspname = any ($1) and n.nspname !~ '^pg_(toast|temp)'
      and n.nspname <> 'information_schema'
  ),
  callers as (select r.oid, r.rolname from pg_roles as r where r.rolname = any ($2))
  -- Storage asks policies; without row security there is nobody to ask.
  select format('row-level security of %I.%I', n.nspname, c.relname) as key, 'disabled' as definition
    from pg_class as c join theirs as n on n.oid = c.relnamespace
    where n.nspname = 'storage' and c.relname in ('objects', 'buckets') and c.relkind in ('r', 'p') and not c.relrowsecurity
  union all
  -- Logins, their sessions and secrets: nobody's through the API.
  select format('grants on %I.%I to %s', n.nspname, c.relname, case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end),
         string_agg(distinct x.privilege_type || coalesce(' (' || quote_ident(x.attname) || ')', ''), e'\n')
    from pg_class as c join theirs as n on n.oid = c.relnamespace
    cross join lateral (
      select g.grantee, g.privilege_type, null::name as attname from aclexplode(c.relacl) as g
      union all
      select g.grantee, g.privilege_type, a.attname from pg_attribute as a cross join aclexplode(a.attacl) as g
        where a.attrelid = c.oid and not a.attisdropped
    ) as x
    where n.nspname in ('auth', 'vault') and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (x.grantee = 0 or x.grantee in (select oid from callers))
    group by 1
  union all
  -- Where a caller may create, a name that others leave unqualified becomes the caller's.
  select format('grants on schema %I to %s', n.nspname, case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end),
         'CREATE'
    from theirs as n join pg_namespace as s on s.oid = n.oid cross join aclexplode(s.nspacl) as x
    where x.privilege_type = 'CREATE' and (x.grantee = 0 or x.grantee in (select oid from callers))
  union all
  select format('membership of %I in %I', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid)), 'member'
    from pg_auth_members as m
    where pg_get_userbyid(m.member) = any ($2 || array['authenticator', 'service_role'])
      and not (pg_get_userbyid(m.member) = 'authenticator' and pg_get_userbyid(m.roleid) in ('anon', 'authenticated', 'service_role'))
      and pg_get_userbyid(m.roleid) !~ '^pgsodium_'
  union all
  select format('publication %I of %I.%I', p.pubname, n.nspname, c.relname), 'published'
    from pg_publication as p join pg_publication_rel as r on r.prpubid = p.oid
    join pg_class as c on c.oid = r.prrelid join theirs as n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'vault')
  union all
  select format('publication %I of schema %I', p.pubname, n.nspname), 'published'
    from pg_publication as p join pg_publication_namespace as s on s.pnpubid = p.oid join theirs as n on n.oid = s.pnnspid
    where n.nspname in ('auth', 'vault')
  union all
  -- A caller becomes one by a token, and by nothing else.
  select 'attributes of ' || quote_ident(r.rolname),
         concat_ws(', ', case when r.rolcanlogin then 'login' end, case when r.rolcreaterole then 'createrole' end,
           case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end)
    from pg_roles as r
    where r.rolname in ('anon', 'authenticated', 'service_role') and (r.rolcanlogin or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
  union all
  select 'owner of this database', quote_ident(pg_get_userbyid(d.datdba))
    from pg_database as d
    where d.datname = current_database() and pg_get_userbyid(d.datdba) = any ($2 || array['authenticator', 'service_role'])
  union all
  select format('event trigger %I', e.evtname), format('%s executes %I.%I()', e.evtevent, n.nspname, p.proname)
    from pg_event_trigger as e join pg_proc as p on p.oid = e.evtfoid join theirs as n on n.oid = p.pronamespace
    where not ${isMember('pg_event_trigger', 'e.oid', 'p.pronamespace')}
      and not (n.nspname = any ($3) and e.evtname = any ($4))
  union all
  select format('foreign server %I', f.srvname), 'of ' || quote_ident(w.fdwname)
    from pg_foreign_server as f join pg_foreign_data_wrapper as w on w.oid = f.srvfdw
  union all
  select format('user mapping of %s for %I', case when m.umuser = 0 then 'PUBLIC' else quote_ident(m.usename) end, m.srvname), 'mapped'
    from pg_user_mappings as m
  union all
  -- A child of ours answers when its parent is asked, and by itself as its own policies say. A month of the access log is closed.
  select format('outer table %I.%I under %s', n.nspname, c.relname, o.object),
         concat_ws(', ', case when c.relispartition then 'partition' else 'child' end,
           case when not c.relrowsecurity then 'without row-level security' when not c.relforcerowsecurity then 'not forced' end,
           (select 'reached by ' || string_agg(distinct case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end, ', ')
              from aclexplode(c.relacl) as x where x.grantee <> c.relowner),
           case when c.relowner <> o.relowner then 'owner ' || quote_ident(pg_get_userbyid(c.relowner)) end)
    from pg_inherits as i join ours as o on o.oid = i.inhparent
    join pg_class as c on c.oid = i.inhrelid join theirs as n on n.oid = c.relnamespace
    where not (c.relispartition and c.relrowsecurity and c.relforcerowsecurity and c.relowner = o.relowner
        and not exists (select from aclexplode(c.relacl) as x where x.grantee <> c.relowner))
  union all
  -- With its owner's rights, whom no policy of ours binds.
  select format('outer view %I.%I', n.nspname, v.relname), format('of %s, read by %s', string_agg(distinct o.object, ', '), w.readers)
    from pg_class as v join theirs as n on n.oid = v.relnamespace
    join pg_rewrite as r on r.ev_class = v.oid
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
    join ours as o on o.oid = d.refobjid
    cross join lateral (
      select string_agg(k.rolname, ', ' order by k.rolname) as readers from callers as k
      where has_any_column_privilege(k.oid, v.oid, 'select') and has_schema_privilege(k.oid, n.oid, 'usage')) as w
    where v.relkind in ('v', 'm') and w.readers is not null and not (v.relkind = 'v' and ${isInvokerView('v')})
    group by n.nspname, v.relname, w.readers
  union all
  select format('outer function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), format('names %s, called by %s', t.named, w.callers)
    from pg_proc as p join theirs as n on n.oid = p.pronamespace
    cross join lateral (
      select string_agg(k.rolname, ', ' order by k.rolname) as callers from callers as k
      where has_function_privilege(k.oid, p.oid, 'execute') and has_schema_privilege(k.oid, n.oid, 'usage')) as w
    cross join lateral (
      select string_agg(distinct o.object, ', ') as named
      from (select ${bodyOf('p')} as body) as b
      cross join lateral regexp_matches(b.body, '\m(public|authz|audit|governance)"?\s*\.\s*"?(\w+)', 'gi') as m (found)
      join ours as o on o.relname = lower(m.found[2]) and o.nspname = lower(m.found[1])) as t
    where p.prosecdef and p.prokind in ('f', 'p') and p.prolang in (select l.oid from pg_language as l where l.lanname in ('sql', 'plpgsql'))
      and w.callers is not null and t.named is not null and not ${isMember('pg_proc', 'p.oid', 'p.pronamespace')}`;

/** What stands beside our schemas and reaches what is ours, or what files are guarded by. Only reads, needs no privileges. [N-54] */
export async function readOutside(client: pg.ClientBase): Promise<Catalog> {
  const { rows } = await client.query<{ key: string; definition: string }>(OUTSIDE, [
    OWN_SCHEMAS,
    CALLERS,
    PLATFORM_SCHEMAS,
    PLATFORM_EVENT_TRIGGERS,
  ]);
  return new Map(rows.map(({ key, definition }) => [key, definition]));
}
