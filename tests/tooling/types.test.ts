import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PLANTED = `import type { DB } from 'cordon';
import type { Database } from 'cordon/supabase';
import type { Kysely, Selectable } from 'kysely';
export const wrongColumn = (db: Kysely<DB>) => db.selectFrom('patients').select('no_such_column');
export const wrongState: Selectable<DB['patients']>['status'] = 'asleep';
export const wrongTable: Database['public']['Tables']['no_such_table'] = null as never;
// @ts-expect-error there is no mistake below
export const rightState: Selectable<DB['patients']>['status'] = 'active';
`;

/** Errors of one compilation of the queries in tests/types/ and of the planted file: `<file name>:<line>`. */
let errors: string[];
let files: string;

beforeAll(() => {
  // Below the package's own folder, so that its name resolves to itself; git and tsc look past the leading dot.
  mkdirSync(join(ROOT, '.cordon'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cordon', 'planted-'));
  try {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        include: ['./planted.ts', '../../tests/types/*.ts'],
      }),
    );
    writeFileSync(join(folder, 'planted.ts'), PLANTED);
    const { stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '--noEmit', '--listFiles', '-p', folder],
      { cwd: ROOT, encoding: 'utf8' },
    );
    files = stdout;
    errors = [...stdout.matchAll(/([\w-]+\.d?\.?ts)\((\d+),\d+\): error/g)].map(
      ([, file, line]) => `${file}:${line}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("real queries compile against 'cordon' and 'cordon/supabase'", () => {
  expect(files).toMatch(/tests\/types\/kysely-queries\.ts/);
  expect(files).toMatch(/tests\/types\/supabase-queries\.ts/);
  expect(errors.filter((error) => !error.startsWith('planted.ts'))).toEqual([]);
});

test('a planted mistake of each kind does not', () => {
  expect(errors.filter((error) => error.startsWith('planted.ts'))).toEqual([
    'planted.ts:4',
    'planted.ts:5',
    'planted.ts:6',
    'planted.ts:7',
  ]);
});
