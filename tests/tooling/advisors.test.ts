import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { advise } from '../../scripts/migrate/advise.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { ensurePlatform } from '../../scripts/postgres/platform.ts';
import { refusal } from '../support/refusal.ts';
import { rowsOf } from './migrate-fixtures.ts';

let cluster: ScratchCluster;
let url: string;

beforeAll(async () => {
  cluster = await startScratchCluster();
  await createDatabase(cluster, 'advised');
  url = cluster.adminUrl('advised');
  await ensurePlatform(url);
});
afterAll(() => cluster.remove());

test('an open table and a definer view are caught, excepted by key with a reason, and pass once mended', async () => {
  await rowsOf(
    url,
    `create table public.planted (id int primary key);
    grant select on public.planted to anon;
    create view public.planted_view as select id from public.planted;
    grant select on public.planted_view to anon`,
  );
  const exceptions = [
    { key: 'rls_disabled_in_public_public_planted', reason: 'a fixture' },
    { key: 'gone', reason: 'matches nothing' },
  ];
  const { failing, excepted, stale } = await advise(url, exceptions);
  expect(failing).toMatchObject([{ level: 'ERROR', lint: 'security_definer_view' }]);
  expect(excepted).toMatchObject([{ level: 'ERROR', lint: 'rls_disabled_in_public' }]);
  expect(stale).toEqual([exceptions[1]]);

  await rowsOf(
    url,
    `drop view public.planted_view;
    alter table public.planted enable row level security;
    create policy planted on public.planted to anon using (id > 0)`,
  );
  expect((await advise(url, [])).failing).toEqual([]);
});

test('an adviser that cannot be started is told as such, and ends nothing else', async () => {
  vi.stubEnv('TMPDIR', '/nowhere/at-all');
  try {
    expect(await refusal(() => advise(url, []))).toMatchObject({
      exitCode: 2,
      problem: expect.stringContaining('the Supabase CLI could not be started'),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});
