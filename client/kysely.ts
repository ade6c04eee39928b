import type { KyselyPlugin } from 'kysely';
import { TENANT_KEYS } from '../generated/tenant-keys.ts';
import { PinError } from './errors.ts';
import { PinTransformer } from './pin-transformer.ts';

/** What `pinOrganisation` takes beside the organisation. */
export interface PinOptions {
  /**
   * Tables of the application's own: the column that names the organisation, or null for a table that belongs to none.
   * Names with their schema: `{ 'app.notes': 'organisation_id', 'app.icons': null }`.
   */
  readonly tables?: Readonly<Record<string, string | null>> | undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A Kysely plugin that pins every query to one organisation, beside what the policies do: belt and braces, and the only belt
 * where a server reads with a role that bypasses them. [S-05]
 *
 * SELECT, UPDATE and DELETE get `organisation_id = $n` for every table of a tenant that they name, in joins, subqueries,
 * common table expressions, `using` and `insert … select` as well; an INSERT gets the value, or must carry the same one, and
 * so must an update, an upsert included. What it cannot pin it refuses with a `PinError`: raw statements, raw sources,
 * MERGE, tables it does not know, an organisation that a sub-select computes.
 *
 * It cannot see into raw SQL: a table that a fragment (`` sql`exists (select from patients)` ``) or a function reads is not
 * pinned. Row-level security is what holds there. `db.withoutPlugins()` is the way out for what is meant to reach further.
 *
 * Put it behind plugins that rename, like CamelCasePlugin or WithSchemaPlugin: it looks for the names of the database. `executeQuery` of a query
 * that was compiled before passes by it, as by every plugin.
 *
 * @param organisationId a UUID.
 * @throws PinError for what is not a UUID, here; for what cannot be pinned, when the query is compiled.
 * @example
 * const pinned = db.withPlugin(pinOrganisation(organisationId));
 * await withSession(pinned, context, (session) => session.selectFrom('patients').select('id').execute());
 */
export function pinOrganisation(organisationId: string, { tables = {} }: PinOptions = {}): KyselyPlugin {
  if (typeof organisationId !== 'string' || !UUID.test(organisationId)) {
    throw new PinError('the organisation to pin to is not a UUID');
  }
  const keys = new Map(Object.entries({ ...tables, ...TENANT_KEYS }));
  return {
    transformQuery: ({ node, queryId }) =>
      // One each: it remembers which names are in scope.
      new PinTransformer(organisationId.toLowerCase(), keys).transformRoot(node, queryId),
    transformResult: async ({ result }) => result,
  };
}
