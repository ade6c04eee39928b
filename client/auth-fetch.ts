import { inTime, isNoAnswer } from './in-time.ts';
import { withoutRedirects } from './no-redirect.ts';

/**
 * How long, in seconds, Supabase Auth is waited for. It gives up by itself after ten (`GOTRUE_API_MAX_REQUEST_DURATION`), and says 504: what says nothing
 * by then stands in front of it.
 */
const AUTH_SECONDS = 15;

/** What a client of one request asks with. */
export interface AuthFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Whether the last renewal of the session failed without a word of Supabase Auth on the session itself. */
  isUndecided(): boolean;
}

/**
 * Asks Supabase for one request of the application.
 *
 * @param url the project's URL.
 * @param signal of the request; what is asked ends with it.
 */
export function authFetch(url: string, signal: AbortSignal | undefined): AuthFetch {
  let isUndecided = false;
  return {
    isUndecided: () => isUndecided,
    async fetch(input, init) {
      const path = pathOf(url, input);
      const sent = (...signals: readonly (AbortSignal | null | undefined)[]) =>
        withoutRedirects(globalThis.fetch)(input, {
          ...init,
          signal: AbortSignal.any(signals.filter((each) => each !== undefined && each !== null)),
        });
      // What is not asked of Auth has its own reader, and may be a file: the signal has to last as long as the body.
      if (path === undefined) return sent(signal, init?.signal);
      const ask = async (own: AbortSignal) => {
        const response = await sent(own, init?.signal);
        // A body may come as late as a head.
        await response.clone().arrayBuffer();
        return response;
      };
      const isRenewal = path.startsWith('token?grant_type=refresh_token');
      if (isRenewal) isUndecided = true;
      try {
        const response = await inTime({ signal }, AUTH_SECONDS, ask);
        if (isRenewal) isUndecided = !response.ok && !(await isOfAuth(response.clone()));
        return response;
      } catch (error) {
        if (!isNoAnswer(error)) throw error;
        // As Auth says itself where it took too long: to the library, and to whoever asks for a link, one is like the other.
        return Response.json(
          { code: 504, error_code: 'request_timeout', msg: error.message },
          { status: 504 },
        );
      }
    },
  };
}

/** What is asked of Supabase Auth, or undefined where something else is asked. */
function pathOf(url: string, input: Parameters<typeof fetch>[0]): string | undefined {
  const auth = new URL('auth/v1/', url.endsWith('/') ? url : `${url}/`).href;
  const { href } = new URL(input instanceof Request ? input.url : input);
  return href.startsWith(auth) ? href.slice(auth.length) : undefined;
}

/** Auth names what is wrong. A gateway refuses a key, or shows a page; and too many requests of one server say nothing of one session. */
async function isOfAuth(response: Response): Promise<boolean> {
  if (response.status === 429) return false;
  const { code, error_code } = await response.json().then(
    (body) => (body ?? {}) as Readonly<Record<string, unknown>>,
    () => ({}) as Readonly<Record<string, unknown>>,
  );
  return typeof error_code === 'string' || typeof code === 'string';
}
