import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { leadsElsewhere } from '../../scripts/migrate/pushed-folder.ts';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { type Finished, runModule, runScript } from '../support/commands.ts';
import { useRepository } from '../support/repository.ts';
import { migrationText } from '../tooling/migrate-fixtures.ts';

const repository = useRepository();

/** What withBase() hands over, asked in a process whose working directory is the repository. */
async function baseOf(ref: string | undefined): Promise<Finished> {
  return runModule(`
    process.chdir(${JSON.stringify(repository.path)});
    const { withBase } = await import('${join(PROJECT_ROOT, 'scripts/review/history/base.ts')}');
    try {
      await withBase(${JSON.stringify(ref)}, async ({ ref, commit, migrations }) => {
        console.log(JSON.stringify({ ref, commit, migrations: migrations.map(({ fileName, up }) => fileName + up.trim().split('\\n').at(-1)) }));
      });
    } catch (error) { console.log(error.exitCode + ' ' + error.explanation.problem); }
  `);
}

beforeEach(() => {
  repository.write('migrations/20260101000000_create_a.sql', migrationText('select 1;'));
  repository.write('seed/010_a.sql', 'select 1;');
  repository.commit('one');
});

test('what `supabase db push` applies is what is reviewed: a link, and no folder of its own [S-26 -]', () => {
  expect(leadsElsewhere(PROJECT_ROOT)).toBe(false);
  expect(leadsElsewhere(repository.path)).toBe(false);
  mkdirSync(join(repository.path, 'supabase'));
  symlinkSync('../migrations', join(repository.path, 'supabase/migrations'));
  expect(leadsElsewhere(repository.path)).toBe(false);
  rmSync(join(repository.path, 'supabase/migrations'));
  expect(leadsElsewhere(repository.path)).toBe(true);
  repository.write(
    'supabase/migrations/20260101000000_create_a.sql',
    migrationText('grant all on all tables in schema public to anon;'),
  );
  expect(leadsElsewhere(repository.path)).toBe(true);
});

describe('the base of a change', () => {
  test('is where it left its target: what came to the target since is not part of the change [S-26 +]', async () => {
    const fork = repository.git('rev-parse', 'HEAD');
    repository.git('switch', '-q', '-c', 'change');
    repository.write('migrations/20260102000000_create_b.sql', migrationText('select 2;'));
    repository.commit('mine');
    repository.git('switch', '-q', 'main');
    repository.write('migrations/20260103000000_create_c.sql', migrationText('select 3;'));
    repository.commit('theirs');
    repository.git('switch', '-q', 'change');
    expect(JSON.parse((await baseOf(undefined)).stdout)).toEqual({
      ref: 'main',
      commit: fork,
      migrations: ['20260101000000_create_a.sqlselect 1;'],
    });
  });

  test('has the files as they were there, whatever the working tree has made of them [S-26 -]', async () => {
    repository.write('migrations/20260101000000_create_a.sql', migrationText('select 99;'));
    expect((await baseOf('main')).stdout).toContain('create_a.sqlselect 1;');
  });

  test.each([
    ['nowhere', '2 git knows no commit "nowhere"'],
    ['--help', '2 git knows no commit "--help"'],
    ['main; touch /tmp/cordon-injected', '2 git knows no commit "main; touch /tmp/cordon-injected"'],
  ])('is refused where git does not know it: %s', async (ref, told) => {
    expect((await baseOf(ref)).stdout.trim()).toBe(told);
    expect(existsSync('/tmp/cordon-injected')).toBe(false);
  });

  test('is refused where a tag is called like the branch: it would hide the whole change [S-30 -]', async () => {
    repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    repository.write('migrations/20260102000000_create_b.sql', migrationText('select 2;'));
    repository.commit('mine');
    expect((await baseOf('origin/main')).stdout).toContain('create_a');
    repository.git('tag', 'origin/main');
    expect((await baseOf('origin/main')).stdout.trim()).toMatch(
      /^2 "origin\/main" is more than one thing here/,
    );
    expect((await baseOf('refs/remotes/origin/main')).stdout).toContain('create_a');
  });

  test('is refused where there is no branch to compare with', async () => {
    repository.git('branch', '-q', '-m', 'main', 'trunk');
    expect((await baseOf(undefined)).stdout.trim()).toBe('2 no branch to compare with');
  });
});

test('db:review explains a base that does not exist, without a stack trace, with exit code 2', async () => {
  const { code, stderr } = await runScript('db-review.ts', ['--base', 'no-such-branch']);
  expect(code).toBe(2);
  expect(stderr).toContain('git knows no commit "no-such-branch"');
  expect(stderr).not.toMatch(/\n\s+at /);
});
