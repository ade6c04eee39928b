import type { Kysely } from 'kysely';
import { SessionMisuseError } from './errors.ts';
import { askKysely } from './kysely-query.ts';
import type { Ask } from './opening.ts';
import type { PgSession } from './session-pg.ts';

/** An open session of any driver. */
export type AnySession = PgSession | KyselySession | PrismaSession;

/** The part of a transaction of Kysely that we ask through. Kysely is not named: where it is not installed, any session would be one. */
export interface KyselySession {
  withoutPlugins(): { executeQuery(query: never): Promise<object> };
}

/** The part of a Prisma transaction that we ask through. */
export interface PrismaSession {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): PromiseLike<T>;
}

/**
 * How to ask through a session.
 *
 * @throws SessionMisuseError for what is none.
 */
export function askThrough(session: AnySession): Ask {
  if (typeof session !== 'object' || session === null) {
    throw new SessionMisuseError('an open session was expected, and there is none', {
      hint: 'Call it inside withSession or $session, with the session that fn is given.',
    });
  }
  if ('$queryRawUnsafe' in session) return (text, values) => askPrisma(session, text, values);
  // biome-ignore lint/suspicious/noExplicitAny: a transaction of any database
  if ('withoutPlugins' in session) return askKysely(session as unknown as Kysely<any>);
  return async (text, values) => (await session.query(text, values)).rows;
}

async function askPrisma(session: PrismaSession, text: string, values: readonly unknown[]) {
  return session.$queryRawUnsafe<readonly Record<string, unknown>[]>(text, ...values);
}
