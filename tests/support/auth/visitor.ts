/** A cookie as whoever keeps it sees it. */
export interface KeptCookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: string;
  readonly path: string;
  /** Whether it ends with the browser. */
  readonly session: boolean;
  readonly domain: string;
}

/** Somebody before a browser, or before something that keeps cookies as one does. */
export interface Visitor {
  /** Opens a page, redirects included; tells its title. */
  open(url: string): Promise<string>;
  /** Sends a form as a page of the application does; tells the title of what comes. */
  send(url: string, fields: Readonly<Record<string, string>>): Promise<string>;
  /** What a script of the page gets. */
  fetch(url: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Every place that a script of the page can read. Empty where there are no scripts. */
  readable(): Promise<string>;
  cookies(): Promise<readonly KeptCookie[]>;
  close(): Promise<void>;
}

/** Keeps cookies by RFC 6265, for one origin, and runs no script. */
export function cookieJar(): Visitor {
  const jar = new Map<string, KeptCookie>();
  async function request(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) keep(line);
    const location = response.headers.get('location');
    return location ? request(new URL(location, url).href) : response;
  }
  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const has = (key: string) => attributes.find((text) => text.toLowerCase().split('=')[0] === key);
    if (has('max-age')?.endsWith('=0')) jar.delete(name);
    else
      jar.set(name, {
        name,
        value: pair.slice(name.length + 1),
        httpOnly: has('httponly') !== undefined,
        secure: has('secure') !== undefined,
        sameSite: has('samesite')?.split('=')[1] ?? '',
        path: has('path')?.split('=')[1] ?? '',
        session: !has('max-age') && !has('expires'),
        domain: has('domain')?.split('=')[1] ?? '',
      });
  }
  const titleOf = async (response: Response) =>
    /<title>(.*?)<\/title>/.exec(await response.text())?.[1] ?? String(response.status);
  return {
    open: async (url) => titleOf(await request(url)),
    send: async (url, fields) =>
      titleOf(
        await request(url, {
          method: 'POST',
          body: new URLSearchParams(fields),
          headers: { origin: new URL(url).origin },
        }),
      ),
    fetch: async (url) => {
      const response = await request(url);
      return { status: response.status, text: await response.text() };
    },
    readable: async () => '',
    cookies: async () => [...jar.values()],
    close: async () => {},
  };
}
