import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { runScript } from '../support/commands.ts';

// The commands as a user runs them, on a server that DATABASE_URL names. What they do to the embedded server is
// cluster.test.ts's subject: a test has no business with the one in .cordon/.
let cluster: ScratchCluster;

beforeAll(async () => {
  cluster = await startScratchCluster({ flavour: 'plain' });
  await createDatabase(cluster, 'clinic');
});
afterAll(() => cluster?.remove());

const run = (file: string, ...args: string[]) =>
  runScript(file, args, { env: { DATABASE_URL: cluster.url('clinic') } });
const query = async (sql: string) =>
  (await withClient(cluster.url('clinic'), (client) => client.query(sql))).rows;

test('db:start completes a server that DATABASE_URL names, and starts none', async () => {
  const { code, stdout } = await run('db-start.ts', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ origin: 'DATABASE_URL', pid: null, platform: 'stand-in' });
  expect(await query('select count(*)::int as users from auth.users')).toEqual([{ users: 0 }]);
});

test('db:url prints the URL and nothing else', async () => {
  const { code, stdout, stderr } = await run('db-url.ts');
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${cluster.url('clinic')}\n`, stderr: '' });
});

test('db:reset empties a local database, roles excepted, but never one of Supabase', async () => {
  await query(
    'create table leftover (); create schema if not exists auth; create table auth.schema_migrations ()',
  );
  const refused = await run('db-reset.ts', '--no-migrate');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('is a Supabase project');
  expect(await query(`select to_regclass('leftover')::text as leftover`)).toEqual([{ leftover: 'leftover' }]);

  await query('drop table auth.schema_migrations');
  const { code, stdout } = await run('db-reset.ts', '--no-migrate', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ applied: [] });
  expect(
    await query(`select to_regclass('leftover') as leftover, to_regclass('auth.users')::text as users`),
  ).toEqual([{ leftover: null, users: 'auth.users' }]);
});
