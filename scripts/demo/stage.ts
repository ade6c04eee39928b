import pg from 'pg';
import type { DocumentsClient } from '../../client/documents.ts';
import {
  CordonError,
  DeniedError,
  type PgSession,
  type SessionContext,
  withSession,
} from '../../client/index.ts';
import { finding } from '../console/errors.ts';
import type { Player } from './cast.ts';

/** What one attempt came to. `done` and `nothing` without an error; else the SQLSTATE. */
export interface Attempt {
  readonly act: string;
  readonly who: string;
  readonly what: string;
  readonly outcome: 'done' | 'nothing' | (string & {});
  /** Why it was refused, in the database's own words; or what was seen. */
  readonly said: string;
}

type Part<T> = (session: PgSession) => Promise<T>;

export type { PgSession };
export type Teller = (attempt: Attempt) => void;

/** Where the day is played: every attempt is one transaction of one player, through the client, as an application would. */
export class Stage {
  readonly #pool: pg.Pool;
  readonly #tell: Teller;
  readonly #clientOf: (who: Player) => DocumentsClient;
  #act = '';
  readonly attempts: Attempt[] = [];

  /**
   * @param url of the database, as `authenticator`: a login that can become a caller and holds nothing else.
   * @param clientOf supabase-js with the token of a player, for what goes through Storage.
   */
  constructor(url: string, tell: Teller, clientOf: (who: Player) => DocumentsClient) {
    this.#clientOf = clientOf;
    this.#pool = new pg.Pool({ connectionString: url, max: 2 });
    this.#tell = tell;
  }

  begin(act: string): void {
    this.#act = act;
  }

  /** Must succeed. `said` makes a line of what came back. */
  async does<T>(
    who: Player,
    what: string,
    part: Part<T>,
    said: (result: T) => string = () => '',
  ): Promise<T> {
    const result = await this.#play(who, part).catch((error: unknown) => {
      throw this.#surprise(who, what, 'done', codeOf(error) ?? 'an error', error);
    });
    this.#told(who, what, 'done', said(result));
    return result;
  }

  /** Must be refused with this code. */
  async refused(who: Player, what: string, code: string, part: Part<unknown>): Promise<void> {
    let error: unknown;
    try {
      await this.#play(who, part);
    } catch (thrown) {
      error = thrown;
    }
    const got = codeOf(error);
    if (got !== code) throw this.#surprise(who, what, code, got ?? (error ? 'an error' : 'done'), error);
    this.#told(who, what, code, reasonOf(error));
  }

  /** Must find or change nothing, without an error: a row that is not the caller's does not exist for them. */
  async nothing(who: Player, what: string, part: Part<pg.QueryResult>, said = ''): Promise<void> {
    const result = await this.#play(who, part).catch((error: unknown) => {
      throw this.#surprise(who, what, 'nothing', codeOf(error) ?? 'an error', error);
    });
    if (result.rowCount !== 0) throw this.#surprise(who, what, 'nothing', `${result.rowCount} rows`);
    this.#told(who, what, 'nothing', said);
  }

  /** Must succeed, over supabase-js. */
  async stores<T>(
    who: Player,
    what: string,
    part: (client: DocumentsClient) => Promise<T>,
    said: (result: T) => string,
  ): Promise<T> {
    const result = await part(this.#clientOf(who)).catch((error: unknown) => {
      throw this.#surprise(who, what, 'done', codeOf(error) ?? 'an error', error);
    });
    this.#told(who, what, 'done', said(result));
    return result;
  }

  /** Must be refused with this code, over supabase-js; what Storage itself answers is an answer, and thrown by nobody. */
  async notStored(
    who: Player,
    what: string,
    code: string,
    part: (client: DocumentsClient) => Promise<unknown>,
  ): Promise<void> {
    const error = await part(this.#clientOf(who)).then(
      (answer) => {
        const { statusCode } = ((answer as { readonly error?: unknown } | null)?.error ?? {}) as {
          statusCode?: string;
        };
        return statusCode === '403' ? new DeniedError('Storage denied it to this caller') : undefined;
      },
      (thrown: unknown) => thrown,
    );
    const got = codeOf(error);
    if (got !== code) throw this.#surprise(who, what, code, got ?? (error ? 'an error' : 'done'), error);
    this.#told(who, what, code, reasonOf(error));
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  #play<T>(who: Player, part: Part<T>): Promise<T> {
    return withSession(this.#pool, contextOf(who), part);
  }

  #told(who: Player, what: string, outcome: string, said: string): void {
    const attempt = { act: this.#act, who: who.title, what, outcome, said };
    this.attempts.push(attempt);
    this.#tell(attempt);
  }

  #surprise(who: Player, what: string, expected: string, got: string, cause?: unknown): Error {
    return finding(
      {
        problem: `${who.title} ${what}: ${got}`,
        expected,
        details: [`in: ${this.#act}`, ...(cause instanceof Error ? [`said: ${cause.message}`] : [])],
        remedy: 'a rule, a trigger or the seed has changed: mend it, or the line in scripts/demo/acts/',
      },
      { cause },
    );
  }
}

function contextOf({ role, claims, organisationId, headers }: Player): SessionContext {
  return { role, claims, headers, ...(organisationId && { organisationId }) };
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof CordonError) return error.code;
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Cordon's errors carry no value of a row; of the server's own only the kind is told. */
function reasonOf(error: unknown): string {
  if (error instanceof CordonError) return error.code === '42501' ? 'denied to this caller' : error.message;
  if (error instanceof pg.DatabaseError && error.constraint)
    return `a constraint holds it: ${error.constraint}`;
  return '';
}
