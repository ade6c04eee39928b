import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSlot, drainAll } from '../../scripts/audit/drain-access-log.ts';
import { exportTrail } from '../../scripts/audit/export-trail.ts';
import { type Head, verifyExport } from '../../scripts/audit/verifier.mjs';
import {
  type Cluster,
  startCluster,
  startScratchCluster,
  stopCluster,
} from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { buildTemplate } from '../support/template.ts';
import { useFolder } from '../support/trail.ts';

const DATABASE = 'clinic';
/** The same restored under another OID, as a dump gives it. */
const RESTORED = 'restored';
const folder = useFolder();

let original: Cluster | undefined;
let copy: Cluster | undefined;
const removals: (() => void)[] = [];
/** What was kept elsewhere: when the backup was taken, and later. */
let heads: readonly [Head, Head];

const on = <T>(cluster: Cluster | undefined, fn: (client: pg.Client) => Promise<T>, database = DATABASE) =>
  withClient((cluster as Cluster).adminUrl(database), fn);
const oneOf = async <T>(client: pg.ClientBase, text: string): Promise<T> =>
  Object.values((await client.query<Record<string, T>>(text)).rows[0] ?? {})[0] as T;
const headOf = (client: pg.ClientBase) => oneOf<Head>(client, 'select seal_head()');

const ADDED = `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'R-1', 'Ana Example')`;

beforeAll(async () => {
  const [first, second] = [await startScratchCluster(), await startScratchCluster()];
  removals.push(first.remove, second.remove);
  [original, copy] = [first, second];
  await buildTemplate(original, DATABASE);
  const kept = await on(original, async (client) => {
    await createSlot(client);
    await drainAll(client);
    return headOf(client);
  });
  await stopCluster(original.directory);
  await stopCluster(copy.directory);
  const files = join(copy.home, 'data');
  rmSync(files, { recursive: true });
  execFileSync('cp', ['-a', join(original.home, 'data'), files]);
  // A base backup leaves them out, and so does what is recovered to a point in time.
  for (const slot of readdirSync(join(files, 'pg_replslot')))
    rmSync(join(files, 'pg_replslot', slot), { recursive: true });
  original = await startCluster({ directory: original.directory, port: 'random', durable: false });
  // What the backup does not know.
  const later = await on(original, async (client) => {
    await client.query(`select set_config('app.pinned_organisation_id', '${CLINIC_A}', false)`);
    await client.query(
      `update public.cases set priority = case priority when 'urgent' then 'critical' else 'urgent' end where organisation_id = '${CLINIC_A}'`,
    );
    await client.query('select seal_records()');
    return headOf(client);
  });
  heads = [kept, later];
  copy = await startCluster({ directory: copy.directory, port: 'random', durable: false });
  await on(
    copy,
    (client) => client.query(`create database ${RESTORED} template ${DATABASE} owner postgres`),
    'postgres',
  );
});
afterAll(() => {
  for (const remove of removals) remove();
});

test('what was sealed before the backup is proven after it, and a head from later is told as not continued [S-20 +, S-20 -]', async () => {
  const file = folder.path('restored.ndjson');
  await on(copy, (client) => exportTrail(client, file, {}));
  const [kept, later] = heads;
  expect(later.seal).toBeGreaterThan(kept.seal);
  expect(await verifyExport(file, { head: kept, from: 0 })).toMatchObject({ isExport: true, findings: [] });
  expect((await verifyExport(file, { head: later, from: 0 })).findings).not.toEqual([]);
});

test('a copy of the files has no slot: its first drain notes what is missing and goes on, where none is missing it says nothing [N-35 +, N-35 -]', async () => {
  const drained = (cluster?: Cluster) => on(cluster, async (client) => (await drainAll(client)).gap);
  expect(await drained(original)).toBeNull();
  expect(await drained(copy)).toBe('slot lost');
  expect(await drained(copy)).toBeNull();
  const cause = `select cause from audit.access_log_exceptions where kind = 'gap' order by id desc limit 1`;
  expect(await on(copy, (client) => oneOf(client, cause))).toBe('slot lost');
});

test('under another OID, as a dump is restored, the drain says CD030 until it is given a slot [N-35 +, N-35 -]', async () => {
  await on(
    copy,
    async (client) => {
      await expect(drainAll(client)).rejects.toMatchObject({ code: 'CD030' });
      const slot = await createSlot(client);
      expect(slot).toBe(
        `cordon_access_${await oneOf(client, 'select oid from pg_database where datname = current_database()')}`,
      );
      expect(await drainAll(client)).toMatchObject({ state: 'drained' });
    },
    RESTORED,
  );
});

test('rows alone do not go into a migrated schema, triggers told to be silent or not; pinned they do [N-09 +, N-09 -]', async () => {
  await on(copy, async (client) => {
    for (const role of ['origin', 'replica']) {
      await client.query(`begin; set local session_replication_role = ${role}`);
      await expect(client.query(ADDED)).rejects.toMatchObject({ code: 'CD004' });
      await client.query('rollback');
    }
    await client.query('begin');
    await client.query(`select set_config('app.pinned_organisation_id', '${CLINIC_A}', true)`);
    expect((await client.query(ADDED)).rowCount).toBe(1);
    await client.query('rollback');
  });
});

test('what pg_restore --disable-triggers leaves behind is none that always fires, unlike what it found [S-02 +, S-02 -]', async () => {
  await on(copy, async (client) => {
    const always = `select bool_and(tgenabled = 'A') from pg_trigger where tgrelid = 'public.patients'::regclass and not tgisinternal`;
    await client.query('begin');
    expect(await oneOf(client, always)).toBe(true);
    await client.query(
      'alter table public.patients disable trigger all; alter table public.patients enable trigger all',
    );
    expect(await oneOf(client, always)).toBe(false);
    await client.query('rollback');
  });
});
