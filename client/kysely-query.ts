import type { CompiledQuery, Kysely, QueryId } from 'kysely';
import type { Ask } from './opening.ts';

/**
 * Asks through a Kysely instance without importing Kysely, which who uses pg alone need not have. A compiled query passes by
 * the instance's plugins, so that none changes what we ask; its answer does not pass by them, so that they are left out.
 */
// biome-ignore lint/suspicious/noExplicitAny: of any database
export function askKysely(db: Kysely<any>): Ask {
  return async (text, values) => {
    const query: CompiledQuery<Record<string, unknown>> = {
      query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
      queryId: QUERY_ID,
      sql: text,
      parameters: values,
    };
    return (await db.withoutPlugins().executeQuery(query)).rows;
  };
}

const QUERY_ID: QueryId = { queryId: 'cordon' };
