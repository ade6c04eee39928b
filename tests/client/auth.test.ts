import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuth } from '../../client/auth.ts';
import { idOf } from '../../testing/ids.ts';
import { type AuthServer, passwordOf, startAuthServer } from '../support/auth/auth-server.ts';
import { Browser, browserVisitor } from '../support/auth/browser.ts';
import { type ExampleApp, startExampleApp } from '../support/auth/example-app.ts';
import { cookieJar, type Visitor } from '../support/auth/visitor.ts';
import { useDatabase } from '../support/database.ts';
import { findBrowser } from '../support/find-browser.ts';
import { occupy } from '../tooling/cluster-fixtures.ts';

const database = useDatabase();

const PATH = findBrowser();
const OLD = 'old password of hers';
const NEW = 'new password of hers';
const EMAIL = 'staff-02@a.example';
const DOCTOR = idOf('staff', 'a', '02');

let auth: AuthServer;
let app: ExampleApp;
let browser: Browser | undefined;

beforeAll(async () => {
  auth = await startAuthServer(database().url('superuser'));
  app = await startExampleApp(auth.url, database().url('authenticator'));
  if (PATH) browser = await Browser.start(PATH);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await auth?.close();
});

/** Her login as it begins: confirmed, with the old password, and signed in nowhere. */
const reset = () =>
  database().asSuperuser(async (session) => {
    await session.rows(
      'update auth.users set encrypted_password = $2, email_confirmed_at = now() where id = $1',
      [DOCTOR, passwordOf(OLD)],
    );
    await session.rows('delete from auth.sessions where user_id = $1', [DOCTOR]);
  });
const sessions = () =>
  database().asSuperuser((session) =>
    session.value('select count(*)::integer from auth.sessions where user_id = $1', [DOCTOR]),
  );

const VISITORS: [string, string | undefined, () => Promise<Visitor>][] = [
  ['whoever keeps cookies as a browser does', undefined, async () => cookieJar()],
  [
    'a real browser',
    PATH
      ? undefined
      : 'no Chromium on this machine: install the Debian package chromium, or name one in CHROME_PATH',
    () => browserVisitor(browser as Browser),
  ],
];

