import type {
  CompiledQuery,
  DatabaseConnection,
  Kysely,
  KyselyPlugin,
  OperationNode,
  RawNode,
  Transaction,
} from 'kysely';
import type { SessionContext } from './context.ts';
import { mayLast, refuseControl } from './control.ts';
import { SessionMisuseError } from './errors.ts';
import { askKysely } from './kysely-query.ts';
import { unnested } from './nesting.ts';
import { beginFailure, CLEANED, prepare, TAKEN_BACK } from './opening.ts';
import { toCordonError } from './to-cordon-error.ts';

/** One session over Kysely. See `withSession`. */
export async function withKyselySession<DB, T>(
  db: Kysely<DB>,
  context: SessionContext,
  fn: (session: Transaction<DB>) => Promise<T>,
): Promise<T> {
  const opening = prepare(context);
  if (db.isTransaction) {
    throw new SessionMisuseError('a session is a transaction of its own, and this one has begun already', {
      hint: 'Give withSession the Kysely instance itself, outside any transaction.',
    });
  }
  let hasBegun = false;
  let first: { readonly error: unknown } | undefined;
  const run = async (transaction: Transaction<DB>, watch: Watch): Promise<T> => {
    hasBegun = true;
    const ask = askKysely(transaction);
    const guard = new SessionGuard();
    try {
      await opening.open(ask);
      const result = await watch.whileRefusing(() => fn(transaction.withPlugin(guard)));
      guard.end();
      await opening.close(ask);
      if (watch.lasts()) for (const text of CLEANED) await ask(text, []);
      return result;
    } catch (error) {
      guard.end();
      first = { error };
      // Queries that still wait for their turn go first: Kysely would send them when the connection is the next caller's.
      await transaction.getExecutor().provideConnection(async () => {});
      throw error;
    }
  };
  // The connection is held around the transaction, because Kysely leaves it as it is where `begin` fails.
  const hold = async (held: Kysely<DB>): Promise<T> => {
    const watch = await watchConnection(held);
    try {
      return await held
        .transaction()
        .setIsolationLevel('read committed')
        .execute((transaction) => run(transaction, watch));
    } catch (error) {
      if (hasBegun) throw error;
      await askKysely(held)('rollback', []).catch(() => {});
      throw beginFailure(error);
    } finally {
      watch.end();
      // A text that ended the transaction before it set something has been refused by now, and nothing of it taken back. No rollback frees a lock.
      if (watch.lasts()) {
        for (const text of TAKEN_BACK) await askKysely(held)(text, []).catch(() => {});
      }
    }
  };
  try {
    return await unnested(db.getExecutor().adapter, () => db.connection().execute(hold));
  } catch (error) {
    // Where the connection is lost, the rollback fails as well, and says less.
    throw toCordonError(first ? first.error : error);
  }
}

interface Watch {
  /** Refuses what would end the transaction while `fn` runs, which Kysely sends itself before and after. */
  readonly whileRefusing: <T>(fn: () => Promise<T>) => Promise<T>;
  /** Whether a text may have left something for longer than the session. */
  readonly lasts: () => boolean;
  readonly end: () => void;
}

/**
 * Looks at each text on its way to the connection: compiled queries and Kysely's own transactions pass by plugins, and fragments stand anywhere in
 * a query.
 */
async function watchConnection<DB>(held: Kysely<DB>): Promise<Watch> {
  const connection = await held
    .getExecutor()
    .provideConnection(async (one): Promise<DatabaseConnection> => one);
  const { executeQuery, streamQuery } = connection;
  let isLasting = false;
  let isRefusing = false;
  const look = ({ sql }: CompiledQuery) => {
    if (isRefusing) refuseControl(sql);
    isLasting ||= mayLast(sql);
  };
  connection.executeQuery = async (...given) => {
    look(given[0]);
    return (await executeQuery.apply(connection, given)) as never;
  };
  connection.streamQuery = (...given) => {
    look(given[0]);
    return streamQuery.apply(connection, given) as never;
  };
  return {
    async whileRefusing(fn) {
      isRefusing = true;
      try {
        return await fn();
      } finally {
        isRefusing = false;
      }
    },
    lasts: () => isLasting,
    end: () => void Object.assign(connection, { executeQuery, streamQuery }),
  };
}

/** Looks at what the session is asked to do. Being no subclass of Kysely's, it needs nothing of Kysely at run time. */
class SessionGuard implements KyselyPlugin {
  #isOpen = true;

  end(): void {
    this.#isOpen = false;
  }

  transformQuery({
    node,
  }: Parameters<KyselyPlugin['transformQuery']>[0]): ReturnType<KyselyPlugin['transformQuery']> {
    if (!this.#isOpen) {
      throw new SessionMisuseError('the session has ended', {
        hint: 'Await every query before the function that withSession was given returns.',
      });
    }
    if (node.kind === 'RawNode') refuseControl(textOf(node));
    return node;
  }

  async transformResult({
    result,
  }: Parameters<KyselyPlugin['transformResult']>[0]): ReturnType<KyselyPlugin['transformResult']> {
    return result;
  }
}

/** A raw statement as it reads, the raw parts of which it is made included. */
function textOf(node: OperationNode): string {
  if (node.kind !== 'RawNode') return '$';
  const { sqlFragments, parameters } = node as RawNode;
  return sqlFragments
    .map((text, index) => text + (parameters[index] ? textOf(parameters[index]) : ''))
    .join('');
}
