import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

/*
 * A double of Supabase Auth, faithful in what the database and the client see of it: it is supabase_auth_admin on the real tables, asks
 * the access-token hook before every token, keeps `amr` with the session, rotates refresh tokens, verifies that the
 * session of a token exists on its own endpoints, and keeps the current session when a password changes. Its mail is an outbox.
 * Left out: rate limits, captchas, factors, providers, hashing worth the name.
 */

type Row = Record<string, string | Record<string, unknown> | null>;

interface Flow {
  readonly userId: string;
  readonly challenge: string;
  readonly method: string;
}

export interface AuthServer {
  readonly url: string;
  /** Links that were sent, the newest last. */
  readonly outbox: readonly { readonly to: string; readonly link: string }[];
  /** Every token it has issued, so that a test can look for them where they must not be. */
  readonly issued: readonly string[];
  /** Which methods the session of a token was begun with. */
  close(): Promise<void>;
}

const hash = (password: string) => createHash('sha256').update(`double:${password}`).digest('hex');
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts the double on a free port of this machine. */
export async function startAuthServer(databaseUrl: string): Promise<AuthServer> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  pool.on('error', () => {});
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'double', alg: 'ES256', use: 'sig' };
  const outbox: { to: string; link: string }[] = [];
  const issued: string[] = [];
  const methods = new Map<string, string>();
  const flows = new Map<string, Flow>();
  let url = '';

  /** As Auth does it: one transaction of supabase_auth_admin. */
  async function asAuth<T>(fn: (query: (text: string, values?: unknown[]) => Promise<Row[]>) => Promise<T>) {
    const client = await pool.connect();
    try {
      await client.query('begin; set local role supabase_auth_admin');
      const result = await fn(async (text, values = []) => (await client.query(text, values)).rows);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  function signed(claims: Record<string, unknown>): string {
    const text = `${base64url({ alg: 'ES256', typ: 'JWT', kid: 'double' })}.${base64url(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }

  async function tokens(userId: string, sessionId: string, method: string) {
    const refreshToken = randomBytes(12).toString('hex');
    const now = Math.floor(Date.now() / 1000);
    const { user, claims } = await asAuth(async (query) => {
      const [found] = await query(
        'select id, aud, role, email, raw_app_meta_data, raw_user_meta_data from auth.users where id = $1',
        [userId],
      );
      const asked = {
        iss: `${url}/auth/v1`,
        aud: 'authenticated',
        exp: now + 3600,
        iat: now,
        sub: userId,
        email: found?.email,
        phone: '',
        role: found?.role,
        aal: 'aal1',
        session_id: sessionId,
        is_anonymous: false,
        amr: [{ method, timestamp: now }],
        app_metadata: found?.raw_app_meta_data ?? {},
        user_metadata: found?.raw_user_meta_data ?? {},
      };
      const [answer] = await query('select authz.custom_access_token_hook($1) as told', [
        JSON.stringify({ user_id: userId, claims: asked, authentication_method: method }),
      ]);
      const told = answer?.told as
        | { claims?: Record<string, unknown>; error?: { message: string } }
        | undefined;
      if (!told?.claims) throw refused(403, 'hook_refused', told?.error?.message ?? 'the hook refused');
      await query(
        'insert into auth.refresh_tokens (token, user_id, session_id, revoked, created_at) values ($1, $2, $3, false, now())',
        [refreshToken, userId, sessionId],
      );
      return { user: found, claims: told.claims };
    });
    const accessToken = signed(claims);
    issued.push(accessToken, refreshToken);
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: now + 3600,
      refresh_token: refreshToken,
      user: {
        id: userId,
        aud: 'authenticated',
        email: (user as { email?: string } | undefined)?.email,
        app_metadata: {},
        user_metadata: {},
        created_at: new Date().toISOString(),
      },
    };
  }

  async function begin(userId: string, method: string) {
    const sessionId = randomUUID();
    methods.set(sessionId, method);
    await asAuth((query) =>
      query(
        `insert into auth.sessions (id, user_id, created_at, updated_at, aal) values ($1, $2, now(), now(), 'aal1')`,
        [sessionId, userId],
      ),
    );
    return tokens(userId, sessionId, method);
  }

  /** Its own endpoints ask whether the session of the token is there. */
  async function authenticated(request: IncomingMessage) {
    const token = request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
    if (!issued.includes(token)) throw refused(401, 'bad_jwt', 'invalid JWT');
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string;
      session_id: string;
    };
    const [session] = await asAuth((query) =>
      query('select id from auth.sessions where id = $1', [claims.session_id]),
    );
    if (!session)
      throw refused(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    return claims;
  }

  const routes: Record<
    string,
    (request: IncomingMessage, body: Record<string, string>, asked: URL) => Promise<unknown>
  > = {
    'GET /auth/v1/.well-known/jwks.json': async () => ({ keys: [jwk] }),
    'POST /auth/v1/token?password': async (_, { email, password }) => {
      const [user] = await asAuth((query) =>
        query(
          `select id from auth.users where email = $1 and encrypted_password = $2 and email_confirmed_at is not null`,
          [email?.toLowerCase(), hash(password ?? '')],
        ),
      );
      if (!user) throw refused(400, 'invalid_credentials', 'Invalid login credentials');
      return begin(user.id as string, 'password');
    },
    'POST /auth/v1/token?refresh_token': async (_, { refresh_token }) => {
      const [token] = await asAuth((query) =>
        query(
          `update auth.refresh_tokens as t set revoked = true from auth.sessions as s where t.token = $1 and not t.revoked and s.id = t.session_id returning t.user_id, t.session_id`,
          [refresh_token],
        ),
      );
      if (!token)
        throw refused(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
      return tokens(
        token.user_id as string,
        token.session_id as string,
        methods.get(token.session_id as string) ?? 'password',
      );
    },
    'POST /auth/v1/token?pkce': async (_, { auth_code, code_verifier }) => {
      const flow = flows.get(auth_code ?? '');
      if (
        !flow ||
        createHash('sha256')
          .update(code_verifier ?? '')
          .digest('base64url') !== flow.challenge
      )
        throw refused(
          400,
          'bad_code_verifier',
          'code challenge does not match previously saved code verifier',
        );
      flows.delete(auth_code ?? '');
      return begin(flow.userId, flow.method);
    },
    'POST /auth/v1/recover': async (_, { email, code_challenge }, asked) => {
      const [user] = await asAuth((query) =>
        query('select id from auth.users where email = $1', [email?.toLowerCase()]),
      );
      if (user) {
        const token = `pkce_${randomBytes(16).toString('hex')}`;
        await asAuth((query) =>
          query('update auth.users set recovery_token = $2, recovery_sent_at = now() where id = $1', [
            user.id,
            token,
          ]),
        );
        flows.set(token, { userId: user.id as string, challenge: code_challenge ?? '', method: 'recovery' });
        const query = new URLSearchParams({
          token,
          type: 'recovery',
          redirect_to: asked.searchParams.get('redirect_to') ?? '',
        });
        outbox.push({ to: email ?? '', link: `${url}/auth/v1/verify?${query}` });
      }
      return {};
    },
    // By PKCE, as the client asks for it; the type decides the method, and both types take the same token.
    'GET /auth/v1/verify': async (_, __, asked) => {
      const token = asked.searchParams.get('token') ?? '';
      const flow = flows.get(token);
      const [user] = await asAuth((query) =>
        query(`update auth.users set recovery_token = '' where recovery_token = $1 returning id`, [token]),
      );
      if (!flow || !user) throw refused(403, 'otp_expired', 'Email link is invalid or has expired');
      flows.delete(token);
      const code = randomUUID();
      flows.set(code, {
        ...flow,
        method: asked.searchParams.get('type') === 'magiclink' ? 'magiclink' : flow.method,
      });
      return new URL(`${asked.searchParams.get('redirect_to')}?code=${code}`);
    },
    // Without PKCE: the method is otp, whatever the link was for.
    'POST /auth/v1/verify': async (_, { token_hash }) => {
      const [user] = await asAuth((query) =>
        query(`update auth.users set recovery_token = '' where recovery_token = $1 returning id`, [
          token_hash,
        ]),
      );
      if (!user) throw refused(403, 'otp_expired', 'Email link is invalid or has expired');
      return begin(user.id as string, 'otp');
    },
    'GET /auth/v1/user': async (request) => ({ id: (await authenticated(request)).sub }),
    'PUT /auth/v1/user': async (request, { password }) => {
      const { sub, session_id } = await authenticated(request);
      if ((password ?? '').length < 12)
        throw refused(422, 'weak_password', 'Password should be at least 12 characters.');
      await asAuth(async (query) => {
        await query('update auth.users set encrypted_password = $2, updated_at = now() where id = $1', [
          sub,
          hash(password ?? ''),
        ]);
        await query('delete from auth.sessions where user_id = $1 and id <> $2', [sub, session_id]);
      });
      return { id: sub, aud: 'authenticated' };
    },
    'POST /auth/v1/logout': async (request, _, asked) => {
      const { sub, session_id } = await authenticated(request);
      const [where, value] =
        asked.searchParams.get('scope') === 'local' ? ['id', session_id] : ['user_id', sub];
      await asAuth((query) => query(`delete from auth.sessions where ${where} = $1`, [value]));
      return undefined;
    },
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const {
        status = 500,
        code = 'unexpected_failure',
        message = '',
      } = error as { status?: number; code?: string; message?: string };
      json(response, status, { code: status, error_code: code, msg: message });
    });
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    const grant = asked.searchParams.get('grant_type');
    const route = routes[`${request.method} ${asked.pathname}${grant ? `?${grant}` : ''}`];
    if (!route) throw refused(404, 'not_found', `no ${request.method} ${asked.pathname}`);
    const text = await textOf(request);
    const result = await route(request, text ? JSON.parse(text) : {}, asked);
    if (result instanceof URL) response.writeHead(303, { location: result.href }).end();
    else if (result === undefined) response.writeHead(204).end();
    else json(response, 200, result);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    outbox,
    issued,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
}

/** The password of a login, as the double keeps it, and its address confirmed. */
export const passwordOf = (password: string): string => hash(password);

function refused(status: number, code: string, message: string) {
  return Object.assign(new Error(message), { status, code });
}

/** The body of a request. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
