import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { runModule } from '../support/commands.ts';
import { useRepository } from '../support/repository.ts';

// `npm run mutation -- --changed main` judges what a branch changed: all of it, and nothing that came to main since.
const repository = useRepository();

beforeEach(() => {
  for (const table of ['beds', 'cases', 'patients', 'wards']) repository.write(`policies/${table}.ts`, '1');
  repository.write('functions/public/seal_head.sql', '1');
  repository.write('.gitignore', 'ignored.ts\n');
  repository.commit();
  repository.git('switch', '-q', '-c', 'change');
});

/** Of mutants of these subjects, those that are chosen; else what is told. */
async function changed(ref: string): Promise<unknown> {
  const subjects = ['beds', 'cases', 'patients', 'wards', 'seal_head', 'discharge', 'ignored'];
  const { stdout, stderr } = await runModule(`
    process.chdir(${JSON.stringify(repository.path)});
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
  repository.write('policies/beds.ts', '2');
  repository.commit();
  repository.write('policies/cases.ts', '2');
  repository.write('functions/public/discharge.sql', '1');
  repository.write('triggers/patients.sql', '1');
  repository.write('policies/ignored.ts', '1');
  repository.write('docs/wards.sql', '1');
  rmSync(join(repository.path, 'functions/public/seal_head.sql'));
  expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'seal_head', 'discharge']);
});

test.each(['policies/vocabulary.ts', 'scripts/policy/compile.ts'])(
  'what every rule is written with or compiled by is of all tables that have one: %s',
  async (file) => {
    repository.write(file, '1');
    expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'wards']);
    repository.commit();
    repository.write('functions/public/discharge.sql', '1');
    expect(await changed('main')).toEqual(['beds', 'cases', 'patients', 'wards', 'discharge']);
  },
);

test('what came to the other branch meanwhile is none of this change', async () => {
  repository.write('policies/beds.ts', '2');
  repository.commit();
  repository.git('switch', '-q', 'main');
  repository.write('policies/wards.ts', '2');
  repository.commit();
  repository.git('switch', '-q', 'change');
  expect(await changed('main')).toEqual(['beds']);
});

test('a commit that git does not know is misuse, and one that looks like an option is none', async () => {
  expect(await changed('nowhere')).toMatch(/^2 git knows no commit "nowhere"/);
  expect(await changed('--output=written')).toMatch(/^2 git knows no commit/);
});
