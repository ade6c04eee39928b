import type { ClientBase, QueryResult } from 'pg';
import { quoteLiteral } from '../postgres/quote.ts';
import { isExtensions, type MemberCatalog, OWN_SCHEMAS } from './extension-members.ts';
import * as access from './queries/access.ts';
import type { CatalogQuery, CatalogRow } from './queries/query.ts';
import * as relations from './queries/relations.ts';
import * as routines from './queries/routines.ts';
import * as surroundings from './queries/surroundings.ts';

/**
 * What a database holds of ours, as text that can be compared: key → definition.
 *
 * Keys name the object the way a person says it: `table public.patients`, `column public.patients.mrn`,
 * `policy provider_select on public.patients`, `function authz.holds(text[], text[])`,
 * `grants on public.patients to authenticated`, `comment on function authz.user_id()`.
 * Definitions are exact within one server version; between majors PostgreSQL may spell an expression differently.
 */
export type Catalog = ReadonlyMap<string, string>;

const QUERIES: readonly CatalogQuery[] = [relations, routines, access, surroundings].flatMap((module) =>
  Object.values(module).filter((value): value is CatalogQuery => typeof value === 'object' && 'sql' in value),
);

/**
 * Reads the catalog of a database. Only reads, needs no privileges, one round trip of one query per kind of object.
 *
 * @param client a connection, inside or outside a transaction; its search_path is as before afterwards.
 * @param options.schemas the schemas to look at; ours when left out.
 */
export async function readCatalog(
  client: ClientBase,
  { schemas = OWN_SCHEMAS }: { readonly schemas?: readonly string[] } = {},
): Promise<Catalog> {
  const { rows } = await client.query<{ path: string }>(`select current_setting('search_path') as path`);
  const namesOf = `array[${schemas.map(quoteLiteral).join(', ')}]::name[]`;
  const results = (await client.query(
    [
      // Every name in a deparsed definition is qualified only while the path is empty.
      `select set_config('search_path', 'pg_catalog, pg_temp', true)`,
      ...QUERIES.map(({ sql }) => expand(sql, namesOf)),
      `select set_config('search_path', ${quoteLiteral(rows[0]?.path ?? '')}, true)`,
    ].join(';\n'),
  )) as unknown as QueryResult<CatalogRow>[];
  const entries = results.slice(1, -1).flatMap((result) =>
    result.rows.flatMap(({ key, definition, comment }): [string, string][] =>
      comment === null
        ? [[key, definition]]
        : [
            [key, definition],
            [`comment on ${key}`, comment],
          ],
    ),
  );
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The kind of object a key names: its first word or words, `grants` and `comment` included. */
export function kindOf(key: string): string {
  return (
    /^(default privileges|materialized view|foreign table|event trigger|outer trigger|outer policy|outer table|outer view|outer function|foreign server|user mapping|deployment setting|row-level security|\S+)/.exec(
      key,
    )?.[0] ?? key
  );
}

function expand(sql: string, schemas: string): string {
  return sql
    .replaceAll('$1', () => schemas)
    .replaceAll(/owned_by_extension\('(\w+)', ([\w.]+)\)/g, (_, catalog: MemberCatalog, oid: string) =>
      isExtensions(catalog, oid, OWN_SCHEMAS),
    )
    .replaceAll(
      /grantee_name\(([\w.]+)\)/g,
      `case when $1 = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid($1)) end`,
    );
}
