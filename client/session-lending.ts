import type { CompiledQuery, ConnectionProvider, DatabaseConnection, QueryResult } from 'kysely';
import { mayLast, refuseControl } from './control.ts';
import { type CordonError, SessionMisuseError } from './errors.ts';

interface OpenStream {
  readonly stream: AsyncIterableIterator<unknown>;
  /** Takes the connection from whoever asked for it. */
  readonly take: (reason: unknown) => void;
}

/**
 * Lends the connection of a session to what the session is asked, and looks at each text on its way: compiled queries and Kysely's own transactions
 * pass by plugins, fragments stand anywhere in a query, and whatever derives from the session lends from here.
 */
export class SessionLending implements ConnectionProvider {
  readonly #provider: ConnectionProvider;
  readonly #streams = new Set<OpenStream>();
  #isOpen = true;
  #isOver = false;
  #isLasting = false;

  constructor(provider: ConnectionProvider) {
    this.#provider = provider;
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    this.refuseLate();
    if (this.#streams.size > 0) {
      throw new SessionMisuseError('the session was asked something while a stream of it is open', {
        hint: 'A connection does one thing at a time. Read the stream to its end, or break out of its loop, and ask then.',
      });
    }
    return this.#provider.provideConnection(
      (connection) =>
        new Promise<T>((resolve, reject) => {
          consumer(this.#lent(connection, reject)).then(resolve, reject);
        }),
    );
  }

  /** @throws SessionMisuseError once the function of the session has returned. */
  refuseLate(): void {
    if (!this.#isOpen) throw ended();
  }

  /** Whether a text may have left something for longer than the session. */
  lasts(): boolean {
    return this.#isLasting;
  }

  /**
   * Takes no further query, ends the streams that are open, and waits for what was asked before: Kysely would send it when the connection is the
   * next caller's.
   *
   * @returns whether a stream was left open. Nothing but its end frees the connection: the commit would wait for ever.
   */
  async end(): Promise<boolean> {
    this.#isOpen = false;
    const left = [...this.#streams];
    for (const { stream, take } of left) {
      // Not awaited: where the connection is lost, a cursor waits for ever for the answer to its end. The driver sends nothing before it.
      stream.return?.().catch(() => {});
      // Who asked for it would have the connection until they asked for another row.
      take(ended());
    }
    await this.#provider.provideConnection(async () => {});
    this.#isOver = true;
    return left.length > 0;
  }

  /** Its other methods are the driver's, and keep their connection. */
  #lent(connection: DatabaseConnection, take: OpenStream['take']): DatabaseConnection {
    const own: DatabaseConnection = {
      executeQuery: async (query) => {
        if (this.#isOver) throw ended();
        this.#look(query);
        return connection.executeQuery(query);
      },
      streamQuery: (query, chunkSize) => {
        this.refuseLate();
        this.#look(query);
        return this.#followed(connection.streamQuery(query, chunkSize), take);
      },
    };
    return new Proxy(connection, {
      get(target, name) {
        if (name === 'executeQuery' || name === 'streamQuery') return own[name];
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #look({ sql }: CompiledQuery): void {
    refuseControl(sql);
    this.#isLasting ||= mayLast(sql);
  }

  async *#followed<R>(
    stream: AsyncIterableIterator<QueryResult<R>>,
    take: OpenStream['take'],
  ): AsyncIterableIterator<QueryResult<R>> {
    const open = { stream, take };
    this.#streams.add(open);
    try {
      for await (const result of stream) {
        yield result;
        this.refuseLate();
      }
      // A stream that was ended under way looks like one that came to its end.
      this.refuseLate();
    } finally {
      this.#streams.delete(open);
    }
  }
}

function ended(): CordonError {
  return new SessionMisuseError('the session has ended', {
    hint: 'Await every query before the function that withSession was given returns.',
  });
}
