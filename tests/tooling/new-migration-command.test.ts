import { cpSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { makeFolder, removeFolder, runScript } from './cluster-fixtures.ts';

let project: string;
beforeAll(() => {
  project = makeFolder();
  for (const part of ['scripts', 'policies', 'migrations', 'package.json', 'tsconfig.json'])
    cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(project, 'node_modules'));
});
afterAll(() => removeFolder(project));

const dbNew = (...args: string[]) =>
  runScript(relative(join(PROJECT_ROOT, 'scripts'), join(project, 'scripts/db-new.ts')), args);

test('a frame is to be filled in next, and not to be recorded empty', async () => {
  const { code, stdout } = await dbNew('create_bed_waitlist', '--empty', '--why', 'who waits for a bed');
  expect(code).toBe(0);
  expect(stdout).toContain('_create_bed_waitlist.sql');
  expect(stdout).toContain('next: write the DDL where it says "By hand", then `npm run db:new -- --amend`');
  expect(stdout).not.toContain('--record');
});
