import { beforeAll, expect, test } from 'vitest';
import { watchCatalog } from '../../scripts/audit/watch-catalog.ts';
import { migrate } from '../../scripts/migrate/apply.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import { replayOnly } from '../../scripts/migrate/replay.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { useCluster } from './catalog-fixtures.ts';

const cluster = useCluster();

/** The migration that widened the watch to Storage and Auth. */
const WIDENED = '20261129101913';
const PLATFORMS = /\b(?:storage\.(?:objects|buckets)|auth\.users)\b/;

const watch = () => withClient(cluster().url('watched'), watchCatalog);
const plant = (sql: string) => withClient(cluster().adminUrl('watched'), (client) => client.query(sql));
const triggerOn = (name: string) =>
  `create trigger ${name} before update on storage.objects for each row execute function suppress_redundant_updates_trigger()`;

beforeAll(async () => {
  const before = readMigrations().filter(({ version }) => version < WIDENED);
  expect(before.length).toBeGreaterThan(50);
  await replayOnly(cluster(), 'watched', before);
});

test('a database that was watched before its watch learned of Storage and Auth is told of nothing there that was there all along, and of everything since [N-54 +, N-54 -]', async () => {
  await plant(triggerOn('of_the_platform'));
  await plant('alter table storage.buckets force row level security');
  const first = await watch();
  expect(first.filter(({ event_type }) => event_type === 'catalog.first_seen').length).toBeGreaterThan(100);
  expect(first.filter(({ object }) => PLATFORMS.test(object) && object.startsWith('trigger'))).toEqual([]);

  await migrate(cluster().url('watched'));
  const afterwards = await watch();
  // What the migrations themselves created is told, as after any other.
  expect(afterwards.length).toBeGreaterThan(5);
  expect(afterwards.filter(({ object }) => PLATFORMS.test(object))).toEqual([]);

  await plant(`drop trigger of_the_platform on storage.objects; ${triggerOn('planted')}`);
  await plant('alter table storage.buckets no force row level security');
  const since = (await watch()).map(({ object, event_type, is_alert }) => [object, event_type, is_alert]);
  expect(since).toHaveLength(3);
  expect(since).toEqual(
    expect.arrayContaining([
      ['trigger of_the_platform on storage.objects', 'catalog.trigger_dropped', true],
      ['trigger planted on storage.objects', 'catalog.trigger_added', true],
      ['row security of storage.buckets', 'catalog.row_security_off', true],
    ]),
  );
});
