import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { runModule } from '../tooling/cluster-fixtures.ts';

// `npm run mutation -- --changed main` judges what a branch changed: all of it, and nothing that came to main since.
let repository: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a test', '-c', 'user.email=test@example.invalid', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}
function commit(): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'one more');
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'cordon-changed-'));
  git('init', '-q', '-b', 'main');
  for (const table of ['beds', 'cases', 'patients', 'wards']) write(`policies/${table}.ts`, '1');
  write('functions/public/seal_head.sql', '1');
  write('.gitignore', 'ignored.ts\n');
  commit();
  git('switch', '-q', '-c', 'change');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

/** Of mutants of these subjects, those that are chosen; else what is told. */
async function changed(ref: string): Promise<unknown> {
  const subjects = ['beds', 'cases', 'patients', 'wards', 'seal_head', 'discharge', 'ignored'];
  const { stdout, stderr } = await runModule(`
    process.chdir(${JSON.stringify(repository)});
    const { onlyChanged } = await import('${join(PROJECT_ROOT, 'scripts/mutation/select.ts')}');
    const mutants = ${JSON.stringify(subjects)}.map((name) => ({ key: name, operator: 'any', subject: 'public.' + name, sql: '' }));
    try {
      console.log(JSON.stringify((await onlyChanged(mutants, ${JSON.stringify(ref)})).map(({ key }) => key)));
    } catch (error) { console.log(JSON.stringify(error.exitCode + ' ' + error.explanation.problem)); }
  `);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('what was committed, is being edited, is new or is gone is all chosen, and nothing else', async () => {
  expect(await changed('main')).toEqual([]);
  write('policies/beds.ts', '2');
  commit();
  write('policies/cases.ts', '2');
  write('functions/public/discharge.sql', '1');
  write('triggers/patients.sql', '1');
  write('policies/ignored.ts', '1');
  write('docs/wards.sql', '1');
  rmSync(join(repository, 'functions/public/seal_head.sql'));
  expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'seal_head', 'discharge']);
});

test.each(['policies/vocabulary.ts', 'scripts/policy/compile.ts'])(
  'what every rule is written with or compiled by is of all tables that have one: %s',
  async (file) => {
    write(file, '1');
    expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'wards']);
    commit();
    write('functions/public/discharge.sql', '1');
    expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'wards', 'discharge']);
  },
);

test('what came to the other branch meanwhile is none of this change', async () => {
  write('policies/beds.ts', '2');
  commit();
  git('switch', '-q', 'main');
  write('policies/wards.ts', '2');
  commit();
  git('switch', '-q', 'change');
  expect(await changed('main')).toEqual(['beds']);
});

test('a commit that git does not know is misuse, and one that looks like an option is none', async () => {
  expect(await changed('nowhere')).toMatch(/^2 git knows no commit "nowhere"/);
  expect(await changed('--output=written')).toMatch(/^2 git knows no commit/);
});
