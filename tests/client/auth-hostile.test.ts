import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Auth, createAuth } from '../../client/auth.ts';
import { encoded, HOUR, now, type Project, startProject } from '../support/auth/project.ts';

const NAME = '__Host-cordon-auth';
let ours: Project;
let theirs: Project;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  [ours, theirs] = [await startProject('ours'), await startProject('theirs')];
  process.on('unhandledRejection', note);
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await ours.close();
  await theirs.close();
});
beforeEach(() => {
  ours.refuse(403, 'bad_jwt');
  theirs.refuse(403, 'bad_jwt');
  // The library says there what it thinks of such cookies.
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const sessionOf = (access_token: unknown, more: object = {}) =>
  `${NAME}=base64-${encoded({ access_token, refresh_token: 'r', expires_at: now() + HOUR, ...more })}`;

/** One request with these cookies: what signs in, and the headers that the response got. */
function request(cookies: string, url = ours.url) {
  const headers: string[] = [];
  const append = (name: string, value: string) => headers.push(`${name}: ${value}`);
  return { auth: createAuth({ url, key: 'a key' }, { cookies, append }), headers };
}

describe('a cookie that somebody made up', () => {
  const COOKIES: readonly [string, () => string][] = [
    [
      'no refresh token, and an end that is past',
      () => sessionOf(ours.token(), { refresh_token: null, expires_at: 1 }),
    ],
    ['an empty refresh token', () => sessionOf(ours.token(), { refresh_token: '', expires_at: 1 })],
    ['a number for a token', () => sessionOf(5)],
    ['an object for a token', () => sessionOf({}, { refresh_token: {}, expires_at: 'x' })],
    ['a header in the token', () => sessionOf('a\r\nx: y')],
    ['an algorithm that is none', () => sessionOf(ours.token({ alg: 'none' }))],
    ['an algorithm that is a number', () => sessionOf(ours.token({ alg: 5 }))],
    ['an algorithm of another kind of key', () => sessionOf(ours.token({ alg: 'RS256' }))],
    ['claims that are null', () => sessionOf(`${encoded(null)}.${encoded(null)}.AA`)],
    ['no JSON', () => `${NAME}=base64-bm8`],
    ['parts of it', () => `${NAME}.0=base64-; ${NAME}.1=x`],
    ['a number for the verifier', () => `${NAME}-code-verifier=base64-${encoded(5)}`],
  ];

  test.each(COOKIES)(
    'is nobody’s, and no error of the request or of the process: %s [S-13 -]',
    async (_, cookies) => {
      expect(await request(cookies()).auth.caller()).toBeUndefined();
      await request(cookies()).auth.signOut();
      for (const attempt of [
        (auth: Auth) => auth.signIn('her@a.example', 'a password'),
        (auth: Auth) => auth.beginPasswordReset('a code'),
        (auth: Auth) => auth.setPassword('a password'),
      ])
        await expect(attempt(request(cookies()).auth)).rejects.toMatchObject({ code: 'AUTH' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(unhandled).toEqual([]);
    },
  );

  test('is taken back at sign-out, each part of it [S-13 +]', async () => {
    const { auth, headers } = request(`${NAME}.0=base64-; ${NAME}.1=x; theme=dark`);
    await auth.signOut();
    const expired = headers.filter((header) => header.includes('Max-Age=0'));
    expect(expired.map((header) => header.split('=')[0])).toEqual([
      `set-cookie: ${NAME}.0`,
      `set-cookie: ${NAME}.1`,
    ]);
  });

  test('but what the library wrote is somebody’s, in one cookie or in parts [S-13 +]', async () => {
    const whole = sessionOf(ours.token());
    expect(await request(whole).auth.caller()).toMatchObject({ sub: 'her' });
    const [, value = ''] = whole.split(`${NAME}=`);
    const parts = `${NAME}.0=${value.slice(0, 50)}; ${NAME}.1=${value.slice(50)}`;
    expect(await request(parts).auth.caller()).toMatchObject({ sub: 'her' });
  });

  test.each([['service_role'], ['postgres'], [''], [undefined], [['authenticated']]])(
    'but whoever is of no role that callers have is nobody, however well signed: %j [S-13 -]',
    async (role) => {
      expect(await request(sessionOf(ours.token({}, { role }))).auth.caller()).toBeUndefined();
    },
  );

  test.each(['authenticated', 'patient', 'internal_ops'])(
    'and a caller of each role is one: %s [S-13 +]',
    async (role) => {
      expect(await request(sessionOf(ours.token({}, { role }))).auth.caller()).toMatchObject({
        sub: 'her',
        role,
      });
    },
  );
});

test('a token of another project that this process serves is nobody’s here [S-13 -]', async () => {
  const cookie = sessionOf(theirs.token());
  // The control: it is somebody's there, and its key is known to the library from then on.
  expect(await request(cookie, theirs.url).auth.caller()).toMatchObject({ sub: 'her' });
  expect(await request(cookie).auth.caller()).toBeUndefined();
});

test('an old session is renewed for whoever asks who calls, and by nobody’s leave before that [S-13 +]', async () => {
  const old = sessionOf(ours.token(), { expires_at: 1 });
  const answer = { access_token: ours.token(), refresh_token: 'next', expires_in: HOUR, user: { id: 'her' } };
  Object.assign(ours, { status: 200, answer, asked: [] });
  const { auth, headers } = request(old);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ours.asked).toEqual([]);
  expect(headers).toEqual([]);
  expect(await auth.caller()).toMatchObject({ sub: 'her' });
  expect(ours.asked.filter((path) => path?.includes('refresh_token'))).toHaveLength(1);
  expect(headers.join()).toContain(`set-cookie: ${NAME}=`);
});

describe('where the server fails', () => {
  test.each([[500], [429], [503]])(
    'with %s, signing out forgets the session all the same [S-12 S-13 -]',
    async (status) => {
      ours.refuse(status, 'unexpected_failure');
      const { auth, headers } = request(sessionOf(ours.token()));
      await auth.signOut();
      expect(headers).toEqual([expect.stringMatching(`^set-cookie: ${NAME}=; Max-Age=0; `)]);
      expect(await auth.caller()).toBeUndefined();
    },
  );

  test('signing out everywhere does not say that it was done [S-15 -]', async () => {
    const everywhere = (one: ReturnType<typeof request>) => one.auth.signOutEverywhere();
    ours.refuse(500, 'unexpected_failure');
    const failed = request(sessionOf(ours.token()));
    await expect(everywhere(failed)).rejects.toMatchObject({ code: 'AUTH' });
    expect(failed.headers).toEqual([expect.stringContaining('Max-Age=0')]);
    Object.assign(ours, { status: 200, answer: {} });
    await everywhere(request(sessionOf(ours.token())));
  });

  // The library takes these for a session that is gone. Of the others they say nothing: a gateway refuses a key so, and Auth a session that ended alone.
  test.each([
    [401, 'no_authorization'],
    [403, 'session_not_found'],
    [403, 'bad_jwt'],
    [404, 'not_found'],
  ])(
    'signing out everywhere does not take it for done that this session is none: %i %s [S-15 -]',
    async (status, code) => {
      ours.refuse(status, code);
      const { auth, headers } = request(sessionOf(ours.token()));
      await expect(auth.signOutEverywhere()).rejects.toMatchObject({ code: 'AUTH', hint: code });
      expect(headers.join()).toMatch(`set-cookie: ${NAME}=; Max-Age=0; `);
      expect(await auth.caller()).toBeUndefined();
      // This one is over, which is all that signing out here promises.
      await request(sessionOf(ours.token())).auth.signOut();
    },
  );

  test('nobody signs out everywhere who is not signed in, or whose session cannot be renewed [S-15 -]', async () => {
    await expect(request('').auth.signOutEverywhere()).rejects.toMatchObject({ code: 'AUTH' });
    ours.refuse(400, 'refresh_token_not_found');
    const old = sessionOf(ours.token(), { expires_at: 1 });
    await expect(request(old).auth.signOutEverywhere()).rejects.toMatchObject({ code: 'AUTH' });
  });

  test('of a login that is gone no session is left, so that it is signed out everywhere [S-15 +]', async () => {
    ours.refuse(403, 'user_not_found');
    const { auth, headers } = request(sessionOf(ours.token()));
    await auth.signOutEverywhere();
    expect(headers.join()).toMatch(`set-cookie: ${NAME}=; Max-Age=0; `);
  });

  // Supabase Auth looks the address up first, and counts and sends mail for those alone whom it finds.
  test.each([
    [429, 'over_email_send_rate_limit'],
    [500, 'unexpected_failure'],
    [504, 'request_timeout'],
  ])('asking for a link answers to a login as to nobody: %i %s [S-14 S-39 -]', async (status, code) => {
    const ask = async () => {
      const { auth, headers } = request('');
      await auth.requestPasswordReset('her@a.example', ours.url);
      return headers.map((header) => header.replace(/base64-[\w-]+/, '…'));
    };
    Object.assign(ours, { status: 200, answer: {} });
    const told = await ask();
    ours.refuse(status, code);
    expect(await ask()).toEqual(told);
  });

  test('what it refuses to everybody is told [S-14 +]', async () => {
    for (const [status, code] of [
      [429, 'over_request_rate_limit'],
      [503, 'unavailable'],
    ] as const) {
      ours.refuse(status, code);
      await expect(request('').auth.requestPasswordReset('her@a.example', ours.url)).rejects.toThrow(
        'no recovery link can be sent now',
      );
    }
  });
});

describe('a response that takes no more headers', () => {
  const METHODS: readonly [string, (auth: Auth) => Promise<unknown>][] = [
    ['caller', (auth) => auth.caller()],
    ['signIn', (auth) => auth.signIn('her@a.example', 'a password')],
    ['signOut', (auth) => auth.signOut()],
    ['signOutEverywhere', (auth) => auth.signOutEverywhere()],
    ['beginPasswordReset', (auth) => auth.beginPasswordReset('a code')],
    ['setPassword', (auth) => auth.setPassword('a password')],
    ['requestPasswordReset', (auth) => auth.requestPasswordReset('her@a.example', ours.url)],
  ];

  test.each(METHODS)(
    'is told by the method that has one to set, and ends no process: %s [S-13 -]',
    async (_, ask) => {
      const tokens = { access_token: ours.token(), refresh_token: 'next', expires_in: HOUR };
      Object.assign(ours, { status: 200, answer: { ...tokens, user: { id: 'her' } } });
      const append = () => {
        throw new Error('the headers were sent');
      };
      const verifier = `${NAME}-code-verifier=base64-${encoded('a verifier')}`;
      const cookies = `${sessionOf(ours.token(), { expires_at: 1 })}; ${verifier}`;
      const auth = createAuth({ url: ours.url, key: 'a key' }, { cookies, append });
      await expect(ask(auth)).rejects.toThrow('the headers were sent');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(unhandled.splice(0)).toEqual([]);
    },
  );
});

test('a redirect leads nowhere: no password, token or key goes along [S-13 -]', async () => {
  const location = `${theirs.url}/auth/v1/token?grant_type=password`;
  const signedIn = { access_token: ours.token(), refresh_token: 'n', expires_in: HOUR, user: { id: 'her' } };
  Object.assign(theirs, { status: 200, answer: signedIn, asked: [] });
  for (const status of [302, 307]) {
    Object.assign(ours, { status, answer: {}, location });
    await expect(request('').auth.signIn('her@a.example', 'a password')).rejects.toMatchObject({
      code: 'AUTH',
    });
    await expect(request('').auth.requestPasswordReset('her@a.example', ours.url)).rejects.toMatchObject({
      code: 'AUTH',
    });
    expect(await request(sessionOf(ours.token(), { expires_at: 1 })).auth.caller()).toBeUndefined();
    const { error } = await request(sessionOf(ours.token()))
      .auth.supabase.from('patients')
      .insert({ id: 'a value' });
    expect(error).not.toBeNull();
  }
  expect(theirs.asked).toEqual([]);
  expect(await request('', theirs.url).auth.signIn('her@a.example', 'a password'), 'control').toBeUndefined();
});
