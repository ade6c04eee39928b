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

interface Call {
  readonly name: string;
  readonly calls: string;
}

/** What was called since somebody last looked, by whoever counts it. */
class Counted {
  readonly #of = new Map<number, ReadonlyMap<string, string>>();

  /** The names whose number is another than last time. */
  changed(whose: number, calls: readonly Call[]): readonly string[] {
    const before = this.#of.get(whose);
    this.#of.set(whose, new Map(calls.map((call) => [call.name, call.calls])));
    return calls.filter((call) => before?.get(call.name) !== call.calls).map(({ name }) => name);
  }
}

interface Watched {
  /** By the server, of transactions that have ended. */
  readonly counted: Counted;
  /** By each session, of the transaction that it is in. */
  readonly inside: Counted;
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
    this.#databases.set(database, { counted: new Counted(), inside: new Counted(), reader });
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
      await this.#note(watched, await this.#tell(watched));
    }
  }

  /**
   * Has each of our sessions tell the server what it called, or us, where its transaction goes on: the server counts that when it
   * ends. Whether that is everything: others end, or are still at it.
   */
  async #tell({ reader, inside }: Watched): Promise<boolean> {
    const { rows } = await reader.query<{ pid: number; state: string }>(
      `select pid, state from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    const states = new Map(rows.map(({ pid, state }) => [pid, state]));
    const ours = [...this.#clients].flatMap((client) => {
      const { processID: pid, readyForQuery } = client;
      const state = pid === null ? undefined : states.get(pid);
      return pid !== null && readyForQuery && state?.startsWith('idle') ? [{ client, pid, state }] : [];
    });
    const told = ours.map(({ client, pid, state }) =>
      state === 'idle'
        ? client.query('select pg_stat_force_next_flush()')
        : callsInside(client).then((calls) => this.#write(inside.changed(pid, calls))),
    );
    const isTold = await Promise.race([
      Promise.all(told).then(
        () => true,
        () => false, // A transaction that has failed answers nothing.
      ),
      // A pooler that holds a session reads its answers: ours waits for ever.
      new Promise<false>((resolve) => setTimeout(resolve, PATIENCE, false)),
    ]);
    const pids = ours.map(({ pid }) => pid);
    return isTold && isAlone(reader, 10, pids);
  }

  async #note(watched: Watched, isEverything: boolean): Promise<void> {
    const { rows } = await watched.reader.query<Call>(
      `select schemaname || '.' || funcname as name, sum(calls)::text as calls from pg_stat_user_functions where calls > 0 group by 1`,
    );
    this.#write([...watched.counted.changed(0, rows), ...(isEverything ? [] : ['?'])]);
  }

  #write(calls: readonly string[]): void {
    if (calls.length > 0) this.#lines.push(JSON.stringify({ test: this.#test, calls }));
  }
}

/** What a session has called in the transaction that it is in, each with the moment that it began: the next one counts anew. */
async function callsInside(client: pg.Client): Promise<readonly Call[]> {
  const { rows } = await client.query<Call>(
    `select schemaname || '.' || funcname as name, pg_catalog.now() || ' ' || sum(calls) as calls
       from pg_catalog.pg_stat_xact_user_functions where calls > 0 group by 1`,
  );
  return rows;
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
