import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../scripts/doctor/checks/index.ts';
import { DOCTOR_DOCS, doctorDocs } from '../../scripts/doctor/docs.ts';
import { examineThrough } from '../../scripts/doctor/examine.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { FAULTS, jobs, ofAuthenticator, setting } from './faults.ts';

const database = useDatabase();

/** What a deployment would have to say for everything that can be seen to be ok. */
const MENDED = `
  create temporary view pg_db_role_setting as
    select setdatabase, setrole, setconfig from pg_catalog.pg_db_role_setting
    union all select 0, (select oid from pg_catalog.pg_roles where rolname = 'authenticator'), '{pgrst.db_pre_request=public.pre_request,pgrst.db_schemas=public,pgrst.jwt_aud=authenticated}';
  create temporary view pg_replication_slots as
    select ('cordon_access_' || oid)::name as slot_name, 'logical' as slot_type, datname as database, 'reserved' as wal_status,
           pg_current_wal_lsn() as confirmed_flush_lsn, true as active, null::bigint as safe_wal_size
    from pg_catalog.pg_database where datname = current_database();
  ${jobs()};
  revoke select on extensions.pg_stat_statements from public;
  set local app.settings.jwt_exp = '3600';
  select public.watch_catalog()`;

/** What the doctor sees once something was done; catalogs may be shadowed by temporary views. */
const seen = (sql: string) =>
  database().asSuperuser(
    async (session) => {
      await session.script(sql);
      await session.script('set local search_path = pg_temp, pg_catalog');
      return examineThrough(session);
    },
    { rollback: true },
  );

describe.each(CHECKS.map((check) => [check.name, check] as const))('%s', (name, check) => {
  const faults = FAULTS[name];
  if (faults === 'none') {
    test(`cannot be read from a database, and is never ok without: ${check.claim} [${check.requirements.join(' ')} -]`, async () => {
      const states = (await seen('select')).filter((sight) => sight.check === name).map(({ state }) => state);
      expect(states).toEqual(['unseen']);
    });
    return;
  }
  test.each(faults ?? [])(
    `finds what breaks it, $finds: ${check.claim} [${check.requirements.join(' ')} -]`,
    async ({ sql, finds }) => {
      const found = (await seen(sql)).filter((sight) => sight.check === name && sight.state === 'fault');
      expect(found.map((sight) => `${sight.object} ${sight.found}`).join('\n')).toMatch(finds);
    },
  );
});

