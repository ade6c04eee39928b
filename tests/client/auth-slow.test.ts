import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Auth, createAuth } from '../../client/auth.ts';
import { encoded, HOUR, now, type Project, startProject } from '../support/auth/project.ts';

const NAME = '__Host-cordon-auth';
let project: Project;
beforeAll(async () => {
  project = await startProject('slow');
});
afterAll(() => project.close());
beforeEach(() => {
  project.isSilent = false;
  project.asked = [];
  // The library says there what it thinks of a request that fails.
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const sessionOf = (expires_at: number) =>
  `${NAME}=base64-${encoded({ access_token: project.token(), refresh_token: 'r', expires_at })}`;
const live = () => sessionOf(now() + HOUR);
const old = () => sessionOf(1);

function request(cookies: string, signal?: AbortSignal) {
  const headers: string[] = [];
  const append = (name: string, value: string) => headers.push(`${name}: ${value}`);
  return { auth: createAuth({ url: project.url, key: 'a key' }, { cookies, append, signal }), headers };
}

/** What somebody tells the browser to forget. */
const taken = (headers: readonly string[]) => headers.filter((header) => header.includes('Max-Age=0'));

/** As if so many seconds went by, while nothing answers. */
async function settledAfter(seconds: number, work: Promise<unknown>): Promise<unknown> {
  let answer: unknown = 'still waiting';
  work.then(
    (value) => {
      answer = value;
    },
    (error: unknown) => {
      answer = error;
    },
  );
  await vi.waitFor(() => expect(project.asked).not.toEqual([]));
  for (let passed = 0; passed < seconds; passed += 0.5) await vi.advanceTimersByTimeAsync(500);
  return answer;
}

const METHODS: readonly [name: string, cookies: () => string, ask: (auth: Auth) => Promise<unknown>][] = [
  ['caller', old, (auth) => auth.caller()],
  ['signIn', () => '', (auth) => auth.signIn('her@a.example', 'a password')],
  ['signOut', live, (auth) => auth.signOut()],
  ['signOutEverywhere', live, (auth) => auth.signOutEverywhere()],
  ['requestPasswordReset', () => '', (auth) => auth.requestPasswordReset('her@a.example', project.url)],
  [
    'beginPasswordReset',
    () => `${NAME}-code-verifier=base64-${encoded('a verifier')}`,
    (auth) => auth.beginPasswordReset('a code'),
  ],
  ['setPassword', live, (auth) => auth.setPassword('a password')],
];

describe('where Supabase Auth says nothing', () => {
  test.each(METHODS)('%s ends with the request that it is for, and throws why', async (_, cookies, ask) => {
    project.isSilent = true;
    const gone = new AbortController();
    const reason = new Error('the browser was closed');
    const asking = ask(request(cookies(), gone.signal).auth);
    asking.catch(() => {});
    await vi.waitFor(() => expect(project.asked).not.toEqual([]));
    gone.abort(reason);
    await expect(asking).rejects.toBe(reason);
    // The control: where it answers, the same signal ends nothing.
    const answer = {
      access_token: project.token(),
      refresh_token: 'n',
      expires_in: HOUR,
      user: { id: 'her' },
    };
    Object.assign(project, { isSilent: false, status: 200, answer });
    await ask(request(cookies(), new AbortController().signal).auth);
  });

  test('a request whose asker has gone already asks nothing', async () => {
    const { auth } = request(old(), AbortSignal.abort());
    await expect(auth.caller()).rejects.toMatchObject({ name: 'AbortError' });
    expect(project.asked).toEqual([]);
  });

  test.each(METHODS.filter(([name]) => /^sign|^begin|^set/.test(name) && name !== 'signOut'))(
    '%s says after fifteen seconds that it failed',
    async (_, cookies, ask) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      project.isSilent = true;
      const asking = ask(request(cookies()).auth);
      expect(await settledAfter(14, asking)).toBe('still waiting');
      expect(await settledAfter(1, asking)).toMatchObject({ code: 'AUTH' });
    },
  );

  test('signOut forgets the session after fifteen seconds [S-12 S-13 +]', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    project.isSilent = true;
    const { auth, headers } = request(live());
    const asking = auth.signOut();
    expect(await settledAfter(14, asking)).toBe('still waiting');
    expect(await settledAfter(1, asking)).toBeUndefined();
    expect(taken(headers)).toHaveLength(1);
  });

  test('asking for a link answers as to anybody: it is silent over the addresses alone that it knows [S-14 S-39 -]', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    project.isSilent = true;
    expect(
      await settledAfter(15, request('').auth.requestPasswordReset('her@a.example', project.url)),
    ).toBeUndefined();
  });

  test('nobody is called by a session that waits to be renewed, after half a minute, and it stays [S-13 +]', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    project.isSilent = true;
    const { auth, headers } = request(old());
    expect(await settledAfter(60, auth.caller())).toBeUndefined();
    expect(taken(headers)).toEqual([]);
  });
});

