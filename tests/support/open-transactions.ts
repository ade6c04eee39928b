import pg from 'pg';
import { afterEach, inject } from 'vitest';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import type { Persona } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';

/**
 * Transactions of their own connections, left open while somebody else commits; with the clones that they are on they go when the test ends.
 *
 * @returns `clone`, a database; and `begin`, a transaction of a persona, at READ COMMITTED where no other level is named. It has looked around when it
 *   comes back: what others commit from now on is not in an older snapshot.
 */
export function useOpenTransactions() {
  const open: pg.Client[] = [];
  const databases: TestDatabase[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()));
    for (const database of databases.splice(0)) await database.drop();
  });
  return {
    async clone(): Promise<TestDatabase> {
      const database = await TestDatabase.clone(inject('server'));
      databases.push(database);
      return database;
    },
    async begin(database: TestDatabase, persona: Persona, isolation = 'read committed'): Promise<pg.Client> {
      const client = new pg.Client({ connectionString: database.url('authenticator') });
      open.push(client);
      await client.connect();
      await client.query(`begin isolation level ${isolation}`);
      await client.query(`set local role ${persona.role}`);
      await client.query(
        `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
        [JSON.stringify(persona.claims), JSON.stringify(FROM_THE_CLINIC)],
      );
      await client.query('select count(*) from public.organisations');
      return client;
    },
  };
}

/** What came of a statement: the code of a refusal, or how many rows. */
export const outcomeOf = (work: Promise<pg.QueryResult>): Promise<string | number | null> =>
  work.then(
    ({ rowCount }) => rowCount,
    (error: pg.DatabaseError) => error.code ?? error.message,
  );
