import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordNew } from '../../scripts/check/record.ts';
import { runChecks } from '../../scripts/check/run.ts';
import { writeGenerated } from '../../scripts/codegen/write-generated.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { loadSources } from '../../scripts/sources/sources.ts';
import { type SmallProject, useCluster, useProjects, writeSources } from './catalog-fixtures.ts';

const cluster = useCluster();
const newProject = useProjects(cluster);
const INSTALLED = 'migrations/20260201000000_install_access.sql';
let databases = 0;

/** A project of which nothing is found but that nothing is recorded. */
async function unlanded(): Promise<SmallProject> {
  const project = await newProject();
  writeSources(project);
  await project.compose('install_access', { now: new Date('2026-02-01T00:00:00Z') });
  databases += 1;
  await replay(cluster(), `clean${databases}`, { directory: project.migrations });
  await writeGenerated(cluster().url(`clean${databases}`), { directory: project.generated });
  return project;
}

function migrationSums(project: SmallProject): string[] {
  const path = join(project.migrations, 'SHA256SUMS');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

test('db:check finds what was edited, added or taken away while it was checked, and records nothing of it [S-26 -]', async () => {
  const project = await unlanded();
  const { findings, checked } = await project.check();
  const text = project.read(INSTALLED);
  const record = () => recordNew(findings, project.migrations, checked);
  const told = () =>
    record().findings.map(({ where, problem }) => `${where.replace(`${project.root}/`, '')} ${problem}`);
  project.write(INSTALLED, text.replace('-- migrate:down', 'drop table public.notes;\n\n-- migrate:down'));
  expect(told()).toEqual([`${INSTALLED} changed while it was checked`]);
  project.remove(INSTALLED);
  expect(told()).toEqual([`${INSTALLED} changed while it was checked`]);
  project.write(INSTALLED, text);
  await project.history(
    '20260301000000_add_more',
    "set local lock_timeout = '5s';\ncreate table public.more ();",
  );
  expect(told()).toEqual(['migrations/20260301000000_add_more.sql changed while it was checked']);
  expect(migrationSums(project)).toEqual([]);
  project.remove('migrations/20260301000000_add_more.sql');
  expect(record().recorded).toHaveLength(2);
  expect(migrationSums(project)).toEqual(checked.map(({ checksum, fileName }) => `${checksum}  ${fileName}`));
});

test('db:check goes by the text that it read first: what is written into a file meanwhile is not replayed [S-26 -]', async () => {
  const project = await unlanded();
  const text = project.read(INSTALLED);
  const { findings, checked } = await runChecks({
    directory: project.migrations,
    generated: project.generated,
    cluster: cluster(),
    sources: await loadSources({ root: project.root, policies: project.policies }),
    // Before the replay has begun.
    onProgress: (line) => {
      if (line.startsWith('replaying'))
        project.write(INSTALLED, text.replace('-- migrate:down', 'select 1 / 0;\n\n-- migrate:down'));
    },
  });
  expect(findings.filter(({ kind }) => kind !== 'unrecorded')).toEqual([]);
  expect(recordNew(findings, project.migrations, checked).findings.map(({ problem }) => problem)).toEqual([
    'changed while it was checked',
  ]);
});
