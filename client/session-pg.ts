import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { SessionContext } from './context.ts';
import { mayLast, refuseControl, refuseCopy } from './control.ts';
import { SessionMisuseError } from './errors.ts';
import { unnested } from './nesting.ts';
import { type Ask, beginFailure, CLEANED, prepare } from './opening.ts';
import { toCordonError } from './to-cordon-error.ts';

/**
 * The connection of a session. It has no `release`, and each text is one statement, because PostgreSQL reads it by the
 * extended protocol: `select 1; commit` is a syntax error.
 */
export interface PgSession {
  // biome-ignore lint/suspicious/noExplicitAny: the row type that pg itself defaults to
  query<R extends QueryResultRow = any>(
    query: string | QueryConfig,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>>;
}

/** What pg reads of a query beside its text. */
type Asked = QueryConfig & { readonly rowMode?: unknown; readonly binary?: unknown };

/** One session over pg. See `withSession`. */
export async function withPgSession<T>(
  pool: Pool,
  context: SessionContext,
  fn: (session: PgSession) => Promise<T>,
): Promise<T> {
  const opening = prepare(context);
  return unnested(pool, async () => {
    const client = await pool.connect();
    // Without a listener, a connection that is killed while nobody waits for an answer ends the process.
    client.on('error', ignore);
    const { session, end, lasts } = sessionOn(client);
    const ask: Ask = async (text, values) => (await client.query(text, [...values])).rows;
    let isBroken = false;
    try {
      await client.query('begin isolation level read committed').catch((error: unknown) => {
        throw beginFailure(error);
      });
      await opening.open(ask);
      const result = await fn(session);
      await end();
      await opening.close(ask);
      if (lasts()) for (const text of CLEANED) await client.query(text);
      await client.query('commit');
      return result;
    } catch (error) {
      await end();
      await client.query('rollback').catch(() => {
        isBroken = true;
      });
      throw toCordonError(error);
    } finally {
      client.off('error', ignore);
      // Who connects anew meets what the pool's owner sets, and nothing that this session set for longer than itself.
      client.release(isBroken || lasts());
    }
  });
}

function sessionOn(client: PoolClient) {
  let isOpen = true;
  let isLasting = false;
  let last: Promise<unknown> = Promise.resolve();
  const send = (config: QueryConfig) => {
    if (!isOpen) {
      throw new SessionMisuseError('the session has ended', {
        hint: 'Await every query before the function that withSession was given returns.',
      });
    }
    return client.query(config);
  };
  const session: PgSession = {
    async query(query, values) {
      const config = typeof query === 'string' ? { text: query } : query;
      const text = config?.text;
      if (typeof text !== 'string') throw new SessionMisuseError('a query is a text or has one');
      // What submits itself answers to nobody here, and the session would wait for it for ever.
      if ('submit' in config || 'callback' in config) {
        throw new SessionMisuseError('a query of a session is no cursor or stream, and calls nobody back', {
          hint: 'Await the answer; for much at once, declare a cursor in SQL and fetch from it.',
        });
      }
      // Named one by one, because a template of SQL is an object of a class, which inherits what it holds.
      const { name, types, rowMode, binary, values: own } = config as Asked;
      const given: unknown = values === undefined ? (own ?? undefined) : values;
      if (given !== undefined && !Array.isArray(given)) {
        throw new SessionMisuseError('the values of a query are no list', {
          hint: 'Give an array, and await the answer: a session calls nobody back.',
        });
      }
      refuseControl(text);
      refuseCopy(text);
      isLasting ||= mayLast(text);
      // The text that was looked at, whatever a getter says the next time.
      const bound = {
        ...config,
        ...{ name, types, rowMode, binary, text },
        ...(given && { values: [...given] }),
        // By pages, pg asks for the next answer after an error too, and waits for it for ever. It gives all rows at once all the same.
        rows: undefined,
        queryMode: 'extended',
      };
      // One after the other: pg 9 will not queue them, and what has not been sent by the end must not be.
      const result = last.then(() => send(bound as QueryConfig));
      last = result.catch(ignore);
      return result;
    },
  };
  const end = async (): Promise<void> => {
    isOpen = false;
    await last;
  };
  return { session, end, lasts: () => isLasting };
}

function ignore(): void {}
