import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScratchCluster, startScratchCluster } from '../../../scripts/postgres/cluster.ts';
import { withClient } from '../../../scripts/postgres/connect.ts';
import {
  type Addresses,
  cloneDatabase,
  personas,
  startTestServer,
  type TestServer,
} from '../../../testing/index.ts';

// A server that goes away between two clones, and comes back: what was there is still there, and still this process's own.
let cluster: ScratchCluster;
let server: TestServer;
beforeAll(async () => {
  cluster = await startScratchCluster({ flavour: 'plain' });
  server = await startTestServer({ url: cluster.adminUrl('postgres') });
}, 240_000);
afterAll(async () => {
  await server?.stop();
  cluster?.remove();
});

const ask = (sql: string) =>
  withClient(cluster.adminUrl('postgres'), async (client) => (await client.query(sql)).rows);

/** Ends every session of ours, as a restart does. */
async function endSessions(): Promise<void> {
  await ask(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  await sleep(100); // until this process has heard of it
}

test('a clone serves its next session, and goes when it is dropped', async () => {
  const clone = await cloneDatabase(server.addresses);
  const look = () => clone.as(personas.doctor, (session) => session.rows('select 1 as one'));
  await look();
  await endSessions();
  expect(await look()).toEqual([{ one: 1 }]);
  await clone.drop();
  expect(await ask(`select from pg_database where datname = '${clone.name}'`)).toEqual([]);
});

test('clones of before stay this process’s own once it clones again, whoever else begins', async () => {
  const before = await cloneDatabase(server.addresses);
  await endSessions();
  const after = await cloneDatabase(server.addresses);
  await cloneElsewhere(server.addresses);
  const names = (await ask("select datname from pg_database where datname ^@ 'cordon_test_'")).map(
    ({ datname }) => datname,
  );
  expect(names).toEqual(expect.arrayContaining([before.name, after.name]));
  await before.drop();
  await after.drop();
});

test('of a server that is gone a clone says so, and works once it is back', async () => {
  const other = new URL(server.addresses.superuser);
  other.port = '1';
  await expect(cloneDatabase({ ...server.addresses, superuser: other.href })).rejects.toThrow(
    /no server answers/,
  );
  await (await cloneDatabase(server.addresses)).drop();
});

/** Another process makes its first clone, which takes away what nobody holds, and ends without dropping it. */
async function cloneElsewhere(addresses: Addresses): Promise<void> {
  const entry = new URL('../../../testing/index.ts', import.meta.url).href;
  const text = `import { cloneDatabase } from '${entry}'; await cloneDatabase(${JSON.stringify(addresses)});`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
    stdio: 'inherit',
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
}
