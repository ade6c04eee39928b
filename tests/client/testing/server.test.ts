import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withSession } from '../../../client/index.ts';
import { type ScratchCluster, startScratchCluster } from '../../../scripts/postgres/cluster.ts';
import {
  type Addresses,
  CLINIC_A,
  cloneDatabase,
  personas,
  startTestServer,
  type TestServer,
} from '../../../testing/index.ts';
import { TestDatabase } from '../../../testing/test-database.ts';
import { startTransactionPooler } from '../../support/transaction-pooler.ts';

/** A server that is there, as an application's own would be: its superuser is all that we are told, and nothing is in it. */
let cluster: ScratchCluster;
const url = () => cluster.adminUrl('postgres');
const NOTES = `create table public.app_notes (id int primary key); grant select on public.app_notes to authenticated;
  insert into public.app_notes values (1)`;
const version = 'notes';
let prepared = 0;
const options = () => ({
  url: url(),
  version,
  prepare: async (client: pg.ClientBase) => {
    prepared += 1;
    await client.query(NOTES);
  },
});
let server: TestServer;
/** Three ask at once for the template that all tests use: to build one more for that takes as long as all else here. */
let atOnce: readonly TestServer[];

beforeAll(async () => {
  cluster = await startScratchCluster({ flavour: 'plain' });
  atOnce = await Promise.all([1, 2, 3].map(() => startTestServer(options())));
  [server] = atOnce as [TestServer];
  expect(prepared).toBe(1);
}, 240_000);
afterAll(async () => {
  await server?.stop();
  cluster?.remove();
});

