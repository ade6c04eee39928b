import { randomUUID } from 'node:crypto';
import { isChecked, type SessionContext, settingsOf } from './context.ts';
import { SessionMisuseError } from './errors.ts';

/** Asks the database inside the session's transaction. */
export type Ask = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

/** The two statements that stand around what a session does, the same for every driver. */
export interface Opening {
  /** Sets role, claims and every other setting, for this transaction only. */
  readonly open: (ask: Ask) => Promise<void>;
  /** Makes sure that it is still the same transaction, of the same caller. */
  readonly close: (ask: Ask) => Promise<void>;
}

/**
 * Takes back what a text may have left on the connection for the next caller. Cursors go before the tables that they read; the role is no setting
 * to `reset all`.
 */
export const TAKEN_BACK: readonly string[] = [
  'close all',
  'discard temp',
  'unlisten *',
  'select pg_catalog.pg_advisory_unlock_all()::text', // Prisma reads no void
  'reset role',
  'reset all',
];

/**
 * The same, as the last of a transaction. Only there is it certain to be on the same connection: a pooler between us and the server keeps its own,
 * and lends it to others. Triggers that wait for the commit still need the caller's settings.
 */
export const CLEANED: readonly string[] = ['set constraints all immediate', ...TAKEN_BACK];

/** Gone as soon as the transaction that set it is. */
export const MARK = 'cordon.session';

/**
 * Prepares a session.
 *
 * @throws SessionContextError, before a connection is taken. [N-11]
 */
export function prepare(context: SessionContext): Opening {
  const mark = randomUUID();
  const settings = [...settingsOf(context), [MARK, mark] as const];
  const isToBeChecked = isChecked(context);
  // As it was looked at: the caller's object may say something else by the end.
  const role = settings.find(([name]) => name === 'role')?.[1];
  const text = `select ${settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`).join(', ')},
    pg_current_xact_id_if_assigned() is null and current_setting('transaction_isolation') = 'read committed' as fresh`;
  return {
    async open(ask) {
      const [row] = await ask(text, settings.flat());
      if (row?.fresh !== true) throw foreignTransaction();
      if (isToBeChecked) await ask('select public.pre_request()::text', []); // Prisma reads no void
    },
    async close(ask) {
      const [row] = await ask(
        `select current_setting('${MARK}', true) = $1 and current_setting('role') = $2 as intact`,
        [mark, role],
      );
      if (row?.intact === true) return;
      throw new SessionMisuseError('the transaction or the role of the session was changed inside it', {
        hint: 'withSession begins and ends the transaction: throw to roll back, and open another session for another caller.',
      });
    },
  };
}

/** Says of what `begin` answers whether somebody left a transaction on the connection, and otherwise returns it. */
export function beginFailure(error: unknown): unknown {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === '25001' || code === '25P02' ? foreignTransaction(error) : error;
}

function foreignTransaction(cause?: unknown): unknown {
  return new SessionMisuseError('the connection came with a transaction that somebody else had begun', {
    hint: 'Whatever begins a transaction on a pooled connection must end it before the release.',
    cause,
  });
}
