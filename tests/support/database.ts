import { afterAll, beforeAll, inject } from 'vitest';
import { TestDatabase } from '../../testing/test-database.ts';
import { CommittedTwins, leavingTwinsAlone, twinsOf } from './twins.ts';

/**
 * A clone of the template for this test file, dropped when the file ends.
 *
 * @param options.twins every row has a twin of the same id in another organisation, see `addTwins`, and nobody who acts there
 *   may change one; `false` for the few files that cannot have them, and say why.
 * @returns a function that gives the database; call it inside tests and hooks.
 * @example
 * const database = useDatabase();
 * test('a stranger reads nothing [S-02 -]', async () => {
 *   expect(await database().as(personas.stranger, (s) => s.rows('select id from public.patients'))).toEqual([]);
 * });
 */
export function useDatabase({ twins = true } = {}): () => TestDatabase {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    const server = inject('server');
    database = twins
      ? watched(await TestDatabase.clone({ ...server, template: twinsOf(server.template) }))
      : await TestDatabase.clone(server);
  });
  afterAll(async () => {
    await database?.drop();
  });
  return () => {
    if (!database) throw new Error('the database exists only while tests and hooks run');
    return database;
  };
}

/** Operations act for every organisation that handed a case to them, and name it; everybody else acts for their own. */
function watched(database: TestDatabase): TestDatabase {
  const as = database.as.bind(database);
  const committed = new CommittedTwins((fn) => database.asSuperuser(fn));
  database.as = (persona, fn, options) =>
    as(
      persona,
      (session) =>
        persona.role === 'internal_ops'
          ? fn(session)
          : leavingTwinsAlone(session, committed, () => fn(session)),
      options,
    );
  return database;
}
