import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { ClientBase, QueryResult } from 'pg';

/**
 * Runs queries on one open connection strictly one after another, for libraries that would start several at once.
 * What is generated then comes from exactly the connection that the caller chose, with its TLS settings and inside its
 * transaction.
 */
export function oneByOne(client: ClientBase): {
  query(sql: string, values?: unknown[]): Promise<QueryResult>;
} {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query(sql, values) {
      const result = last.then(() => client.query(sql, values));
      last = result.catch(() => {});
      return result;
    },
  };
}

/** The same in the shape of the pool that Kysely expects. */
export function poolOf(client: ClientBase): PostgresPool {
  const { query } = oneByOne(client);
  return {
    connect: async () => ({ query, release() {} }) as unknown as PostgresPoolClient,
    end: async () => {},
  };
}