describe.each(VISITORS)('with %s', (_, missing, visitor) => {
  const when = missing ? test.skip : test;
  const someone = async (fn: (visitor: Visitor) => Promise<void>) => {
    await reset();
    const one = await visitor();
    try {
      await one.open(`${app.url}/`);
      await fn(one);
    } finally {
      await one.close();
    }
  };
  const signIn = (one: Visitor, password = OLD) => one.send(`${app.url}/sign-in`, { email: EMAIL, password });
  const patients = (one: Visitor) => one.fetch(`${app.url}/patients`);

  when(
    `signing in opens what the rules open, and signing out shuts it [S-12 S-13 +]${missing ? `: ${missing}` : ''}`,
    () =>
      someone(async (one) => {
        expect((await patients(one)).status).toBe(401);
        expect(await signIn(one)).toBe('Signed in');
        const { status, text } = await patients(one);
        expect(status).toBe(200);
        expect(JSON.parse(text)).toHaveLength(3);
        expect(await one.send(`${app.url}/sign-out`, {})).toBe('Signed out');
        expect((await patients(one)).status).toBe(401);
        expect(await sessions()).toBe(0);
        expect(await one.cookies()).toEqual([]);
      }),
  );

  when('a wrong password leaves nothing behind [S-12 -]', () =>
    someone(async (one) => {
      await signIn(one, 'wrong');
      expect(await one.cookies()).toEqual([]);
      expect((await patients(one)).status).toBe(401);
    }),
  );

  when(
    'tokens stay in cookies that are httpOnly, secure, same-site, of this host alone and gone with the browser [S-13 +]',
    () =>
      someone(async (one) => {
        await signIn(one);
        const kept = await one.cookies();
        expect(kept.length).toBeGreaterThan(0);
        for (const cookie of kept) {
          expect(cookie).toMatchObject({ httpOnly: true, secure: true, path: '/', session: true });
          expect(cookie.sameSite.toLowerCase()).toBe('lax');
          expect(cookie.name).toMatch(/^__Host-cordon-auth/);
          expect(cookie.domain === '' || cookie.domain === 'localhost').toBe(true);
        }
      }),
  );

  when('no script of the page reads a token, wherever it looks [S-13 -]', () =>
    someone(async (one) => {
      const before = auth.issued.length;
      await signIn(one);
      const [{ value } = { value: '' }] = await one.cookies();
      const read = await one.readable();
      const tokens = auth.issued.slice(before);
      expect(tokens.length).toBeGreaterThan(1);
      for (const token of [...tokens, value, value.slice(7, 60)]) expect(read).not.toContain(token);
      if (read)
        expect(JSON.parse(read)).toMatchObject({
          cookie: '',
          local: {},
          session: {},
          databases: [],
          caches: [],
          globals: [],
          store: [],
        });
    }),
  );

  when(
    'a recovery link chooses a password and reads nothing; after it every session is dead, hers included [S-14 S-15 +]',
    () =>
      someone(async (one) => {
        await signIn(one);
        const other = await visitor();
        try {
          await other.open(`${app.url}/`);
          expect(await other.send(`${app.url}/forgot`, { email: EMAIL })).toMatch(/^If we know you/);
          const link = auth.outbox.at(-1)?.link ?? '';
          expect(await other.open(link)).toBe('Choose a password');
          const recovering = await patients(other);
          expect(recovering).toMatchObject({ status: 401 });
          expect(JSON.parse(recovering.text)).toEqual({ code: 'CD040' });
          expect((await patients(one)).status).toBe(200);
          const held = auth.issued.slice();
          expect(await other.send(`${app.url}/reset`, { password: NEW })).toBe('Signed out');
          expect(await sessions()).toBe(0);
          expect(await other.cookies()).toEqual([]);
          expect((await patients(one)).status).toBe(401);
          expect((await patients(other)).status).toBe(401);
          for (const refresh_token of held) {
            const { status } = await fetch(`${auth.url}/auth/v1/token?grant_type=refresh_token`, {
              method: 'POST',
              body: JSON.stringify({ refresh_token }),
            });
            expect(status).toBe(400);
          }
          await signIn(other, OLD);
          expect((await patients(other)).status).toBe(401);
          await other.open(`${app.url}/`);
          expect(await signIn(other, NEW)).toBe('Signed in');
          expect((await patients(other)).status).toBe(200);
        } finally {
          await other.close();
        }
      }),
  );

  when('a recovery link works once, and only where it was asked for [S-14 -]', () =>
    someone(async (one) => {
      await one.send(`${app.url}/forgot`, { email: EMAIL });
      const link = auth.outbox.at(-1)?.link ?? '';
      const thief = await visitor();
      try {
        await thief.open(`${app.url}/`);
        expect(await thief.open(link)).not.toBe('Choose a password');
        expect(await thief.cookies()).toEqual([]);
        expect(await one.open(link)).not.toBe('Choose a password');
      } finally {
        await thief.close();
      }
    }),
  );

  when('a form of another site changes nothing [S-13 -]', () =>
    someone(async (one) => {
      await signIn(one);
      const cookie = (await one.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      const forged = await fetch(`${app.url}/sign-out`, {
        method: 'POST',
        headers: { cookie, origin: 'https://other.example' },
      });
      expect(forged.status).toBe(403);
      expect((await patients(one)).status).toBe(200);
    }),
  );
});

describe('what the client answers', () => {
  test('where nobody is at the server’s address: no link was sent, and it does not say that one was [S-14 -]', async () => {
    const { port, server } = await occupy();
    await new Promise((resolve) => server.close(resolve));
    const away = createAuth(
      { url: `http://127.0.0.1:${port}`, key: 'a key' },
      { cookies: '', append: () => {} },
    );
    await expect(away.requestPasswordReset(EMAIL, app.url)).rejects.toThrow(
      'no recovery link can be sent now',
    );
  });

  test('to whoever asks for a link is the same whether or not there is such a login [S-14 S-39 +]', async () => {
    const one = cookieJar();
    const known = await one.send(`${app.url}/forgot`, { email: EMAIL });
    const sent = auth.outbox.length;
    expect(await one.send(`${app.url}/forgot`, { email: 'nobody@e.example' })).toBe(known);
    expect(auth.outbox).toHaveLength(sent);
  });

  test('to a token refreshed after a recovery is nothing either: it keeps how it was got [S-14 -]', async () => {
    await reset();
    await cookieJar().send(`${app.url}/forgot`, { email: EMAIL });
    const token = new URL(auth.outbox.at(-1)?.link ?? '').searchParams.get('token');
    const post = async (path: string, body: unknown) =>
      (
        await fetch(`${auth.url}/auth/v1/${path}`, { method: 'POST', body: JSON.stringify(body) })
      ).json() as Promise<Record<string, string>>;
    // Without PKCE, as an application may redeem it: Auth calls it otp.
    const first = await post('verify', { type: 'recovery', token_hash: token });
    const second = await post('token?grant_type=refresh_token', { refresh_token: first.refresh_token });
    for (const { access_token } of [first, second]) {
      const claims = JSON.parse(Buffer.from(access_token?.split('.')[1] ?? '', 'base64url').toString());
      expect(claims).toMatchObject({ amr: [{ method: 'otp' }], role: 'authenticated' });
      const persona = { name: 'recovering', role: 'authenticated', claims } as const;
      const [rows, check] = await database().as(persona, async (session) => [
        await session.rows('select id from public.patients'),
        await session.attempt('select public.pre_request()'),
      ]);
      expect(rows).toEqual([]);
      expect(check).toMatchObject({ ok: false, code: 'CD040' });
    }
  });
});