describe('where an answer begins and does not go on', () => {
  const QUESTIONS: readonly [string, (auth: Auth) => PromiseLike<{ readonly error: unknown }>][] = [
    ['a query', ({ supabase }) => supabase.from('patients').select('id')],
    ['a file', ({ supabase }) => supabase.storage.from('b').download('a')],
  ];
  beforeEach(() => {
    Object.assign(project, { isStalling: true, left: 0 });
  });
  afterEach(() => {
    project.isStalling = false;
  });

  test.each(QUESTIONS)('%s of its client ends with the request that it is for', async (_, ask) => {
    const gone = new AbortController();
    const { auth } = request(live(), gone.signal);
    const asking = Promise.resolve(ask(auth)).catch((error: unknown) => ({ error }));
    await vi.waitFor(() => expect(project.asked).toHaveLength(1));
    // The head has arrived.
    await new Promise((resolve) => setTimeout(resolve, 100));
    gone.abort(new Error('the browser was closed'));
    expect((await asking).error).toBeTruthy();
    await vi.waitFor(() => expect(project.left).toBe(1));
  });

  test('so it does with a signal of its own, and not before either has spoken', async () => {
    const [gone, own] = [new AbortController(), new AbortController()];
    const { auth } = request(live(), gone.signal);
    let answer: unknown;
    const asking = Promise.resolve(auth.supabase.from('patients').select('id').abortSignal(own.signal)).then(
      ({ error }) => {
        answer = error;
      },
    );
    await vi.waitFor(() => expect(project.asked).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answer).toBeUndefined();
    own.abort();
    await asking;
    expect(answer).toBeTruthy();
    await vi.waitFor(() => expect(project.left).toBe(1));
  });
});

describe('a session that cannot be renewed', () => {
  const page = '<html>too many requests</html>' as never;

  test.each<[string, number, object]>([
    ['too many requests', 429, { code: 429, error_code: 'over_request_rate_limit', msg: 'no' }],
    ['a key that the gateway does not know', 401, { message: 'Invalid API key' }],
    ['a page of the gateway', 403, page],
  ])('stays, where the answer says nothing of it: %s [S-13 +]', async (_, status, answer) => {
    Object.assign(project, { status, answer });
    const { auth, headers } = request(old());
    expect(await auth.caller()).toBeUndefined();
    expect(taken(headers)).toEqual([]);
    // Somebody who wants to be signed out is, all the same.
    await auth.signOut();
    expect(taken(headers)).toEqual([expect.stringContaining(`${NAME}=;`)]);
  });

  test.each([
    [400, 'refresh_token_not_found'],
    [400, 'refresh_token_already_used'],
    [403, 'user_banned'],
    [403, 'session_not_found'],
  ])('goes, where Auth says that it is over: %i %s [S-12 -]', async (status, code) => {
    project.refuse(status, code);
    const { auth, headers } = request(old());
    expect(await auth.caller()).toBeUndefined();
    expect(taken(headers)).toContainEqual(expect.stringContaining(`${NAME}=;`));
  });

  test('is renewed by the next request', async () => {
    const answer = {
      access_token: project.token(),
      refresh_token: 'n',
      expires_in: HOUR,
      user: { id: 'her' },
    };
    Object.assign(project, { status: 200, answer });
    expect(await request(old()).auth.caller()).toMatchObject({ sub: 'her' });
  });
});

describe('at once, in one request', () => {
  test('several who ask who calls renew the session once', async () => {
    const answer = {
      access_token: project.token(),
      refresh_token: 'n',
      expires_in: HOUR,
      user: { id: 'her' },
    };
    Object.assign(project, { status: 200, answer });
    const { auth } = request(old());
    const callers = await Promise.all([auth.caller(), auth.caller(), auth.caller()]);
    expect(callers.map((caller) => caller?.sub)).toEqual(['her', 'her', 'her']);
    expect(project.asked.filter((path) => path?.includes('refresh_token'))).toHaveLength(1);
  });

  test('a renewal that comes back late does not bring back a session that was signed out [S-12 -]', async () => {
    const answer = {
      access_token: project.token(),
      refresh_token: 'n',
      expires_in: HOUR,
      user: { id: 'her' },
    };
    Object.assign(project, { status: 200, answer });
    for (const both of [
      (auth: Auth) => [auth.caller(), auth.signOut()],
      (auth: Auth) => [auth.signOut(), auth.caller()],
    ]) {
      const { auth, headers } = request(old());
      await Promise.all(both(auth));
      expect(headers.filter((header) => header.includes(`set-cookie: ${NAME}=`)).at(-1)).toContain(
        'Max-Age=0',
      );
    }
  });
});