async function admin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url().replace(/\/[^/]*$/, '/postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const databases = (like: string) =>
  admin(async (client) =>
    (await client.query('select datname from pg_database where datname like $1 order by 1', [like])).rows.map(
      ({ datname }) => datname as string,
    ),
  );

test('personas meet the policies on a clone, and what the application added [S-02 +, N-41 +]', async () => {
  const database = await cloneDatabase(server.addresses);
  try {
    const rows = await database.as(personas.receptionist, (session) =>
      session.rows('select distinct organisation_id from public.patients'),
    );
    expect(rows).toEqual([{ organisation_id: CLINIC_A }]);
    expect(await database.as(personas.stranger, (s) => s.rows('select id from public.patients'))).toEqual([]);
    expect(await database.as(personas.doctor, (s) => s.rows('select id from public.app_notes'))).toEqual([
      { id: 1 },
    ]);
  } finally {
    await database.drop();
  }
});

test("the application's own pool logs in as nobody but the realms", async () => {
  const database = await cloneDatabase(server.addresses);
  const pool = new pg.Pool({ connectionString: database.url('authenticator'), max: 1 });
  try {
    const context = { role: 'authenticated', claims: personas.doctor.claims } as const;
    const text = 'select session_user, count(*)::int from public.patients';
    const [row] = await withSession(pool, context, async (session) => (await session.query(text)).rows);
    expect(row).toMatchObject({ session_user: 'cordon_test_login' });
    expect(row?.count).toBeGreaterThan(0);
    await expect(pool.query('select count(*) from public.patients')).rejects.toMatchObject({ code: '42501' });
  } finally {
    await pool.end();
    await database.drop();
  }
});

test('a login in the query of the url is the superuser alone, and no session of a persona', async () => {
  const { username, password, port } = new URL(url());
  const query = `user=${username}&password=${password}&host=127.0.0.1&dbname=postgres`;
  const { addresses } = await startTestServer({
    ...options(),
    url: `postgresql://localhost:${port}/?${query}`,
  });
  const database = await cloneDatabase(addresses);
  try {
    const logins = await database.as(personas.doctor, (session) =>
      session.value('select session_user::text'),
    );
    expect(logins).toBe('cordon_test_login');
    expect(await database.asSuperuser((session) => session.value('select session_user::text'))).toBe(
      username,
    );
  } finally {
    await database.drop();
  }
});

test.each(['sslmode=prefer', 'sslmode=allow&connect_timeout=5', 'application_name=mine&pgbouncer=true'])(
  'what the url says beside its place is read as Cordon reads it elsewhere: %s',
  async (query) => {
    const { addresses } = await startTestServer({ ...options(), url: `${url().split('?')[0]}?${query}` });
    const database = await cloneDatabase(addresses);
    try {
      const count = 'select count(*)::int from public.patients';
      expect(await database.as(personas.doctor, (session) => session.value(count))).toBeGreaterThan(0);
    } finally {
      await database.drop();
    }
  },
);

test('a clone is its own: what one test commits, no other sees', async () => {
  const [one, other] = await Promise.all([cloneDatabase(server.addresses), cloneDatabase(server.addresses)]);
  await one.asPostgres((session) => session.script('insert into public.app_notes values (2)'));
  const count = (database: typeof one) =>
    database.asPostgres((session) => session.value('select count(*)::int from public.app_notes'));
  expect([await count(one), await count(other)]).toEqual([2, 1]);
  await Promise.all([one.drop(), other.drop()]);
});

test('a template that is there is taken, and several who ask at once for a new one build it once', async () => {
  expect(new Set(atOnce.map(({ addresses }) => addresses.template))).toEqual(
    new Set([server.addresses.template]),
  );
  expect(await databases('cordon_template_%')).toEqual([server.addresses.template]);
  const before = prepared;
  const { addresses } = await startTestServer(options());
  expect(addresses.template).toBe(server.addresses.template);
  expect(prepared).toBe(before);
});

test('a template whose making failed leaves nothing behind, and one that was cut short is made anew', async () => {
  const broken = { ...options(), version: `${version} broken` };
  await expect(
    startTestServer({ ...broken, prepare: (client) => client.query('select nothing').then(() => {}) }),
  ).rejects.toThrow(/column "nothing" does not exist/);
  expect(await databases('cordon_template_%_draft')).toEqual([]);
  // As a process leaves it that was killed in the middle.
  const draft = `cordon_template_${'0'.repeat(16)}_draft`;
  await admin((client) => client.query(`create database ${draft}`));
  const before = prepared;
  const { addresses } = await startTestServer(broken);
  expect(prepared).toBe(before + 1);
  expect(addresses.template).not.toBe(server.addresses.template);
  expect(await databases('cordon_template_%_draft')).toEqual([]);
  const database = await cloneDatabase(addresses);
  expect(await database.as(personas.doctor, (s) => s.rows('select id from public.app_notes'))).toEqual([
    { id: 1 },
  ]);
  await database.drop();
  await admin((client) => client.query(`drop database ${addresses.template}`));
});

test('what a killed worker leaves behind goes with the next one, and what a living one uses stays', async () => {
  const mine = await cloneDatabase(server.addresses);
  const killed = await worker(server.addresses);
  expect(await databases(killed.database)).toEqual([killed.database]);
  killed.process.kill('SIGKILL');
  await once(killed.process, 'exit');
  await expect
    .poll(
      async () => {
        const next = await worker(server.addresses);
        next.process.kill('SIGKILL');
        await once(next.process, 'exit');
        return databases(killed.database);
      },
      { timeout: 10_000 },
    )
    .toEqual([]);
  expect(await databases(mine.name)).toEqual([mine.name]);
  await mine.drop();
});

/** Another process that clones, tells the name, and stays. */
async function worker(addresses: Addresses) {
  const source = `import { cloneDatabase } from '${new URL('../../../testing/index.ts', import.meta.url).href}';
    const database = await cloneDatabase(${JSON.stringify(addresses)}); console.log(database.name); setInterval(() => {}, 1000);`;
  const process_ = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [name] = (await once(process_.stdout, 'data')) as [Buffer];
  return { process: process_, database: name.toString().trim() };
}

test('stop drops the clones of this process that nobody dropped', async () => {
  const other = await startTestServer(options());
  const left = await cloneDatabase(other.addresses);
  await left.asPostgres((session) => session.value('select 1')).catch(() => {});
  await other.stop();
  expect(await databases(left.name)).toEqual([]);
  await left.drop();
});

test('stop drops one after the other, and none that was dropped already', async () => {
  const other = await startTestServer(options());
  const clones = [];
  for (let count = 0; count < 3; count += 1) clones.push(await cloneDatabase(other.addresses));
  await clones[0]?.drop();
  const real = TestDatabase.prototype.drop;
  const drop = vi.spyOn(TestDatabase.prototype, 'drop');
  let running = 0;
  let most = 0;
  drop.mockImplementation(async function (this: TestDatabase) {
    most = Math.max(most, ++running);
    await real.call(this);
    running -= 1;
  });
  try {
    await other.stop();
    expect(drop.mock.contexts).toEqual(clones.slice(1));
    expect(most).toBe(1);
  } finally {
    drop.mockRestore();
  }
  for (const { name } of clones) expect(await databases(name)).toEqual([]);
});

test('a session that ends after its clone was dropped holds no connection', async () => {
  const database = await cloneDatabase(server.addresses);
  let dropped: Promise<void> | undefined;
  await database.asPostgres(async (session) => {
    dropped = database.drop();
    await session.rows('select pg_sleep(0.2)');
  });
  // The drop waits five seconds for whoever is connected before it throws them out.
  const connected = () =>
    admin(
      async (client) =>
        (await client.query('select pid from pg_stat_activity where datname = $1', [database.name])).rowCount,
    );
  await expect.poll(connected, { timeout: 3_000 }).toBe(0);
  await dropped;
  expect(await databases(database.name)).toEqual([]);
});

test('nobody is thrown out of a clone that cannot be dropped for another reason than them', async () => {
  const database = await cloneDatabase(server.addresses);
  const template = (is: boolean) =>
    admin((client) => client.query(`alter database ${database.name} is_template ${is}`));
  await template(true);
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await expect(database.drop()).rejects.toMatchObject({ code: '42809' });
    expect(query.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('drop'))).toEqual([
      `drop database if exists "${database.name}"`,
    ]);
  } finally {
    query.mockRestore();
  }
  await template(false);
  await database.drop();
});

