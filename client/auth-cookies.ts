import {
  type CookieMethodsServer,
  isChunkLike,
  parseCookieHeader,
  serializeCookieHeader,
  stringFromBase64URL,
} from '@supabase/ssr';

/** Adds a header to a response. */
export type AppendHeader = (name: string, value: string) => void;

/** The cookies of one request and its response, as `createServerClient` takes them. */
export interface AuthCookies {
  readonly methods: CookieMethodsServer & { readonly encode: 'tokens-only' };
  /** Expires whatever of a session this request has come with, or was given. */
  forget(): void;
  /** Throws what the response threw at the first header that it did not take since this was asked. */
  assertWritten(): void;
}

/** Of every cookie, whatever the library or its caller would have. */
const ATTRIBUTES = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

const VERIFIER = '-code-verifier';

/** What is kept, and how it is called. */
export interface KeptItems {
  /** Of the cookies, where the library says `key`. */
  readonly name: string;
  readonly key: string;
  /** Whether the library has no reason to take the session back. */
  readonly isKept: () => boolean;
}

/**
 * Keeps in cookies what the library keeps under a key, each item in one or several.
 *
 * @param header the request's `cookie` header.
 */
export function authCookies(
  { name, key, isKept }: KeptItems,
  header: string,
  append: AppendHeader,
): AuthCookies {
  // What this request has set is read back in this request.
  const jar = new Map(parseCookieHeader(header).map((cookie) => [cookie.name, cookie.value ?? '']));
  emptyUnless(isSession, jar, name);
  emptyUnless(isText, jar, name + VERIFIER);
  const failures: unknown[] = [];
  // The library renews sessions beside the call that asked for it: what is thrown there nobody can catch, and it ends the process.
  const write: AppendHeader = (header, value) => {
    try {
      append(header, value);
    } catch (error) {
      failures.push(error);
    }
  };
  const isOurs = (cookie: string) => [name, name + VERIFIER].some((item) => isChunkLike(cookie, item));
  const set = (cookie: string, value: string | undefined) => {
    if (value === undefined) jar.delete(cookie);
    else jar.set(cookie, value);
    const options = value === undefined ? { ...ATTRIBUTES, maxAge: 0 } : ATTRIBUTES;
    write('set-cookie', serializeCookieHeader(cookie, value ?? '', options));
  };
  let isPrivate = false;
  return {
    methods: {
      encode: 'tokens-only',
      getAll: () =>
        [...jar]
          .filter(([cookie]) => isOurs(cookie))
          .map(([cookie, value]) => ({ name: key + cookie.slice(name.length), value })),
      setAll: (changed, headers) => {
        for (const { name: item, value, options } of changed) {
          const cookie = name + item.slice(key.length);
          const isTaken = options.maxAge === 0;
          // The library takes any refusal of a renewal for the end of the session: too many requests would sign everybody out.
          if (isTaken && isChunkLike(cookie, name) && isKept()) continue;
          set(cookie, isTaken ? undefined : value);
        }
        if (isPrivate) return;
        isPrivate = true;
        for (const [header, value] of Object.entries(headers ?? {})) write(header, value);
      },
    },
    forget() {
      for (const cookie of [...jar.keys()].filter(isOurs)) set(cookie, undefined);
    },
    assertWritten() {
      const [first, ...others] = failures.splice(0);
      if (first !== undefined || others.length > 0) throw first;
    },
  };
}

/**
 * Leaves an item empty that the library has not written: over some of these it throws, and over a session without a refresh token where
 * nobody can catch it, which ends the process. Empty cookies count as none, and are taken back with the others.
 */
function emptyUnless(isWhole: (item: unknown) => boolean, jar: Map<string, string>, name: string): void {
  let value = jar.get(name) ?? '';
  if (value === '') {
    for (let part = jar.get(`${name}.0`), next = 1; part; part = jar.get(`${name}.${next++}`)) value += part;
  }
  if (isWhole(decoded(value))) return;
  for (const cookie of jar.keys()) if (isChunkLike(cookie, name)) jar.set(cookie, '');
}

const PREFIX = 'base64-';

function decoded(value: string): unknown {
  try {
    return JSON.parse(value.startsWith(PREFIX) ? stringFromBase64URL(value.slice(PREFIX.length)) : value);
  } catch {
    return undefined;
  }
}

const isText = (item: unknown): boolean => typeof item === 'string';

/** A signed token, as it may stand in a header, and what renews it. */
function isSession(item: unknown): boolean {
  const { access_token, refresh_token, expires_at } = (item ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof access_token === 'string' &&
    /^[\w-]+\.[\w-]+\.[\w-]+$/.test(access_token) &&
    typeof refresh_token === 'string' &&
    refresh_token !== '' &&
    typeof expires_at === 'number'
  );
}
