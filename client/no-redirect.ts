type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that is led nowhere. Nothing of Supabase answers with a redirect: whatever does stands in front of it. And to another origin `fetch` leaves out
 * `authorization`, but takes `apikey` along, which may be the server's, and what is sent: a password, a file. The redirect itself becomes the answer,
 * and no failure of the network, after which the libraries would ask again for half a minute.
 */
export function withoutRedirects(fetch: Fetch): Fetch {
  return (input, init) => fetch(input, { ...init, redirect: 'manual' });
}

/** The same for one request that a library has made and not sent yet: its own `fetch`, which nobody else has. */
export function ledNowhere<T extends object>(request: T): T {
  const own = request as { fetch?: Fetch };
  if (own.fetch) own.fetch = withoutRedirects(own.fetch);
  return request;
}
