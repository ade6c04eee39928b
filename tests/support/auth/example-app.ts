import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { type Auth, createAuth } from '../../../client/auth.ts';
import { CordonError, withSession } from '../../../client/index.ts';
import { json, textOf } from './auth-server.ts';

/** An application as docs/auth.md would have it: pages and forms, tokens in cookies only, data by `withSession`. */
export interface ExampleApp {
  readonly url: string;
  close(): Promise<void>;
}

type Handler = (auth: Auth, form: URLSearchParams, asked: URL) => Promise<string | URL | object>;

const page = (title: string, body: string) =>
  `<!doctype html><title>${title}</title><h1>${title}</h1>${body}`;
const form = (action: string, ...fields: string[]) =>
  `<form method="post" action="${action}">${fields.map((name) => `<input name="${name}">`).join('')}<button>Go</button></form>`;

/** Starts it on a free port of this machine, which browsers take for a secure origin. */
export async function startExampleApp(authUrl: string, databaseUrl: string): Promise<ExampleApp> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  pool.on('error', () => {});
  let url = '';

  const routes: Record<string, Handler> = {
    'GET /': async (auth) =>
      page((await auth.caller()) ? 'Signed in' : 'Signed out', form('/sign-in', 'email', 'password')),
    'POST /sign-in': async (auth, sent) => {
      await auth.signIn(sent.get('email') ?? '', sent.get('password') ?? '');
      return new URL('/', url);
    },
    'POST /sign-out': async (auth) => {
      await auth.signOut();
      return new URL('/', url);
    },
    'POST /forgot': async (auth, sent) => {
      await auth.requestPasswordReset(sent.get('email') ?? '', `${url}/reset`);
      return page('If we know you, a mail is on its way', '');
    },
    'GET /reset': async (auth, _, asked) => {
      await auth.beginPasswordReset(asked.searchParams.get('code') ?? '');
      return page('Choose a password', form('/reset', 'password'));
    },
    'POST /reset': async (auth, sent) => {
      await auth.setPassword(sent.get('password') ?? '');
      return new URL('/', url);
    },
    'GET /patients': async (auth) => {
      const claims = await auth.caller();
      if (!claims) throw new CordonError('42501', 'signed out');
      const { rows } = await withSession(pool, { role: claims.role, claims }, async (session) => {
        await session.query('select public.pre_request()');
        return session.query('select full_name from public.patients');
      });
      return rows;
    },
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const code = error instanceof CordonError ? error.code : 'unexpected';
      json(response, code === 'CD040' || code === '42501' ? 401 : code === 'AUTH' ? 403 : 500, { code });
    });
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    const route = routes[`${request.method} ${asked.pathname}`];
    if (!route) return json(response, 404, {});
    // Lax cookies come along from nowhere but a link; a form of another site is refused all the same.
    if (request.method === 'POST' && request.headers.origin !== url)
      return json(response, 403, { code: 'origin' });
    const auth = createAuth(
      { url: authUrl, key: 'publishable' },
      { cookies: request.headers.cookie, append: (name, value) => void response.appendHeader(name, value) },
    );
    const result = await route(auth, new URLSearchParams(await textOf(request)), asked);
    if (result instanceof URL) response.writeHead(303, { location: result.href }).end();
    else if (typeof result === 'string')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(result);
    else json(response, 200, result);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
}
