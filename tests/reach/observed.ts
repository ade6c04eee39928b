import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayWiden } from '../../scripts/review/verdicts/verdict.ts';
import { EVERYBODY } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { CORPUS } from './corpus/index.ts';
import type { Migration } from './corpus/migration.ts';
import { OBSERVATIONS } from './observations.ts';
import { type Observation, observe, type Seen } from './observer.ts';
import type { Reviewer } from './reviewer.ts';

const MIGRATIONS = new Map(
  Object.values(CORPUS)
    .flat()
    .map((migration) => [migration.does, migration]),
);
const PAIRS = OBSERVATIONS.map((observation) => {
  const migration = MIGRATIONS.get(observation.does);
  if (!migration) throw new Error(`no migration of the corpus ${observation.does}`);
  return { migration, observation };
});
const WIDENING = PAIRS.filter(({ migration }) => migration.widens);
const HARMLESS = PAIRS.filter(({ migration }) => !migration.widens);

const more = (seen: readonly Seen[]) => seen.filter(({ before, after }) => after > before);
const named = (pairs: readonly { readonly migration: Migration; readonly observation: Observation }[]) =>
  pairs.map((pair) => [pair.migration.does, pair] as const);

/** Holds what is told of migrations to what people get, on the database that they were reviewed on. */
export function describeObserved(database: () => TestDatabase, reviewer: Reviewer): void {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
  });

  describe('of a migration that is said to widen, somebody gets more, and of whom it is said [S-30 +]', () => {
    test.each(named(WIDENING))('%s', async (_, { migration, observation }) => {
      const gained = more(await observe(client, migration, observation, EVERYBODY));
      expect(gained).not.toEqual([]);
      const { verdicts } = await reviewer.review(migration);
      const told = new Set(verdicts.filter(mayWiden).map(({ realm }) => realm));
      for (const { persona } of gained)
        expect(told.has(persona.role) || told.has('everybody'), persona.name).toBe(true);
    });
  });

  describe('of a migration that is said to widen nothing, nobody gets more, and whoever got something is asked [S-30 -]', () => {
    test.each(named(HARMLESS))('%s', async (_, { migration, observation }) => {
      const seen = await observe(client, migration, observation, EVERYBODY);
      expect(more(seen).map(({ persona }) => persona.name)).toEqual([]);
      const { verdicts } = await reviewer.review(migration);
      const isNarrowed = verdicts.some(({ mark }) => mark === 'narrowed');
      // What is said to stay as it is stays for everybody; what is said to be narrowed is so for somebody.
      expect(seen.some(({ before, after }) => after < before)).toBe(isNarrowed);
      // A question that nobody gets an answer to shows nothing, unless that is what the migration is about.
      const isAnswered = seen.some(({ before }) => before > 0);
      expect(isAnswered).toBe(true);
    });
  });

  test('more than 25 of each are observed', () => {
    expect(WIDENING.length).toBeGreaterThan(25);
    expect(HARMLESS.length).toBeGreaterThan(15);
  });
}
