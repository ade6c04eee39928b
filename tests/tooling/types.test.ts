import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function compile(project: string): { readonly ok: boolean; readonly printed: string } {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '--noEmit', '-p', project],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return { ok: status === 0, printed: stdout };
}

test("real queries compile against 'cordon' and 'cordon/supabase', and mistakes do not", () => {
  expect(compile('tests/types/tsconfig.json')).toEqual({ ok: true, printed: '' });
});

test('the same check fails on a planted mistake of each kind', () => {
  // Below the package's own folder, so that its name resolves to itself; git and tsc look past the leading dot.
  mkdirSync(join(ROOT, '.cordon'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cordon', 'planted-'));
  try {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['./planted.ts'] }),
    );
    writeFileSync(
      join(folder, 'planted.ts'),
      `import type { DB } from 'cordon';
import type { Database } from 'cordon/supabase';
import type { Kysely, Selectable } from 'kysely';
export const wrongColumn = (db: Kysely<DB>) => db.selectFrom('patients').select('no_such_column');
export const wrongState: Selectable<DB['patients']>['status'] = 'asleep';
export const wrongTable: Database['public']['Tables']['no_such_table'] = null as never;
// @ts-expect-error there is no mistake below
export const rightState: Selectable<DB['patients']>['status'] = 'active';
`,
    );
    const { ok, printed } = compile(join(folder, 'tsconfig.json'));
    expect(ok).toBe(false);
    expect([...printed.matchAll(/planted\.ts\((\d+),/g)].map(([, line]) => Number(line))).toEqual([
      4, 5, 6, 7,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
