import type { DB } from 'cordon';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { pinOrganisation } from '../../client/kysely.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

/** Any table and column: what the types refuse, an application can still write. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Loose = Kysely<any>;

export interface Pinned {
  /** As a role that no policy binds, so that what holds, holds because of the pin. */
  readonly unbound: Kysely<DB>;
  /** The same, pinned to clinic A. */
  readonly pinned: Kysely<DB>;
  readonly loose: Loose;
}

/**
 * Kysely with and without a pin, for this test file.
 *
 * @returns a function that gives both; call it inside tests and hooks.
 */
export function usePinned(database: () => TestDatabase): () => Pinned {
  let made: Pinned | undefined;
  beforeAll(() => {
    const pool = new pg.Pool({ connectionString: database().url('postgres'), max: 2 });
    const unbound = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
    const pinned = unbound.withPlugin(pinOrganisation(CLINIC_A));
    made = { unbound, pinned, loose: pinned as unknown as Loose };
  });
  afterAll(() => made?.unbound.destroy());
  return () => {
    if (!made) throw new Error('the connections exist only while tests and hooks run');
    return made;
  };
}

/** The values of all columns, each once: of queries that select organisations only. */
export function clinicsIn(rows: readonly object[]): unknown[] {
  return [...new Set(rows.flatMap((row) => Object.values(row)))].filter((value) => value !== null).sort();
}
