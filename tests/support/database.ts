import { afterAll, beforeAll, inject } from 'vitest';
import { TestDatabase } from './test-database.ts';

/**
 * A clone of the template for this test file, dropped when the file ends.
 *
 * @returns a function that gives the database; call it inside tests and hooks.
 * @example
 * const database = useDatabase();
 * test('a stranger reads nothing [S-02 -]', async () => {
 *   expect(await database().as(personas.stranger, (s) => s.rows('select id from public.patients'))).toEqual([]);
 * });
 */
export function useDatabase(): () => TestDatabase {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await TestDatabase.clone(inject('server'));
  });
  afterAll(async () => {
    await database?.drop();
  });
  return () => {
    if (!database) throw new Error('the database exists only while tests and hooks run');
    return database;
  };
}
