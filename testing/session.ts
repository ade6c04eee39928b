import pg from 'pg';

/** What one statement did, refusal included: tests compare these instead of catching. */
export type Outcome =
  | { readonly ok: true; readonly rows: readonly Row[]; readonly count: number }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly detail: string;
      readonly hint: string;
    };

/** A row as node-postgres gives it. */
export type Row = Record<string, unknown>;

/** One connection inside a transaction. */
export class Session {
  readonly #client: pg.Client;
  #savepoints = 0;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Rows of one statement; throws what the server answers. */
  async rows<T extends Row = Row>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.#client.query<T>(text, [...values])).rows;
  }

  /** As a client's own `query`: for code that takes either. */
  async query<T extends Row = Row>(text: string, values: readonly unknown[] = []): Promise<{ rows: T[] }> {
    return { rows: await this.rows<T>(text, values) };
  }

  /** The first column of the first row, or undefined. */
  async value<T = unknown>(text: string, values: readonly unknown[] = []): Promise<T | undefined> {
    const [row] = await this.rows(text, values);
    return row && (Object.values(row)[0] as T);
  }

  /** Several statements in one message, as a migration or a client with raw SQL would send them. */
  async script(text: string): Promise<void> {
    await this.#client.query(text);
  }

  /** The rows a statement affected; throws what the server answers. */
  async affected(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#client.query(text, [...values])).rowCount ?? 0;
  }

  /** Runs a statement behind a savepoint and keeps its effects, unless it fails: then tells how. */
  async attempt(text: string, values: readonly unknown[] = []): Promise<Outcome> {
    const name = `attempt_${++this.#savepoints}`;
    await this.#client.query(`savepoint ${name}`);
    try {
      const result = await this.#client.query<Row>(text, [...values]);
      await this.#client.query(`release savepoint ${name}`);
      return { ok: true, rows: result.rows, count: result.rowCount ?? 0 };
    } catch (error) {
      await this.#client.query(`rollback to savepoint ${name}`);
      return refusal(error);
    }
  }

  /** Runs `fn` and takes back everything it did. */
  async undone<T>(fn: () => Promise<T>): Promise<T> {
    const name = `undone_${++this.#savepoints}`;
    await this.#client.query(`savepoint ${name}`);
    try {
      return await fn();
    } finally {
      await this.#client.query(`rollback to savepoint ${name}`);
    }
  }
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof pg.DatabaseError)) throw error;
  return {
    ok: false,
    code: error.code ?? '',
    message: error.message,
    detail: error.detail ?? '',
    hint: error.hint ?? '',
  };
}
