import { askThrough, type PrismaSession } from './ask.ts';
import type { SessionContext } from './context.ts';
import { mayLast, refuseControl } from './control.ts';
import { SessionMisuseError } from './errors.ts';
import { unnested } from './nesting.ts';
import { CLEANED, prepare, TAKEN_BACK } from './opening.ts';
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

/** What `$session` takes beside caller and function: the options of Prisma's own interactive transaction. */
export interface PrismaSessionOptions {
  /** Milliseconds to wait for a connection. */
  readonly maxWait?: number | undefined;
  /** Milliseconds until Prisma rolls the transaction back. */
  readonly timeout?: number | undefined;
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
        const { session, lasts } = watched(transaction);
        try {
          await opening.open(ask);
          const result = await fn(session as unknown as InTransaction<Client>);
          await opening.close(ask);
          if (lasts()) {
            // Nobody but Prisma holds the connection after the commit.
            for (const text of CLEANED) await ask(text, []);
          }
          return result;
        } catch (error) {
          // Prisma's rollback takes nothing back where a text has ended the transaction before it set something.
          if (lasts()) for (const text of ['rollback', ...TAKEN_BACK]) await ask(text, []).catch(() => {});
          throw error;
        }
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

/** The methods of a Prisma client that take SQL. */
const RAW: ReadonlySet<PropertyKey> = new Set([
  '$queryRaw',
  '$queryRawUnsafe',
  '$queryRawTyped',
  '$executeRaw',
  '$executeRawUnsafe',
]);

/**
 * The transaction, with an eye on the SQL that it is given: it refuses what ends the session, and says what may have outlasted it. Prisma
 * nests transactions, as savepoints: what is given to one inside is looked at as well.
 */
function watched(transaction: PrismaSession) {
  let isLasting = false;
  const watch = (one: PrismaSession): PrismaSession =>
    new Proxy(one, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name === '$transaction') {
          return (work: unknown, ...options: unknown[]) =>
            value.call(
              target,
              typeof work === 'function' ? (inner: PrismaSession) => work(watch(inner)) : work,
              ...options,
            );
        }
        if (!RAW.has(name)) return value;
        return (query: unknown, ...values: unknown[]) => {
          const text = textOf(query, values);
          refuseControl(text);
          isLasting ||= mayLast(text);
          return value.call(target, query, ...values);
        };
      },
    });
  return { session: watch(transaction), lasts: () => isLasting };
}

/**
 * A text, a template's parts, or what `Prisma.sql` makes of them. What `Prisma.raw` or `Prisma.sql` made and a template was given is a part of its
 * text, and no parameter.
 */
function textOf(query: unknown, values: readonly unknown[] = []): string {
  if (typeof query === 'string') return query;
  const { sql, strings } = query as Fragment;
  const parts = Array.isArray(query) ? query : strings;
  if (!parts) return String(sql);
  const between = (index: number) => (isFragment(values[index]) ? textOf(values[index]) : `$${index + 1}`);
  return parts.map((part, index) => (index === 0 ? part : between(index - 1) + part)).join('');
}

interface Fragment {
  readonly sql?: unknown;
  readonly strings?: readonly string[];
}

function isFragment(value: unknown): boolean {
  const { sql, strings } = (value ?? {}) as Fragment;
  return typeof sql === 'string' && Array.isArray(strings);
}
