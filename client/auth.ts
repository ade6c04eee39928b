// cordon/auth: sign-in on the server, over @supabase/ssr. It imports nothing of the rest of the client but its roles, errors and limits.
import { createServerClient } from '@supabase/ssr';
import type { AuthError } from '@supabase/supabase-js';
import { type AppendHeader, authCookies } from './auth-cookies.ts';
import { authFetch } from './auth-fetch.ts';
import { SESSION_ROLES, type SessionRole } from './context.ts';
import { AuthRefusedError } from './errors.ts';
import { inTime } from './in-time.ts';

/** Where Supabase is, and how its sessions are kept. */
export interface AuthSettings {
  /** The project's URL. */
  readonly url: string;
  /** The publishable (anon) key. Never the service key: this client acts as whoever signs in. */
  readonly key: string;
  /** What the cookie is called behind `__Host-`; `cordon-auth` when left out. */
  readonly cookieName?: string | undefined;
}

/** One request and its response, whatever the framework. */
export interface AuthExchange {
  /** The request's `cookie` header. */
  readonly cookies: string | null | undefined;
  /**
   * Adds a header to the response, before its body: `(name, value) => response.appendHeader(name, value)` of Node,
   * `headers.append` of the web. What it throws, the method throws that had a header to set.
   */
  readonly append: AppendHeader;
  /**
   * Of the request: `request.signal` of the web, or one that ends when whoever asked has gone. Methods throw its reason, and what is asked of
   * Supabase ends, also through `supabase`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * What goes along with whatever `supabase` asks: `x-organisation-id` chooses a clinic, `x-purpose` and `x-justification` say why. Name them one by
   * one, and never hand on all that the browser sent. A header is ASCII: a justification with other letters is given by `withSession`.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Signs people in and out for one request. Nothing of it reaches a script of the page. */
// biome-ignore lint/suspicious/noExplicitAny: what supabase-js itself takes where no database is named
export interface Auth<Database = any> {
  /**
   * The claims of the signed-in caller, verified, or undefined, also where they are of a role that callers have not. They are what `withSession`
   * takes; whether the session still lives the database asks itself, at every statement.
   */
  caller(): Promise<AuthClaims | undefined>;
  /** Signs in by address and password. @throws AuthRefusedError without saying which of the two was wrong. */
  signIn(email: string, password: string): Promise<void>;
  /** Ends this session on the server, and forgets it here, whether or not the server answers. */
  signOut(): Promise<void>;
  /**
   * Ends every session of the user, on every device. @throws AuthRefusedError where the server did not, be it because this session is over or
   * nobody is signed in: the others may live on. It is forgotten here all the same.
   */
  signOutEverywhere(): Promise<void>;
  /** Asks for a recovery link. It answers the same whether or not somebody has that address. */
  requestPasswordReset(email: string, redirectTo: string): Promise<void>;
  /** What the page behind the link does first, with the link's `code`: a session that may choose a password and reads nothing. */
  beginPasswordReset(code: string): Promise<void>;
  /** Sets the password and ends every session, this one included (S-15): the next step is to sign in. */
  setPassword(password: string): Promise<void>;
  /** supabase-js as this caller, for queries. */
  readonly supabase: ReturnType<typeof createServerClient<Database>>;
}

/** Claims of a verified token, as far as Cordon reads them. */
export interface AuthClaims {
  readonly sub: string;
  readonly role: SessionRole;
  readonly session_id: string;
  readonly [name: string]: unknown;
}

/**
 * Sign-in for one request and its response: Supabase Auth behind cookies that no script can read. [S-13 S-14 S-15]
 *
 * Every cookie is `HttpOnly; Secure; SameSite=Lax; Path=/` and named with `__Host-`, so that neither a script nor a neighbouring
 * subdomain reads or plants it; it ends with the browser, and holds tokens only, nothing about the person. Lax, because
 * the link of a recovery mail arrives from another site; so never change anything on GET, and refuse a POST of another origin.
 * Browsers take them over HTTPS, and from `http://localhost`.
 *
 * @param settings the project, with its publishable key.
 * @param exchange the request's cookies, and where to put the response's.
 * @typeParam Database `Database` of `cordon/supabase`, for the queries of `supabase`.
 * @returns what signs in and out. Use it for this request alone, and before the response's body is written.
 * @throws TypeError naming a header that is not ASCII: `fetch` would refuse it, or send letters that PostgreSQL reads as others.
 * @throws {@link AuthRefusedError} from its methods for whatever Supabase Auth refuses; its message names no person.
 * @example
 * const auth = createAuth<Database>(settings, {
 *   cookies: request.headers.cookie,
 *   append: (name, value) => response.appendHeader(name, value),
 * });
 * const claims = await auth.caller();
 * const headers = { 'x-forwarded-for': address }; // as your own proxy says it
 * const rows = claims && (await withSession(pool, { role: claims.role, claims, headers }, (session) => session.query('select …')));
 */
// biome-ignore lint/suspicious/noExplicitAny: as above
export function createAuth<Database = any>(settings: AuthSettings, exchange: AuthExchange): Auth<Database> {
  const { url, key, cookieName = 'cordon-auth' } = settings;
  refuseOtherLetters(exchange.headers);
  // The library shares the keys that it has fetched among all clients with one key of storage: another project's are not ours.
  const storageKey = `${cookieName} of ${url}`;
  const { fetch, isUndecided } = authFetch(url, exchange.signal);
  const cookies = authCookies(
    { name: `__Host-${cookieName}`, key: storageKey, isKept: isUndecided },
    exchange.cookies ?? '',
    exchange.append,
  );
  let made: Auth<Database>['supabase'] | undefined;
  // Made when it is asked for: it would renew an old session at once, and add headers to a response that nobody holds back for it.
  const supabase = () => {
    made ??= createServerClient<Database>(url, key, {
      global: { fetch, ...(exchange.headers && { headers: { ...exchange.headers } }) },
      realtime: { transport: NoSocket as never },
      cookieOptions: { name: storageKey },
      cookies: cookies.methods,
    });
    return made;
  };
  const forget = () => {
    cookies.forget();
    made = undefined;
  };
  const end = async (scope: 'local' | 'global'): Promise<void> => {
    await supabase().auth.signOut({ scope });
    // A session that is gone on the server is signed out: what is left is the cookie, which goes in any case.
    forget();
  };
  const told =
    <P extends readonly unknown[], T>(work: (...given: P) => Promise<T>) =>
    async (...given: P): Promise<T> => {
      const answer = await inTime(exchange, undefined, () => work(...given));
      cookies.assertWritten();
      return answer;
    };
  return {
    get supabase() {
      return supabase();
    },
    caller: told(async () => {
      const { auth } = supabase();
      const { session } = (await auth.getSession()).data;
      // What cannot be verified is nobody's: the library throws over an algorithm that somebody made up.
      const { data } = session ? await auth.getClaims(session.access_token).catch(() => NOBODY) : NOBODY;
      const claims = data?.claims as AuthClaims | undefined;
      return SESSION_ROLES.some((each) => each === claims?.role) ? claims : undefined;
    }),
    signIn: told(async (email: string, password: string) => {
      const { error } = await supabase().auth.signInWithPassword({ email, password });
      refuse(error, 'the sign-in was refused');
    }),
    signOut: told(async () => {
      await end('local');
    }),
    signOutEverywhere: told(async () => {
      const { auth } = supabase();
      const { data, error } = await auth.getSession();
      // The library takes 401, 403 and 404 for a session that is gone. That is no word of the others, but where the login is gone too.
      const refused = data.session
        ? (await auth.admin.signOut(data.session.access_token, 'global')).error
        : error;
      if (data.session && (!refused || refused.code === 'user_not_found')) {
        await end('local');
        return;
      }
      forget();
      throw new AuthRefusedError('the sessions on other devices could not be ended now', {
        hint: !refused || refused.name === NO_SESSION ? 'session_not_found' : refused.code,
        cause: refused,
      });
    }),
    requestPasswordReset: told(async (email: string, redirectTo: string) => {
      const { error } = await supabase().auth.resetPasswordForEmail(email, { redirectTo });
      if (error && !tellsOfAddress(error)) refuse(error, 'no recovery link can be sent now');
    }),
    beginPasswordReset: told(async (code: string) => {
      const { error } = await supabase().auth.exchangeCodeForSession(code);
      refuse(error, 'the link is over, or was asked for elsewhere');
    }),
    setPassword: told(async (password: string) => {
      refuse((await supabase().auth.updateUser({ password })).error, 'the password was refused');
      // The database has ended them already; this forgets the one here.
      await end('global');
    }),
  };
}

const NOBODY = { data: null };

/** As the library calls an answer of `session_not_found`. */
const NO_SESSION = 'AuthSessionMissingError';

/**
 * Whether Supabase Auth answers so only where it knows the address, or does not like it: it counts what it sends by mail, and fails to send, to
 * those alone. What it says of anybody is 429 for too many requests, and what stands in front of it says 502 or 503, sends elsewhere (302), or says nothing
 * (status 0, or none).
 */
function tellsOfAddress({ status = 0, code }: AuthError): boolean {
  return code === 'over_email_send_rate_limit' || !(status < 400 || [429, 502, 503].includes(status));
}

function refuse(error: AuthError | null, message: string): void {
  if (!error) return;
  throw new AuthRefusedError(message, { hint: error.code, cause: error });
}

/** A client for one request opens no socket: no table is published. Node 20 has none to offer either, and the library insists on one. */
class NoSocket {
  constructor() {
    throw new Error('the client of a request opens no realtime connection');
  }
}

/** The message names the header, and not what it says. */
function refuseOtherLetters(headers: AuthExchange['headers']): void {
  const [name] = Object.entries(headers ?? {}).find(([, value]) => !/^[\x20-\x7e]*$/.test(value)) ?? [];
  if (name === undefined) return;
  throw new TypeError(
    `the header ${name} is not ASCII: say it in ASCII, or over withSession, which takes any text`,
  );
}
