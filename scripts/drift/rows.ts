import type pg from 'pg';
import type { Catalog } from '../catalog/snapshot.ts';

/** Rows that migrations write, and that decide as policies do. */
interface DecidingRows {
  /** What a person calls them where they cannot be seen. */
  readonly name: string;
  readonly table: string;
  /** How the key of each begins. */
  readonly kind: string;
  readonly query: string;
}

const ROWS: readonly DecidingRows[] = [
  {
    name: 'steps of states',
    table: 'authz.state_transitions',
    kind: 'transition of ',
    query: `
      select format('transition of %s from %s to %s', table_name, coalesce(from_state, 'nothing'), to_state) as key,
             coalesce('by ' || array_to_string(realms, ', '), 'by anybody') as definition
      from authz.state_transitions`,
  },
  {
    // What else stands in the row is the deployment's own choice: this lets tokens in that nobody can end.
    name: 'settings of the deployment',
    table: 'authz.deployment_settings',
    kind: 'deployment setting ',
    query: `
      select 'deployment setting allow_sessionless_tokens' as key, 'true' as definition
      from authz.deployment_settings where allow_sessionless_tokens`,
  },
  {
    // A private bucket of an application opens nothing; in a public one every file is everybody's who knows its name.
    name: 'buckets of files',
    table: 'storage.buckets',
    kind: 'bucket ',
    query: `
      select 'bucket ' || quote_ident(id) as key, case when public then 'public' else 'private' end as definition
      from storage.buckets where public or id = 'patient-documents'`,
  },
];

export interface DecidingCatalog {
  readonly catalog: Catalog;
  /** What this login may not see, or not all of. */
  readonly unseen: readonly { readonly name: string; readonly kind: string }[];
}

/** Reads what migrations left in rows. Where the reader may not see them all, nothing is read, and that is told. */
export async function readDecidingRows(client: pg.ClientBase): Promise<DecidingCatalog> {
  const catalog = new Map<string, string>();
  const unseen: { name: string; kind: string }[] = [];
  for (const { name, table, kind, query } of ROWS) {
    const { rows: seen } = await client.query<{ all: boolean }>(
      `
      select has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid) as all
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
      where format('%s.%s', n.nspname, c.relname) = $1`,
      [table],
    );
    if (seen[0]?.all !== true) {
      if (seen[0]) unseen.push({ name, kind });
      continue;
    }
    const { rows } = await client.query<{ key: string; definition: string }>(query);
    for (const { key, definition } of rows) catalog.set(key, definition);
  }
  return { catalog, unseen };
}
