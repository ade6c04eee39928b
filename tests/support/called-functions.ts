import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach } from 'vitest';
import { TestDatabase } from '../../testing/test-database.ts';

/**
 * For `npm run mutation`: writes down which functions each test called, so that a changed function is held only against the tests
 * that call it. Does nothing where no folder is named.
 *
 * A file a database that is dropped, a line a test: `{"test": id, "calls": ["authz.holds", …]}`. What is called outside of every test, by
 * hooks of a whole file, has no id. `?` stands for what nobody can tell: somebody was still at it, whose calls the server has not counted yet.
 */
const FOLDER = process.env.CORDON_CALLED_FUNCTIONS;
const WATCHED = Symbol.for('cordon.called-functions');

/** How long an idle session may take to tell the server what it called, in milliseconds. */
const PATIENCE = 500;

interface Watched {
  /** The calls that were counted when somebody last looked. */
  counted: ReadonlyMap<string, string>;
  readonly reader: pg.Client;
}

/** pg tells nobody whether a connection is idle but by this. */
type Client = pg.Client & { readonly processID: number | null; readonly readyForQuery?: boolean };

class CalledFunctions {
  readonly #folder: string;
  readonly #databases = new Map<TestDatabase, Watched>();
  readonly #clients = new Set<Client>();
  #lines: string[] = [];
  #test: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    const watched = this;
    const { drop } = TestDatabase.prototype;
    const clone = TestDatabase.clone.bind(TestDatabase);
    TestDatabase.clone = async (...given) => {
      const database = await clone(...given);
      if (existsSync(folder)) await this.#watch(database);
      return database;
    };
    TestDatabase.prototype.drop = async function () {
      await watched.#unwatch(this);
      return drop.call(this);
    };
    const connect = pg.Client.prototype.connect as (...given: unknown[]) => unknown;
    pg.Client.prototype.connect = function (this: Client, ...given: unknown[]) {
      watched.#clients.add(this);
      this.once('end', () => watched.#clients.delete(this));
      return connect.apply(this, given);
    } as typeof pg.Client.prototype.connect;
  }

  /** What was called until now belongs to no test; from here on to this one. */
  async begin(test: string): Promise<void> {
    await this.#look();
    this.#test = test;
  }

  async end(): Promise<void> {
    await this.#look();
    this.#test = undefined;
  }

  async #watch(database: TestDatabase): Promise<void> {
    const reader = new pg.Client({ connectionString: database.url('superuser') });
    reader.on('error', () => {});
    await reader.connect();
    this.#clients.delete(reader as Client);
    this.#databases.set(database, { counted: new Map(), reader });
  }

  async #unwatch(database: TestDatabase): Promise<void> {
    const watched = this.#databases.get(database);
    if (!watched) return;
    this.#databases.delete(database);
    const { reader } = watched;
    // A session's calls are counted when it ends. Ours wait for their next use; a pool that is ending needs a moment.
    await reader.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name like 'cordon test %'`,
    );
    await this.#note(watched, await isAlone(reader, 100)).catch(() => this.#write(['?']));
    await reader.end();
    if (!existsSync(this.#folder)) return;
    await writeFile(join(this.#folder, randomUUID()), this.#lines.join('\n'));
    this.#lines = [];
  }

  async #look(): Promise<void> {
    for (const watched of this.#databases.values()) {
      const isTold = await this.#tell(watched.reader);
      await this.#note(watched, isTold);
    }
  }

  /** Has each of our idle sessions tell the server what it called. Whether that is everything: others end, or are still at it. */
  async #tell(reader: pg.Client): Promise<boolean> {
    const { rows } = await reader.query<{ pid: number; isIdle: boolean }>(
      `select pid, state = 'idle' as "isIdle" from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    const idle = new Set(rows.flatMap(({ pid, isIdle }) => (isIdle ? [pid] : [])));
    const ours = [...this.#clients].filter(
      ({ processID, readyForQuery }) => processID !== null && idle.has(processID) && readyForQuery,
    );
    const isTold = await Promise.race([
      Promise.all(ours.map((client) => client.query('select pg_stat_force_next_flush()'))).then(() => true),
      // A pooler that holds a session reads its answers: ours waits for ever.
      new Promise<false>((resolve) => setTimeout(resolve, PATIENCE, false)),
    ]);
    return (
      isTold &&
      isAlone(
        reader,
        10,
        ours.flatMap(({ processID }) => processID ?? []),
      )
    );
  }

  async #note(watched: Watched, isEverything: boolean): Promise<void> {
    const { rows } = await watched.reader.query<{ name: string; calls: string }>(
      `select schemaname || '.' || funcname as name, sum(calls)::text as calls from pg_stat_user_functions where calls > 0 group by 1`,
    );
    const called = rows.filter(({ name, calls }) => watched.counted.get(name) !== calls);
    watched.counted = new Map(rows.map(({ name, calls }) => [name, calls]));
    this.#write([...called.map(({ name }) => name), ...(isEverything ? [] : ['?'])]);
  }

  #write(calls: readonly string[]): void {
    if (calls.length > 0) this.#lines.push(JSON.stringify({ test: this.#test, calls }));
  }
}

/** Waits for everybody but ourselves to leave a database. Whether they have. */
async function isAlone(reader: pg.Client, tries: number, ours: readonly number[] = []): Promise<boolean> {
  for (let count = 0; count < tries; count++) {
    const { rowCount } = await reader.query(
      `select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and pid <> all ($1) and backend_type = 'client backend'`,
      [ours],
    );
    if (rowCount === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

if (FOLDER !== undefined) {
  // The hooks are each file's own; what they watch is the worker's.
  const worker = globalThis as { [WATCHED]?: CalledFunctions };
  worker[WATCHED] ??= new CalledFunctions(FOLDER);
  const watched = worker[WATCHED];
  beforeEach(({ task }) => watched.begin(task.id));
  afterEach(() => watched.end());
}