// Before the tests below that mend some of it for good.
test('docs/auditing.md tells what is found on a server that was only filled with the seed', async () => {
  const faults = (await seen('select')).filter(({ state }) => state === 'fault').map(({ check }) => check);
  expect(faults).toEqual(['statements-unread', 'slots-drained', 'catalog-watched']);
  expect(readFileSync('docs/auditing.md', 'utf8')).toMatch(
    /tells three faults: what a\ndeployment has to set itself \(`statements-unread`, `slots-drained`, `catalog-watched`; without the seed/,
  );
});

test('a deployment that is as it should be has no fault, and what no database can tell is still unseen [S-39 N-53 N-09 +]', async () => {
  const sights = await seen(MENDED);
  expect(sights.filter(({ state }) => state === 'fault')).toEqual([]);
  expect(sights.filter(({ state }) => state === 'unseen').map(({ check }) => check)).toEqual([
    'token-hook',
    'leaked-passwords',
    'realtime-private',
    'address-header',
  ]);
  expect(new Set(sights.map(({ check }) => check))).toEqual(
    new Set(CHECKS.map(({ name }) => name).filter((name) => name !== 'extensions-granted')),
  );
});

test('a scheduler that is installed and calls nothing, or not all of it, is never ok [N-51 -]', async () => {
  const states = async (sql: string) =>
    (await seen(sql))
      .filter(({ check }) => check === 'scheduler-present')
      .map(({ object, state }) => `${object.replace('pg_cron ', '')} ${state}`);
  const none = ['drain_access_log unseen', 'seal_records unseen', 'watch_catalog unseen'];
  expect(await states('select')).toEqual(none);
  expect(
    await states(`create temporary view pg_extension as select oid, extname from pg_catalog.pg_extension union all select 0, 'pg_cron';
      create schema cron; create table cron.job (schedule text, command text, database text, active boolean)`),
    'nothing in it',
  ).toEqual(none);
  expect(await states(`${jobs()}; update cron.job set database = 'another'`), 'of another database').toEqual(
    none,
  );
  expect(await states(`${jobs()}; delete from cron.job where command ~ 'watch'`)).toEqual([
    'watch_catalog unseen',
    'drain_access_log ok',
    'seal_records ok',
  ]);
});

test('hosted Supabase closes the log by role, and that is enough [S-39 +]', async () => {
  const sights = await seen(
    `${setting('log_error_verbosity', 'default')}; ${ofAuthenticator('log_min_messages', 'fatal')}`,
  );
  expect(sights.filter(({ check }) => check === 'errors-logged-terse').map(({ state }) => state)).toEqual([
    'ok',
    'ok',
  ]);
});

test('what this login alone has says nothing of the log of others, and a wrong value is wrong all the same [S-39 -]', async () => {
  const states = async (value: string, source?: string) =>
    (await seen(setting('log_statement', value, source)))
      .filter(({ object }) => object === 'log_statement')
      .map(({ state }) => state);
  expect(await states('none'), 'of the server').toEqual(['ok']);
  for (const source of ['user', 'database user', 'client', 'session']) {
    expect(await states('none', source), source).toEqual(['unseen']);
    expect(await states('all', source), source).toEqual(['fault']);
  }
  const terse = (await seen(setting('log_error_verbosity', 'terse', 'user'))).filter(
    ({ check }) => check === 'errors-logged-terse',
  );
  expect(terse.map(({ object, state }) => `${object} ${state}`)).toEqual([
    'log_error_verbosity unseen',
    'log_min_error_statement ok',
  ]);
});

test('what the login of PostgREST does not have may stand in its configuration: nobody sees it, and it is not ok [N-53 N-09 -]', async () => {
  const states = async (sql: string) =>
    (await seen(sql))
      .filter(({ check }) => ['pre-request-set', 'exposed-schemas', 'token-audience'].includes(check))
      .map(({ check, state }) => `${check} ${state}`)
      .sort();
  expect(await states('select')).toEqual([
    'exposed-schemas unseen',
    'pre-request-set unseen',
    'token-audience unseen',
  ]);
  expect(await states(ofAuthenticator('pgrst.db_pre_request', 'public.pre_request'))).toContain(
    'pre-request-set ok',
  );
});

test("an application's own schema may be served, and the one that the platform makes for it [N-09 N-11 +]", async () => {
  const sights = await seen(
    ofAuthenticator('pgrst.db_schemas', 'public, graphql_public, app, pgx, timescale'),
  );
  expect(sights.find(({ check }) => check === 'exposed-schemas')).toMatchObject({ state: 'ok' });
});

test('a login that the Supabase CLI makes for itself is no way past policies [N-54 +]', async () => {
  const sights = await seen(
    'create role cli_login_postgres login noinherit; grant postgres to cli_login_postgres',
  );
  expect(sights.filter(({ check, state }) => check === 'roles-bypassing' && state === 'fault')).toEqual([]);
});

test('whoever sets the header that addresses are read from, no database can tell: cf-connecting-ip is the word of Cloudflare alone, and of browsers alone [N-28 S-32 -]', async () => {
  const sight = async (header: string) =>
    (await seen(`update authz.deployment_settings set trusted_address_header = '${header}'`)).filter(
      ({ check }) => check === 'address-header',
    );
  expect(await sight('cf-connecting-ip')).toMatchObject([
    {
      state: 'unseen',
      expected: 'only where Cloudflare stands in front, and browsers ask PostgREST directly',
    },
  ]);
  expect(await sight('x-real-ip')).toMatchObject([
    {
      state: 'unseen',
      found: 'x-real-ip',
      expected: 'written by the proxy in front, over whatever a client sends',
    },
  ]);
});

test('what a caller wrote into a block is read by every clinic that runs SQL, until the view is taken from them [S-04 +, S-04 -]', async () => {
  const kept = `select query from extensions.pg_stat_statements where query ~ 'said by one clinic'`;
  await database().as(personas.clinicAdminOfB, async (session) => {
    // The server keeps the statements that are asked most, and others run theirs beside this test.
    for (let time = 0; time < 50; time++)
      await session.attempt(`do $$ begin perform 'said by one clinic'; end $$`);
  });
  const read = () => database().as(personas.doctor, (session) => session.attempt(kept));
  expect(await read(), 'what the check is for').toMatchObject({ ok: true, count: 1 });
  await database().asSuperuser((session) =>
    session.script('revoke select on extensions.pg_stat_statements from public'),
  );
  expect(await read()).toMatchObject({ ok: false, code: '42501' });
});

test('whoever may not see something is told so, and nothing is called ok [S-39 -]', async () => {
  const sights = await database().asSuperuser(
    async (session) => {
      await session.script('create role planted; set local role planted');
      return examineThrough(session);
    },
    { rollback: true },
  );
  for (const name of ['address-header', 'sessions-demanded', 'clients-refused']) {
    expect(sights.filter(({ check }) => check === name)).toMatchObject(
      [{ state: 'unseen', found: /^cannot be seen: permission denied/ }].map((one) => ({
        ...one,
        found: expect.stringMatching(one.found),
      })),
    );
  }
});

test('the role that migrates, which is no superuser, sees the seals and what the watch recorded [S-20 N-54 +]', async () => {
  await database().asPostgres((session) => session.rows('select public.watch_catalog()'));
  const sights = await database().asPostgres((session) => examineThrough(session), { rollback: true });
  const states = sights.filter(({ check }) => ['sealed-lately', 'catalog-watched'].includes(check));
  expect(states.map(({ check, state }) => `${check} ${state}`)).toEqual([
    'sealed-lately ok',
    'catalog-watched ok',
  ]);
});

test('an old seal is no fault where nothing was recorded since: a clinic that is shut writes none [S-20 +]', async () => {
  const sights = await database().asSuperuser(
    async (session) => {
      await session.rows(`set local session_replication_role = replica`);
      for (const table of ['audit.seals', 'audit.security_events'])
        await session.rows(`alter table ${table} disable trigger user`);
      await session.rows(`update audit.seals set closed_at = '2026-01-05 06:30Z'`);
      await session.rows(`delete from audit.security_events`);
      return examineThrough(session);
    },
    { rollback: true },
  );
  expect(sights.find(({ check }) => check === 'sealed-lately')).toMatchObject({
    state: 'ok',
    found: 'closed 2026-01-05 06:30 UTC',
  });
});

test('every check has a planted fault and a file of its name, and docs/doctor.md tells them all', () => {
  expect(Object.keys(FAULTS)).toEqual(CHECKS.map(({ name }) => name));
  for (const { name } of CHECKS)
    expect(existsSync(new URL(`../../scripts/doctor/checks/${name}.ts`, import.meta.url))).toBe(true);
  expect(readFileSync(DOCTOR_DOCS, 'utf8')).toBe(doctorDocs());
});
