import type pg from 'pg';
import type { Catalog } from '../catalog/snapshot.ts';
import { API_ROLES, PLATFORM_BYPASSERS, PLATFORM_ROLES, PLATFORM_SCHEMAS } from './platform-names.ts';

/** Settings that decide about access where somebody attaches them to a role or database. */
const DECIDING_SETTINGS =
  '^(row_security|session_replication_role|search_path|role|default_transaction_isolation|request[.].*|app[.].*)$';

/** Settings whose value says what is wrong and is nobody's secret. */
const TOLD_SETTINGS =
  '^(row_security|session_replication_role|search_path|role|default_transaction_isolation|app[.](current_organisation_id|current_clinic_id|pinned_organisation_id))$';

/**
 * What no catalog of our schemas shows and still decides about access: who bypasses policies, who can become a caller,
 * settings that come with a role, functions beside ours that run with their owner's rights over our tables. [N-54]
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
          or exists (select from pg_roles as r where r.oid = m.roleid and r.rolbypassrls and r.rolname <> 'postgres')
        )
        and not pg_get_userbyid(m.member) = any ($3)
    union all
    select format('setting %s of %s%s', split_part(c.setting, '=', 1),
             coalesce(nullif(quote_ident(pg_get_userbyid(nullif(s.setrole, 0))), ''), 'everybody'),
             case when s.setdatabase = 0 then '' else ' in this database' end),
           -- Only what is known to be no secret is told: hosted projects used to keep their signing key in app.settings.
           case when split_part(c.setting, '=', 1) ~ $5 then split_part(c.setting, '=', 2) else 'a value that is not shown' end
      from pg_db_role_setting as s
      cross join lateral unnest(s.setconfig) as c (setting)
      where split_part(c.setting, '=', 1) ~ $4
        and (s.setdatabase = 0 or s.setdatabase = (select d.oid from pg_database as d where d.datname = current_database()))
        and (s.setrole = 0 or pg_get_userbyid(s.setrole) = any ($2) or pg_get_userbyid(s.setrole) = 'authenticator')
    `,
    [PLATFORM_BYPASSERS, API_ROLES, PLATFORM_ROLES, DECIDING_SETTINGS, TOLD_SETTINGS],
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
