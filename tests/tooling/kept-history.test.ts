import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareCatalogs } from '../../scripts/catalog/differences.ts';
import { readCatalog } from '../../scripts/catalog/snapshot.ts';
import { listChecksums } from '../../scripts/migrate/checksums.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { readLedger } from '../../scripts/migrate/ledger.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { SHELF } from '../../scripts/postgres/cluster/kept-data.ts';
import { type Cluster, withScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { FIRST } from './catalog-fixtures.ts';
import { makeProject, type Project } from './migrate-fixtures.ts';

/** A history that one may edit. */
let project: Project;
let folder: string;
/** What a test left among the kept data, by its key. */
let kept: string | undefined;
beforeEach(() => {
  project = makeProject({
    '20260101000000_create_notes': FIRST,
    '20260102000000_set_something': `do $$ begin
      execute format('alter database %I set search_path = public, extensions', current_database());
    end $$;`,
  });
  folder = project.directory;
  listChecksums(folder, readMigrations(folder));
});
afterEach(() => {
  project.remove();
  for (const name of readdirSync(SHELF)) {
    if (kept && name.endsWith(kept)) rmSync(join(SHELF, name), { recursive: true });
  }
  kept = undefined;
});

const newest = () =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .at(-1) ?? '',
  );
/** All that a replay leaves behind, except when. */
async function left(cluster: Cluster) {
  await replay(cluster, 'replayed', { directory: folder });
  return withClient(cluster.adminUrl('replayed'), async (client) => {
    const rows = async (sql: string) => (await client.query(sql)).rows;
    return {
      catalog: await readCatalog(client),
      ledger: (await readLedger(client)).map(({ version, name, checksum }) => [version, name, checksum]),
      settings: await rows(`
        select s.setrole::regrole::text as role, s.setconfig as settings from pg_db_role_setting as s
        where s.setdatabase in (0, (select oid from pg_database where datname = current_database())) order by 1, 2`),
      database: await rows(`
        select datacl::text as acl, datdba::regrole::text as owner from pg_database where datname = current_database()`),
      memberships: await rows(
        `select roleid::regrole::text as role, member::regrole::text as member from pg_auth_members order by 1, 2`,
      ),
    };
  });
}

test('a history that is copied where it has landed is the one that is replayed, with what was added since, and is made anew where it was damaged [S-26 +]', async () => {
  project.add('20991231235959_add_something', 'create table public.something (id uuid);');
  const content = landedHistory(folder);
  kept = content?.key;
  const replayed = await withScratchCluster(left);
  const copied = await withScratchCluster(left, { content });
  const again = await withScratchCluster(left, { content });
  expect(content?.key).toMatch(/^[0-9a-f]{16}-\d{4}-\d\d-\d\d$/);
  const [folderOfIt = ''] = readdirSync(SHELF).filter((name) => name.endsWith(`-${content?.key}`));
  writeFileSync(join(SHELF, folderOfIt, 'global', 'pg_control'), 'damaged');
  const anew = await withScratchCluster(left, { content });
  for (const other of [copied, again, anew]) {
    expect(compareCatalogs(replayed.catalog, other.catalog)).toEqual([]);
    expect({ ...other, catalog: undefined }).toEqual({ ...replayed, catalog: undefined });
  }
  expect(replayed.settings).toContainEqual({ role: '-', settings: ['search_path=public, extensions'] });
  expect(replayed.ledger).toHaveLength(readMigrations(folder).length);
});

test('where a landed migration was edited, or is gone, nothing is copied [S-26 -]', () => {
  expect(landedHistory(folder)).toBeDefined();
  appendFileSync(newest(), '\n-- edited\n');
  expect(landedHistory(folder)).toBeUndefined();
  rmSync(newest());
  expect(landedHistory(folder)).toBeUndefined();
});

test('where a history begins otherwise, or ends before, nothing is copied [S-26 -]', async () => {
  const migrations = readMigrations(folder);
  expect(landedHistory(folder, migrations)).toBeDefined();
  expect(landedHistory(folder, migrations.slice(1))).toBeUndefined();
  expect(landedHistory(folder, migrations.slice(0, -1))).toBeUndefined();
  const shorter = async (cluster: Cluster) => {
    rmSync(newest());
    const { applied, alreadyApplied } = await replay(cluster, 'shorter', { directory: folder });
    return [applied.length, alreadyApplied];
  };
  const content = landedHistory(folder);
  kept = content?.key;
  // The cluster holds all of it, which is more than was asked for.
  expect(await withScratchCluster(shorter, { content })).toEqual([migrations.length - 1, 0]);
});
