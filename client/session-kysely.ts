import type { Kysely, KyselyPlugin, OperationNode, RawNode, Transaction } from 'kysely';
import type { SessionContext } from './context.ts';
import { refuseControl } from './control.ts';
import { SessionMisuseError } from './errors.ts';
import { askKysely } from './kysely-query.ts';
import { unnested } from './nesting.ts';
import { beginFailure, CLEANED, prepare, TAKEN_BACK } from './opening.ts';
import { SessionLending } from './session-lending.ts';
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
  let lending: SessionLending | undefined;
  const run = async (transaction: Transaction<DB>): Promise<T> => {
    hasBegun = true;
    const ask = askKysely(transaction);
    const lent = new SessionLending(transaction.getExecutor());
    lending = lent;
    try {
      await opening.open(ask);
      const result = await fn(lentBy(transaction, lent));
      if (await lent.end()) {
        throw new SessionMisuseError('the session ended with a stream that was still open', {
          hint: 'Read it to its end, or break out of its loop, before the function that withSession was given returns.',
        });
      }
      await opening.close(ask);
      if (lent.lasts()) for (const text of CLEANED) await ask(text, []);
      return result;
    } catch (error) {
      first = { error };
      await lent.end();
      throw error;
    }
  };
  // The connection is held around the transaction, because Kysely leaves it as it is where `begin` fails.
  const hold = async (held: Kysely<DB>): Promise<T> => {
    try {
      return await held.transaction().setIsolationLevel('read committed').execute(run);
    } catch (error) {
      if (hasBegun) throw error;
      await askKysely(held)('rollback', []).catch(() => {});
      throw beginFailure(error);
    } finally {
      // A text that ended the transaction before it set something has been refused by now, and nothing of it taken back. No rollback frees a lock.
      if (lending?.lasts()) {
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

/** The transaction as `fn` gets it: what it is asked, and whatever derives from it, asks for the connection at `lending`. */
function lentBy<DB>(transaction: Transaction<DB>, lending: SessionLending): Transaction<DB> {
  const executor = transaction.getExecutor();
  const own = executor.withConnectionProvider(lending);
  // Kysely has no other way to say that of a transaction. This one is the session's alone, and what we ask ourselves has no plugin.
  executor.withPlugin = (plugin) => own.withPlugin(plugin);
  return transaction.withPlugin(new SessionGuard(lending));
}

/** Looks at what the session is asked to do. Being no subclass of Kysely's, it needs nothing of Kysely at run time. */
class SessionGuard implements KyselyPlugin {
  readonly #lending: SessionLending;

  constructor(lending: SessionLending) {
    this.#lending = lending;
  }

  transformQuery({
    node,
  }: Parameters<KyselyPlugin['transformQuery']>[0]): ReturnType<KyselyPlugin['transformQuery']> {
    this.#lending.refuseLate();
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
