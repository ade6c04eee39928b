import type pg from 'pg';
import { HARMLESS_SETTINGS } from '../catalog/harmless-settings.ts';
import type { Catalog } from '../catalog/snapshot.ts';
import { API_ROLES, PLATFORM_BYPASSERS, PLATFORM_ROLES, PLATFORM_SCHEMAS } from './platform-names.ts';

/** Settings of who migrates that switch guards off; the others are the platform's choice. */
const SWITCHING_OFF = '^(row_security|session_replication_role|role|event_triggers)$';

/** As the platform sets them, or as SECURITY.md and `db:doctor` ask for them: they open and log less than without. */
const AS_ASKED: readonly string[] = [
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  'log_min_messages=fatal',
  'log_min_messages=panic',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
  'log_statement=none',
  'log_min_duration_statement=-1',
  // By a migration, where the server lets it: an embedded one does not.
  'pgrst.db_pre_request=public.pre_request',
  'pgrst.db_schemas=public',
  'pgrst.jwt_aud=authenticated',
  'session_preload_libraries=safeupdate',
  'session_preload_libraries=supautils, safeupdate',
];

/** Settings whose value says what is wrong and is nobody's secret: PostgreSQL's own, and those that name an organisation. */
const TOLD_SETTINGS =
  '^(\\w+|pgrst[.]db_(schemas|pre_request|extra_search_path|anon_role)|app[.](current_organisation_id|current_clinic_id|pinned_organisation_id))$';

/**
 * What no catalog of our schemas shows and still decides about access: who bypasses policies, who can become a caller,
 * settings that come with a role. [N-54]
 *
 * @returns key → definition, like a catalog.
 */
export async function readSurroundings(client: pg.ClientBase): Promise<Catalog> {
  const { rows } = await client.query<{ key: string; definition: string }>(
    `
    select 'role ' || quote_ident(r.rolname) || ' past policies' as key,
           concat_ws(', ', case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end) as definition
      from pg_roles as r
      where (r.rolsuper or r.rolbypassrls) and not r.rolname = any ($1)
    union all
    select format('membership of %I in %I', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid)), 'member'
      from pg_auth_members as m
      where (
          pg_get_userbyid(m.roleid) = any ($2)
          or exists (select from pg_roles as r where r.oid = m.roleid and r.rolbypassrls)
          or pg_get_userbyid(m.roleid) = any ('{pg_execute_server_program,pg_read_server_files,pg_write_server_files,pg_write_all_data}')
        )
        and not pg_get_userbyid(m.member) = any ($3)
        -- The login that the Supabase CLI makes for itself, for minutes.
        and not (pg_get_userbyid(m.member) = 'cli_login_postgres' and pg_get_userbyid(m.roleid) = 'postgres')
    union all
    select format('setting %s of %s%s', split_part(c.setting, '=', 1),
             coalesce(nullif(quote_ident(pg_get_userbyid(nullif(s.setrole, 0))), ''), 'everybody'),
             case when s.setdatabase = 0 then '' else ' in this database' end),
           -- Only what is known to be no secret is told: hosted projects used to keep their signing key in app.settings.
           case when split_part(c.setting, '=', 1) ~ $5 then split_part(c.setting, '=', 2) else 'a value that is not shown' end
      from pg_db_role_setting as s
      cross join lateral unnest(s.setconfig) as c (setting)
      where split_part(c.setting, '=', 1) !~ $4
        and not c.setting = any ($6)
        and (s.setdatabase = 0 or s.setdatabase = (select d.oid from pg_database as d where d.datname = current_database()))
        and (
          s.setrole = 0
          or pg_get_userbyid(s.setrole) = any ($2)
          or pg_get_userbyid(s.setrole) = 'authenticator'
          or (pg_get_userbyid(s.setrole) = 'postgres' and split_part(c.setting, '=', 1) ~ $7)
        )
    union all
    -- What roles of requests were given of the server itself. PUBLIC has nothing of it, but for what PostgreSQL begins with.
    select format('grants on %s to %s', g.object, case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end),
           string_agg(distinct x.privilege_type, e'\\n')
      from (
        select 'parameter ' || p.parname as object, p.paracl as acl, true as is_public from pg_parameter_acl as p
        union all
        select 'foreign server ' || quote_ident(f.srvname), f.srvacl, true from pg_foreign_server as f
        union all
        select 'large object ' || l.oid, l.lomacl, true from pg_largeobject_metadata as l
        union all
        select 'this database', d.datacl, true from pg_database as d where d.datname = current_database()
        union all
        select p.oid::regprocedure::text, p.proacl, false from pg_proc as p where p.pronamespace = 'pg_catalog'::regnamespace
        union all
        select c.oid::regclass::text, c.relacl, false from pg_class as c where c.relnamespace = 'pg_catalog'::regnamespace
      ) as g
      cross join lateral aclexplode(g.acl) as x
      where (pg_get_userbyid(x.grantee) = any ($2 || array['authenticator']) or (x.grantee = 0 and g.is_public))
        and x.privilege_type not in ('CONNECT', 'TEMPORARY')
      group by 1
    `,
    [
      PLATFORM_BYPASSERS,
      API_ROLES,
      PLATFORM_ROLES,
      HARMLESS_SETTINGS,
      TOLD_SETTINGS,
      AS_ASKED,
      SWITCHING_OFF,
    ],
  );
  return new Map(rows.map(({ key, definition }) => [key, definition]));
}

/** A schema that is neither ours nor known as the platform's, and how much stands in it. */
export interface StrangeSchema {
  readonly name: string;
  readonly relations: number;
  readonly functions: number;
  /** Whether callers of the API may use it. */
  readonly isOpen: boolean;
}

/** Schemas beside ours. What stands in one is not compared; that it exists, and who may enter, is told. */
export async function strangeSchemas(
  client: pg.ClientBase,
  own: readonly string[],
): Promise<readonly StrangeSchema[]> {
  const { rows } = await client.query<StrangeSchema>(
    `
    select n.nspname as name,
           (select count(*)::integer from pg_class as c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')) as relations,
           (select count(*)::integer from pg_proc as p where p.pronamespace = n.oid) as functions,
           exists (
             select from pg_roles as r where r.rolname = any ($2) and has_schema_privilege(r.oid, n.oid, 'usage')
           ) as "isOpen"
    from pg_namespace as n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and not n.nspname = any ($1)
    order by 1`,
    [[...own, ...PLATFORM_SCHEMAS], API_ROLES],
  );
  return rows;
}

/** Schemas of the platform that this database has, which the comparison leaves alone. */
export async function ignoredSchemas(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select nspname as name from pg_namespace where nspname = any ($1) order by 1',
    [PLATFORM_SCHEMAS],
  );
  return rows.map(({ name }) => name);
}
