import type { Queryable } from '../catalog/invariants/invariant.ts';
import type { Bounds } from '../catalog/invariants/scope.ts';
import { misuse } from '../console/errors.ts';
import { PLATFORM_SCHEMAS } from '../drift/platform-names.ts';
import { relationNamed } from './fragments.ts';

export interface Wishes {
  /** Schemas to look at; all but the platform's when empty. */
  readonly schemas: readonly string[];
  /** Callers besides those that the database tells of. */
  readonly roles: readonly string[];
  /** The tenant column; looked for when left out. */
  readonly tenant?: string | undefined;
}

/** The column that says whose a row is, and why it is taken for that. */
export interface Tenant {
  readonly column: string;
  readonly reason: string;
}

export interface FoundBounds {
  readonly schemas: readonly string[];
  readonly callers: readonly string[];
  /** Why these are the callers. */
  readonly callersReason: string;
  readonly tenant: Tenant | undefined;
  /** What other columns were looked for, where there is no tenant. */
  readonly tenantReason: string;
  readonly hasStorage: boolean;
}

/** Names that tenant columns have, the likelier first where two are as frequent. */
const TENANT_NAMES: readonly string[] = [
  'organisation_id',
  'organization_id',
  'org_id',
  'tenant_id',
  'clinic_id',
  'workspace_id',
  'account_id',
  'team_id',
];

/** A column that one table has is an attribute of it; a tenancy has several. */
const FEWEST_TABLES = 2;

/**
 * Finds out where to look in a database, and who its callers are.
 *
 * @throws CommandError (exit code 2) for a schema, role or tenant column that the database does not have.
 */
export async function findBounds(client: Queryable, wishes: Wishes): Promise<FoundBounds> {
  const schemas = await findSchemas(client, wishes.schemas);
  const { callers, reason } = await findCallers(client, schemas, wishes.roles);
  const { tenant, reason: tenantReason } = await findTenant(client, schemas, wishes.tenant);
  const [storage] = await rows<{ found: boolean }>(
    client,
    `select ${relationNamed('storage', 'objects')} is not null as found`,
  );
  return {
    schemas,
    callers,
    callersReason: reason,
    tenant,
    tenantReason,
    hasStorage: storage?.found === true,
  };
}

/** The bounds as rules take them. */
export function asBounds({ schemas, callers, tenant }: FoundBounds): Bounds {
  return { schemas, callers, tenantColumn: tenant?.column ?? '' };
}

async function findSchemas(client: Queryable, wished: readonly string[]): Promise<readonly string[]> {
  const found = await rows<{ name: string }>(
    client,
    `select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
  );
  const names = found.map(({ name }) => name);
  const unknown = wished.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw misuse({
      problem: `the database has no schema ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      expected: `one of ${names.join(', ') || 'none: there is none'}`,
      remedy: 'correct --schema, or leave it out to look at all of them',
    });
  }
  return wished.length > 0 ? [...new Set(wished)] : names.filter((name) => !PLATFORM_SCHEMAS.includes(name));
}

/** Who sends requests: the API's roles where there are any, else those whom policies name, else everybody. */
async function findCallers(client: Queryable, schemas: readonly string[], wished: readonly string[]) {
  const known = await rows<{ name: string; is_api: boolean; is_named: boolean }>(
    client,
    `
    select r.rolname as name,
           not r.rolbypassrls and not r.rolsuper and (
             r.rolname in ('anon', 'authenticated')
             or exists (
               select from pg_auth_members as m join pg_roles as login on login.oid = m.member
               where m.roleid = r.oid and login.rolname = 'authenticator'
             )
           ) as is_api,
           not r.rolbypassrls and not r.rolsuper and exists (
             select from pg_policy as o
             join pg_class as c on c.oid = o.polrelid
             join pg_namespace as n on n.oid = c.relnamespace
             where r.oid = any (o.polroles) and n.nspname = any ($1)
           ) as is_named
    from pg_roles as r
    order by 1`,
    [schemas],
  );
  const unknown = wished.filter((role) => !known.some(({ name }) => name === role));
  if (unknown.length > 0) {
    throw misuse({
      problem: `the server has no role ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      expected: 'roles that requests run as',
      remedy: 'correct --role; `select rolname from pg_roles` lists them',
    });
  }
  const api = known.filter(({ is_api }) => is_api).map(({ name }) => name);
  if (api.length > 0) {
    return { callers: unite(api, wished), reason: 'roles of the API' };
  }
  if (wished.length > 0) return { callers: unite(wished), reason: 'named by --role' };
  const named = known.filter(({ is_named }) => is_named).map(({ name }) => name);
  return named.length > 0
    ? { callers: named, reason: 'named by policies; there are no roles of an API' }
    : {
        callers: [],
        reason: 'PUBLIC: there are no roles of an API, and no policy names one (--role <name>)',
      };
}

async function findTenant(client: Queryable, schemas: readonly string[], wished: string | undefined) {
  const found = await rows<{ column: string; tables: number }>(
    client,
    `
    select a.attname as column, count(*)::integer as tables
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any ($1) and a.attname = any ($2) and a.attnum > 0 and not a.attisdropped
    group by a.attname
    order by count(*) desc, array_position($2, a.attname::text)`,
    [schemas, wished === undefined ? TENANT_NAMES : [wished]],
  );
  const [first] = found;
  if (wished !== undefined) {
    if (!first) {
      throw misuse({
        problem: `no table has a column ${JSON.stringify(wished)}`,
        expected: 'the column that says to which tenant a row belongs',
        remedy:
          'correct --tenant, or leave it out: the rules about tenants are then skipped, unless one is found',
      });
    }
    return { tenant: { column: wished, reason: `named by --tenant; in ${first.tables} tables` }, reason: '' };
  }
  if (!first || first.tables < FEWEST_TABLES) {
    const near = first ? `${first.column} is in one table only` : `no table has ${TENANT_NAMES.join(', ')}`;
    return { tenant: undefined, reason: `no tenant column: ${near} (--tenant <column>)` };
  }
  const others = found.slice(1).map(({ column, tables }) => `${column} ${tables}`);
  return {
    tenant: {
      column: first.column,
      reason: `the most frequent: in ${first.tables} tables${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    },
    reason: '',
  };
}

function unite(...names: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(names.flat())];
}

async function rows<Row extends Record<string, unknown>>(
  client: Queryable,
  text: string,
  values: unknown[] = [],
): Promise<readonly Row[]> {
  return (await client.query<Row>(text, values)).rows;
}
