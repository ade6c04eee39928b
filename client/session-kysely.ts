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
import { controlRefused, mayLast, refuseControl } from './control.ts';
import { SessionMisuseError } from './errors.ts';
import { askKysely } from './kysely-query.ts';
import { unnested } from './nesting.ts';
import { beginFailure, prepare } from './opening.ts';
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
  const run = async (transaction: Transaction<DB>): Promise<T> => {
    hasBegun = true;
    const ask = askKysely(transaction);
    const guard = new SessionGuard();
    try {
      await opening.open(ask);
      const result = await fn(withoutBegin(transaction.withPlugin(guard)));
      guard.end();
      await opening.close(ask);
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
      return await held.transaction().setIsolationLevel('read committed').execute(run);
    } catch (error) {
      if (hasBegun) throw error;
      await askKysely(held)('rollback', []).catch(() => {});
      throw beginFailure(error);
    } finally {
      if (watch.end()) {
        for (const text of ['reset role', 'reset all']) await askKysely(held)(text, []).catch(() => {});
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

/**
 * Looks at each text on its way to the connection: compiled queries pass by plugins, and fragments stand anywhere in a query.
 *
 * @returns how to end it, which says whether one of them may have set something for longer than the session.
 */
async function watchConnection<DB>(held: Kysely<DB>): Promise<{ readonly end: () => boolean }> {
  const connection = await held
    .getExecutor()
    .provideConnection(async (one): Promise<DatabaseConnection> => one);
  const { executeQuery, streamQuery } = connection;
  let isLasting = false;
  const look = ({ sql }: CompiledQuery) => {
    isLasting ||= mayLast(sql);
  };
  connection.executeQuery = (...given) => {
    look(given[0]);
    return executeQuery.apply(connection, given) as never;
  };
  connection.streamQuery = (...given) => {
    look(given[0]);
    return streamQuery.apply(connection, given) as never;
  };
  return {
    end() {
      Object.assign(connection, { executeQuery, streamQuery });
      return isLasting;
    },
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

const DERIVING = ['withPlugin', 'withoutPlugins', 'withSchema', 'withTables'] as const;

/**
 * Takes `startTransaction` from a session and what derives from it. Kysely leaves it there, and sends `begin` and `commit` past every plugin: what
 * came after such a commit would run as the login itself.
 */
function withoutBegin<S extends object>(session: S): S {
  const methods = session as unknown as Record<string, (...given: unknown[]) => object>;
  const own = DERIVING.map((name) => {
    const derive = methods[name];
    return [name, (...given: unknown[]) => derive && withoutBegin(derive.apply(session, given))] as const;
  });
  const startTransaction = (): never => {
    throw controlRefused();
  };
  return Object.assign(session, { ...Object.fromEntries(own), startTransaction });
}

/** A raw statement as it reads, the raw parts of which it is made included. */
function textOf(node: OperationNode): string {
  if (node.kind !== 'RawNode') return '$';
  const { sqlFragments, parameters } = node as RawNode;
  return sqlFragments
    .map((text, index) => text + (parameters[index] ? textOf(parameters[index]) : ''))
    .join('');
}
