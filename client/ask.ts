import type { Transaction } from 'kysely';
import { askKysely } from './kysely-query.ts';
import type { Ask } from './opening.ts';
import type { PgSession } from './session-pg.ts';

/** An open session of any driver. */
// biome-ignore lint/suspicious/noExplicitAny: a transaction of any database
export type AnySession = PgSession | Transaction<any> | PrismaSession;

/** The part of a Prisma transaction that we ask through. */
export interface PrismaSession {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): PromiseLike<T>;
}

/** How to ask through a session. */
export function askThrough(session: AnySession): Ask {
  if ('$queryRawUnsafe' in session) return (text, values) => askPrisma(session, text, values);
  if ('executeQuery' in session) return askKysely(session);
  return async (text, values) => (await session.query(text, values)).rows;
}

async function askPrisma(session: PrismaSession, text: string, values: readonly unknown[]) {
  return session.$queryRawUnsafe<readonly Record<string, unknown>[]>(text, ...values);
}
