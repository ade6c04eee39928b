import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { runNode } from '../support/commands.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

let project: string;
beforeAll(() => {
  project = makeFolder();
  for (const part of ['scripts', 'policies', 'migrations', 'package.json', 'tsconfig.json'])
    cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(project, 'node_modules'));
});
afterAll(() => removeFolder(project));

/** In the project's folder: there it writes. */
const dbNew = (...args: string[]) =>
  runNode(['--import', 'tsx', join(project, 'scripts/db-new.ts'), ...args], { cwd: project });

test('a frame is to be filled in next, and not to be recorded empty', async () => {
  const { code, stdout } = await dbNew('create_bed_waitlist', '--empty', '--why', 'who waits for a bed');
  expect(code).toBe(0);
  expect(stdout).toMatch(/wrote migrations\/\d{14}_create_bed_waitlist\.sql/);
  expect(stdout).toContain('next: write the DDL where it says "By hand", then `npm run db:new -- --amend`');
  expect(stdout).not.toContain('--record');
});

test.each([
  ['--headers', '--why', 'a reason'],
  ['--headers', '--only', 'policies'],
  ['--headers', '--operations'],
  ['--headers', '--empty'],
  ['--amend', '--empty'],
  ['--empty', '--only', 'policies'],
])('an option that would be passed over is refused: %s %s', async (beside, given, ...value) => {
  const name = beside === '--empty' ? ['create_bed_waitlist'] : [];
  const { code, stdout, stderr } = await dbNew(beside, ...name, given, ...value);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`✗ ${given} does nothing beside ${beside}`);
});
