import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll } from 'vitest';
import type { Reach } from '../../scripts/review/reach/reach.ts';
import { readReach } from '../../scripts/review/reach/read-reach.ts';
import { compareReach } from '../../scripts/review/verdicts/compare-reach.ts';
import { judge } from '../../scripts/review/verdicts/judge.ts';
import { mayWiden, type Verdict } from '../../scripts/review/verdicts/verdict.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { PGTAP_SCHEMA } from '../support/pgtap.ts';
import type { Migration } from './corpus/migration.ts';

export interface Review {
  readonly verdicts: readonly Verdict[];
  readonly mayWiden: boolean;
}

/** Reviews migrations on one database, each in a transaction that is taken back. What was before is read once. */
export class Reviewer {
  readonly #database: () => TestDatabase;
  readonly #clients = new Map<string, Promise<pg.Client>>();
  #before: Reach | undefined;
  readonly #reviews = new Map<Migration, Promise<Review>>();
  /** The tests' own tools are a thousand functions, and no part of the schema. */
  #cleared: Promise<void> | undefined;

  constructor(database: () => TestDatabase) {
    this.#database = database;
    afterAll(async () => {
      for (const client of this.#clients.values()) await (await client).end();
    });
  }

  /** The server's major, which decides what some statements mean. */
  async major(): Promise<number> {
    const { rows } = await (await this.#client('postgres')).query<{ major: number }>(
      `select current_setting('server_version_num')::integer / 10000 as major`,
    );
    return rows[0]?.major ?? 0;
  }

  /** Everything that is told of one migration, whoever asks how often. */
  review(migration: Migration): Promise<Review> {
    const known = this.#reviews.get(migration) ?? this.#review(migration);
    this.#reviews.set(migration, known);
    return known;
  }

  async #review(migration: Migration): Promise<Review> {
    this.#cleared ??= this.#database().asSuperuser((session) =>
      session.script(`drop schema ${PGTAP_SCHEMA} cascade`),
    );
    await this.#cleared;
    const client = await this.#client(migration.asSuperuser ? 'superuser' : 'postgres');
    await client.query('begin');
    try {
      this.#before ??= await readReach(client);
      if (migration.given) await client.query(migration.given);
      const before = migration.given ? await readReach(client) : this.#before;
      await client.query(migration.sql);
      const after = await readReach(client);
      const verdicts = migration.writesRows
        ? await judge({ up: migration.sql, path: 'the-migration.sql' }, before, after)
        : await compareReach(before, after);
      return { verdicts, mayWiden: verdicts.some(mayWiden) };
    } finally {
      await client.query('rollback');
    }
  }

  #client(login: 'superuser' | 'postgres'): Promise<pg.Client> {
    const known = this.#clients.get(login);
    if (known) return known;
    const connect = async () => {
      const client = new pg.Client({ connectionString: this.#database().url(login) });
      await client.connect();
      return preparing(client);
    };
    const client = connect();
    this.#clients.set(login, client);
    return client;
  }
}

/** Each look asks the same of the catalog: planned once, a review takes a fifth less. */
function preparing(client: pg.Client): pg.Client {
  const query = client.query.bind(client) as (config: unknown, values?: unknown) => Promise<pg.QueryResult>;
  const prepared = (config: string | pg.QueryConfig, values?: unknown) =>
    query(typeof config === 'string' ? config : { ...config, name: digestOf(config.text) }, values);
  return Object.assign(client, { query: prepared });
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
