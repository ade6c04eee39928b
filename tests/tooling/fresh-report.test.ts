import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { changedSince } from '../../scripts/requirements/sources.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

// A report is read again while it is of what stands there. What it depends on, nobody lists by hand: tests read documents and workflows too.
let checkout: string;
const THEN = new Date('2026-01-05T06:30:00Z');
const LATER = new Date('2026-01-05T06:40:00Z');
const path = (name: string) => join(checkout, name);
function write(name: string, at: Date): void {
  const isNew = !existsSync(path(name));
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), '1');
  utimesSync(path(name), at, at);
  if (isNew)
    for (let folder = dirname(name); folder !== '.'; folder = dirname(folder))
      utimesSync(path(folder), at, at);
}
const isChanged = () => changedSince(checkout, new Date('2026-01-05T06:35:00Z').getTime());

beforeEach(() => {
  checkout = makeFolder();
  execFileSync('git', ['init', '-q'], { cwd: checkout });
  for (const name of ['.gitignore', 'README.md', 'testing/ids.ts', 'docs/errors.md']) write(name, THEN);
  writeFileSync(path('.gitignore'), '.cordon/\n');
  utimesSync(path('.gitignore'), THEN, THEN);
  execFileSync('git', ['add', '-A'], { cwd: checkout });
});
afterEach(() => removeFolder(checkout));

test('a report is fresh while nothing of the checkout is newer, whatever commands keep for themselves', async () => {
  expect(await isChanged()).toBe(false);
  write('.cordon/kept/anything', LATER);
  expect(await isChanged()).toBe(false);
});

test.each(['README.md', 'testing/ids.ts', 'docs/errors.md', 'bench/new.ts', '.github/workflows/ci.yml'])(
  'it is stale where %s is newer than it, whether git knows that or not',
  async (name) => {
    write(name, LATER);
    expect(await isChanged()).toBe(true);
  },
);

test('it is stale where a file is gone', async () => {
  rmSync(path('docs/errors.md'));
  expect(await isChanged()).toBe(true);
});

test('where git lists nothing, nothing is called fresh', async () => {
  removeFolder(path('.git'));
  expect(await isChanged()).toBe(true);
});

test('of this checkout, too, nothing is newer than what is yet to be written, and something is than what never was', async () => {
  const now = Date.now() + 60_000;
  expect(await changedSince(PROJECT_ROOT, now)).toBe(false);
  expect(await changedSince(PROJECT_ROOT, 0)).toBe(true);
});
