import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../../scripts/migrate/history.ts';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { type Finished, runModule } from '../support/commands.ts';
import { useRepository } from '../support/repository.ts';

const FILES = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .sort();

const repository = useRepository();
beforeEach(() => mkdirSync(join(repository.path, MIGRATIONS)));

/** Commits the history up to and including this file, and gives the commit. */
function commitUpTo(wanted: string): string {
  const last = FILES.findIndex((name) => name.endsWith(wanted));
  for (const name of FILES.slice(0, last + 1)) {
    copyFileSync(join(MIGRATIONS, name), join(repository.path, MIGRATIONS, name));
  }
  return repository.commit(wanted).slice(0, 12);
}

/** The command in a process whose working directory is the repository. */
function compare(...args: string[]): Promise<Finished> {
  return runModule(`
    process.chdir(${JSON.stringify(repository.path)});
    process.argv = ${JSON.stringify(['node', 'bench-compare', '--rows', '2000', '--rounds', '1', ...args])};
    await import('${join(PROJECT_ROOT, 'scripts/bench-compare.ts')}');
  `);
}

test('a base whose tables cannot be filled is misuse that names the commit, what the server said and what to do [N-34 -]', async () => {
  const commit = commitUpTo('create_patients.sql');
  commitUpTo('create_consents.sql');
  const { code, stdout, stderr } = await compare('--base', commit);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`✗ ${commit} (${commit}) cannot be measured`);
  expect(stderr).toContain(
    'expected  migrations that apply, and every column that bench/load/steps.ts fills',
  );
  expect(stderr).toContain('the server said: relation "public.consents" does not exist (SQLSTATE 42P01)');
  expect(stderr).toContain('→ choose a later base: --base');
  expect(stderr).not.toMatch(/internal error|^\s+at /m);
});

test('a base that has none of the tables is no base without regressions [N-34 -]', async () => {
  const commit = commitUpTo('create_schemas_and_realms.sql');
  const { code, stdout, stderr } = await compare('--base', commit);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`nothing can be compared with ${commit} (${commit})`);
  expect(stderr).toContain('→ choose a later base: --base');
});

test('without a branch to compare with, the flag that names one is told, not another command', async () => {
  commitUpTo('create_schemas_and_realms.sql');
  repository.git('branch', '-m', 'elsewhere');
  const { code, stderr } = await compare();
  expect(code).toBe(2);
  expect(stderr).toContain('→ name one: --base <branch, tag or commit>');
  expect(stderr).not.toContain('db:review');
});
