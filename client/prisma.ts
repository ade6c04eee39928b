import { askThrough, type PrismaSession } from './ask.ts';
import type { SessionContext } from './context.ts';
import { SessionMisuseError } from './errors.ts';
import { unnested } from './nesting.ts';
import { prepare } from './opening.ts';
import { toCordonError } from './to-cordon-error.ts';

/** The part of a Prisma client that a session needs. Prisma itself is not imported. */
interface PrismaClientLike {
  $transaction: unknown;
  $queryRawUnsafe: unknown;
}

/** What Prisma gives to the function of an interactive transaction. */
type InTransaction<Client> = Omit<
  Client,
  '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction' | '$session'
>;

export interface PrismaSessionOptions {
  /** Milliseconds to wait for a connection. */
  readonly maxWait?: number;
  /** Milliseconds until Prisma rolls the transaction back. */
  readonly timeout?: number;
}

type Begin = (fn: (transaction: PrismaSession) => Promise<unknown>, options: object) => Promise<unknown>;

/**
 * A Prisma client extension whose `$session` does what `withSession` does: one interactive transaction with the caller's role,
 * claims and chosen organisation, gone with it. Each query of `fn` must use the client that `fn` gets; the outer one has no
 * caller. [N-09 N-11]
 *
 * The datasource must log in as a member of the roles (`authenticator`), not as `postgres`. Prisma must own no table and run
 * no migration: introspect with `prisma db pull`.
 *
 * @example
 * const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) }).$extends(cordonSessions);
 * await prisma.$session({ role: 'authenticated', claims }, (session) => session.patients.findMany());
 */
export const cordonSessions = {
  name: 'cordon',
  client: {
    /**
     * @returns what `fn` returns.
     * @throws as `withSession` does.
     */
    async $session<Client extends PrismaClientLike, T>(
      this: Client,
      context: SessionContext,
      fn: (session: InTransaction<Client>) => Promise<T>,
      options: PrismaSessionOptions = {},
    ): Promise<T> {
      const opening = prepare(context);
      if (typeof this.$transaction !== 'function') {
        throw new SessionMisuseError('a session was opened inside a transaction', {
          hint: 'Call $session on the client itself.',
        });
      }
      // An extended client is a new object; the transaction's method is not the place to look for its pool.
      const begin = this.$transaction.bind(this) as Begin;
      const run = async (transaction: PrismaSession): Promise<T> => {
        const ask = askThrough(transaction);
        await opening.open(ask);
        const result = await fn(transaction as unknown as InTransaction<Client>);
        await opening.close(ask);
        return result;
      };
      try {
        return (await unnested(cordonSessions, () =>
          begin(run, { ...options, isolationLevel: 'ReadCommitted' }),
        )) as T;
      } catch (error) {
        throw toCordonError(error);
      }
    },
  },
};