test.each([
  [
    { url: 'postgresql://postgres:secret@db.example.org/postgres' },
    /on another machine[\s\S]*allowRemote: true/,
  ],
  [{ url: 'mysql://localhost/x' }, /postgresql:\/\//],
  [{ url: 'postgresql://postgres:secret@127.0.0.1:1/postgres' }, /127\.0\.0\.1:1/],
  [{ prepare: async () => {} }, /without `version`[\s\S]*to mend it/],
])('misuse %# is told with what to do, and no password', async (wrong, message) => {
  const error = await startTestServer(wrong).catch((each: Error) => each);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain('secret');
  expect((error as Error).message).not.toMatch(/DATABASE_URL|\.env/); // what commands read, and nobody has set here
});

test('a transaction pooler is refused before it keeps a lock, and the server behind it gets nothing', async () => {
  const connections = [1, 2].map(() => new pg.Client({ connectionString: url() }));
  for (const each of connections) {
    each.on('error', () => {});
    await each.connect();
  }
  const pooler = await startTransactionPooler(connections);
  const locks = () =>
    admin((client) =>
      client.query("select from pg_locks where locktype = 'advisory' and database is not null"),
    );
  try {
    const before = (await locks()).rowCount;
    const pooled = url().replace(/:\d+\//, `:${pooler.port}/`);
    const refused = (lock: string) =>
      `is a transaction pooler\nexpected: a direct or session connection: ${lock} is held by a session\nto mend it: use the URL of the server`;
    const anew = { ...options(), url: pooled, version: `${version} pooled` };
    await expect(startTestServer(anew)).rejects.toThrow(refused('the lock under which a template is built'));
    await expect(cloneDatabase({ ...server.addresses, superuser: pooled })).rejects.toThrow(
      refused('the lock that keeps clones of living processes'),
    );
    expect((await locks()).rowCount).toBe(before);
  } finally {
    pooler.close();
  }
});

test('who is no superuser is told so before anything is made', async () => {
  await admin((client) => client.query("create role developer login createdb createrole password 'secret'"));
  const before = await databases('%');
  const error = await startTestServer({ url: url().replace(/\/\/[^@]*@/, '//developer:secret@') }).catch(
    (each: Error) => each,
  );
  expect((error as Error).message).toMatch(/no superuser[\s\S]*to mend it: use `postgres`/);
  expect(await databases('%')).toEqual(before);
});

test('whoever gives the server in place of its addresses, or nothing, is told what is expected', async () => {
  for (const wrong of [{ addresses: {} }, {}, undefined, null, 'postgres://localhost']) {
    const error = await cloneDatabase(wrong as unknown as Addresses).catch((each: Error) => each);
    expect((error as Error).message).toMatch(
      /no addresses of a test server[\s\S]*cloneDatabase\(server\.addresses\)/,
    );
  }
});
