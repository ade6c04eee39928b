import pg from 'pg';
import { explainSourceFailure } from './apply-failure.ts';
import type { SourceObject } from './gather.ts';

/** What a statement is blamed on. */
type Blamed = Pick<SourceObject, 'key' | 'file'>;

/** Statements a message: a round trip for each of thousands takes longer than what they ask. */
const SIZE = 200;

/** Statements of sources in their order, sent many at a time, inside a transaction. */
export class Batch {
  readonly #client: pg.ClientBase;
  readonly #waiting: { readonly object: Blamed; readonly sql: string }[] = [];

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  /** @throws CommandError (1) naming the file and object of a statement, this one or one before it, that cannot be applied. */
  async add(object: Blamed, sql: string): Promise<void> {
    this.#waiting.push({ object, sql });
    if (this.#waiting.length >= SIZE) await this.send();
  }

  /** Sends what waits. The server tells of the first that fails, and not which it was: then each is sent by itself. */
  async send(): Promise<void> {
    const statements = this.#waiting.splice(0);
    if (statements.length === 0) return;
    // A statement may end in a comment.
    const all = ['savepoint batch', ...statements.map(({ sql }) => sql), 'release savepoint batch'].join(
      '\n;\n',
    );
    try {
      await this.#client.query(all);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      await this.#client.query('rollback to savepoint batch');
      for (const { object, sql } of statements) {
        await this.#client.query(sql).catch((cause) => {
          throw explainSourceFailure(object, sql, cause);
        });
      }
    }
  }
}
