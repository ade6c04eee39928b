import type { Kysely } from 'kysely';
import { type AnySession, askThrough } from './ask.ts';
import type { SessionContext } from './context.ts';
import { CordonError, InsightsTransportError } from './errors.ts';
import { type SessionPool, withSession } from './session.ts';
import { toCordonError } from './to-cordon-error.ts';

/** What a vendor of Smart Insights gets, parsed: `smart_insights_payload()` of the database makes it, and nothing else. [S-22] */
export interface InsightsPayload {
  /** Keys of the organisation's modules. */
  readonly modules: readonly string[];
  /** Rounded down to fives. */
  readonly counts: {
    readonly staff: number;
    readonly patients: number;
    readonly beds: Readonly<Record<'available' | 'occupied' | 'cleaning' | 'other', number>>;
    readonly admissions: Readonly<Record<'planned' | 'admitted', number>>;
    readonly cases: Readonly<Record<'new' | 'triage' | 'active', number>>;
    readonly transfers: Readonly<Record<'requested' | 'under_way', number>>;
  };
  /** The last twenty of staff, newest first; `occurred_at` is an hour in UTC, `2026-11-28T12:00Z`. */
  readonly actions: readonly {
    readonly event: string;
    /** Null where the actor has no name any more. */
    readonly actor_name: string | null;
    readonly occurred_at: string;
  }[];
}

/** A heuristic of the database's own. */
export interface InsightsSuggestion {
  readonly code: string;
  readonly message: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** From the vendor, or from the database where insights are off or no vendor may be asked. */
export type InsightsAnswer<T> =
  | { readonly from: 'vendor'; readonly answer: T }
  | { readonly from: 'database'; readonly suggestions: readonly InsightsSuggestion[] };

/**
 * Sends the payload to the vendor: the whole body, as it is. Its SHA-256 stands in the record of dispatches, so that whatever else is sent is
 * not what was recorded.
 */
export type InsightsTransport<T> = (body: string) => Promise<T>;

/**
 * Asks the vendor of Smart Insights, or the database where nothing may leave. The payload is taken and recorded in a transaction of its own,
 * which has ended before anything is sent: no lock waits for a vendor. [S-22, S-25]
 *
 * @param db as for `withSession`.
 * @param context a member with the capability insights_admin.
 * @param send gets the text that the database made, and nothing else of the database.
 * @throws `DeniedError` for who may not take a payload; {@link InsightsTransportError} with what `send` threw as its cause; what
 *   `withSession` throws.
 * @example
 * const answer = await askInsights(pool, context, async (body) => (await fetch(url, { method: 'POST', body })).json());
 */
export async function askInsights<T>(
  // biome-ignore lint/suspicious/noExplicitAny: of any database
  db: SessionPool | Kysely<any>,
  context: SessionContext,
  send: InsightsTransport<T>,
): Promise<InsightsAnswer<T>> {
  const taken = await withSession(db as SessionPool, context, async (session) => {
    const [row] = await askThrough(session)('select public.smart_insights_payload()::text as payload', []);
    const payload = row?.payload;
    return typeof payload === 'string' ? payload : { suggestions: await suggestInsights(session) };
  });
  if (typeof taken !== 'string') return { from: 'database', ...taken };
  try {
    return { from: 'vendor', answer: await send(taken) };
  } catch (cause) {
    throw new InsightsTransportError('the vendor of Smart Insights could not be asked', {
      hint: 'What was to be sent is on record as taken. suggestInsights answers without a vendor.',
      cause,
    });
  }
}

/**
 * What the database suggests by itself, from counts of what the session's caller may read, the most pressing first. Nothing leaves. [S-25]
 *
 * @param session an open session of `withSession` or of the Prisma extension, of any member of staff.
 * @throws {@link CordonError} as `withSession` does, and with the code `ANSWER` for an answer that is none.
 */
export async function suggestInsights(session: AnySession): Promise<readonly InsightsSuggestion[]> {
  const rows = await askThrough(session)(
    'select public.smart_insights_suggestions() as suggestion',
    [],
  ).catch((error: unknown) => {
    throw toCordonError(error);
  });
  return rows.map(({ suggestion }) => {
    const { code, message, counts } = (suggestion ?? {}) as Partial<InsightsSuggestion>;
    const areCounts = typeof counts === 'object' && counts !== null && !Array.isArray(counts);
    if (typeof code === 'string' && typeof message === 'string' && areCounts)
      return { code, message, counts };
    throw new CordonError('ANSWER', 'public.smart_insights_suggestions answered without a suggestion', {
      hint: 'Migrate the database to the version of this package.',
    });
  });
}
