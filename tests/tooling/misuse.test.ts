import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirePlaceFor, requirePlacesApart, writeReport } from '../../scripts/console/folder.ts';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { type Finished, runScript } from '../support/commands.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

// What a user gets wrong, as a user does: every command ends with 2, and says what is wrong, what was expected and how to mend it.

let folder: string;
beforeAll(() => {
  folder = makeFolder();
  writeFileSync(join(folder, 'binary'), Uint8Array.of(0x80, 0, 0xff, 0xfe));
  writeFileSync(join(folder, 'text'), 'no JSON');
  writeFileSync(join(folder, 'object'), '{}');
});
afterAll(() => removeFolder(folder));

const within = (name: string) => join(folder, name);

function expectMisuse({ code, stdout, stderr }: Finished, ...told: readonly string[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const text of told) expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/internal error|^\s+at /m);
}

describe('a file that is to be written', () => {
  test.each([
    ['compliance.ts', '--html', '.', 'it is a folder', '→ name a file in it'],
    ['compliance.ts', '--html', 'text/page.html', 'there is no folder', '→ name a file elsewhere'],
    ['compliance.ts', '--html', 'no/page.html', 'there is no folder', '→ mkdir -p'],
    ['db-review.ts', '--markdown', '.', 'it is a folder', '→ name a file in it'],
    ['db-review.ts', '--html', '.', 'it is a folder', '→ name a file in it'],
    ['db-review.ts', '--sarif', '.', 'it is a folder', '→ name a file in it'],
  ])(
    'is refused before the work where it cannot be: %s %s %s',
    async (script, flag, name, problem, remedy) => {
      const path = within(name);
      expectMisuse(await runScript(script, [flag, path]), `✗ ${path} cannot be written: ${problem}`, remedy);
    },
  );

  test('is refused before the work where the system takes none, and nothing is left of having tried', async () => {
    expectMisuse(
      await runScript('compliance.ts', ['--html', '/proc/page.html']),
      '✗ /proc/page.html cannot be written (ENOENT)',
      '→ name a file elsewhere',
    );
    const page = within('page.html');
    expect(() => requirePlaceFor(page)).not.toThrow();
    expect(existsSync(page)).toBe(false);
    writeReport(page, 'kept');
    requirePlaceFor(page);
    expect(readFileSync(page, 'utf8')).toBe('kept');
    expect(() => writeReport('/proc/page.html', '')).toThrow('cannot be written (ENOENT)');
  });

  test('is not written twice, however it is named: the first report would be gone', async () => {
    const [page, other] = [within('page'), `${folder}/./page`];
    expectMisuse(
      await runScript('db-review.ts', ['--markdown', page, '--html', other]),
      `✗ two reports are to be written into ${page}`,
      'expected  a file for each',
    );
    expect(() => requirePlacesApart([page, undefined, within('other')])).not.toThrow();
    expect(() => requirePlacesApart(['/dev/null', '/dev/null'])).not.toThrow();
  });

  test('has a name', async () => {
    expectMisuse(await runScript('audit-export.ts', ['']), '✗ the name of the file to write is empty');
  });
});

describe('a file that is to be read', () => {
  test.each(['.', 'binary'])('is the text of a review, and nothing else is commented: %s', async (name) => {
    expectMisuse(
      await runScript('review-comment.ts', [within(name)]),
      `✗ ${within(name)} cannot be read as text`,
      '→ npm run db:review -- --markdown',
    );
  });

  test.each([
    ['drift-issue.ts', '.', 'cannot be read (EISDIR)', '→ npm run --silent db:drift -- --json > <file>'],
    ['drift-issue.ts', 'text', 'is no report', '→ npm run --silent db:drift -- --json > <file>'],
    [
      'compliance-issue.ts',
      'no',
      'cannot be read (ENOENT)',
      '→ npm run --silent compliance -- --json > <file>',
    ],
    ['signature-verify.ts', '.', 'cannot be read (EISDIR)', '→ name the file that it was saved in'],
    [
      'db-costs.ts',
      'no',
      'cannot be read (ENOENT)',
      '→ npm run --silent db:costs -- --json > <file>',
      '--since',
    ],
    ['signature-verify.ts', 'object', 'is no export of a signature', '> <file>'],
    ['receipt-verify.ts', 'object', 'is no receipt of a consent', '> <file>'],
    ['receipt-verify.ts', 'no', 'cannot be read (ENOENT)', '→ name the file that it was saved in'],
  ])(
    'is what another command has printed, and says how to have it: %s %s',
    async (script, name, problem, remedy, ...flags) => {
      expectMisuse(
        await runScript(script, [...flags, within(name)]),
        `✗ ${within(name)} ${problem}`,
        'expected  ',
        remedy,
      );
    },
  );
});

test.each([
  ['db-costs.ts', '--since', ['no', 'text']],
  ['signature-verify.ts', '--receipt', ['a'.repeat(64), 'b'.repeat(64)]],
])('an option is not passed over because it is given again: %s %s', async (script, flag, values) => {
  const file = script === 'signature-verify.ts' ? [within('object')] : [];
  expectMisuse(
    await runScript(script, [...values.flatMap((value) => [flag, value]), ...file]),
    `✗ ${flag} is given twice`,
  );
});

test.each([
  ['bench.ts', '--keep'],
  ['compliance.ts', '--html'],
  ['compliance.ts', '--only'],
  ['mutation.ts', '--only'],
])('an option with an empty value is not taken for none: %s %s', async (script, flag) => {
  expectMisuse(await runScript(script, [flag, '']), `✗ ${flag} is given an empty value`);
});

test('an option that takes several values is given as often as its user likes', async () => {
  const { stderr } = await runScript('compliance.ts', ['--only', 'S-01', '--only', 'X-99']);
  expect(stderr).toContain('no requirement is called "X-99"');
});

test('an option that there is not leads to those that there are', async () => {
  expectMisuse(
    await runScript('db-costs.ts', ['--bogus']),
    `✗ unknown option '--bogus'`,
    '→ npm run db:costs -- --help',
  );
});

test.each<readonly [string, readonly string[], string]>([
  ['db-costs.ts', ['--bogus'], "unknown option '--bogus'"],
  ['audit-export.ts', [], "missing required argument 'file'"],
  ['db-costs.ts', ['--limit', 'many'], '--limit is "many"'],
  ['audit-verify.mjs', ['--bogus'], "Unknown option '--bogus'"],
  ['audit-verify.mjs', ['no-such-file'], 'there is no such file'],
])('under --json an error is one object, whoever noticed it: %s %s', async (script, args, problem) => {
  const { code, stdout, stderr } = await runScript(script, [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    exitCode: 2,
    error: { problem: expect.stringContaining(problem) },
  });
});

test('the help tells in one line what the exit codes of every command mean', async () => {
  expect((await runScript('db-url.ts', ['--help'])).stdout).toContain(
    'Exit codes: 0 done, 1 found something, 2 misuse',
  );
});

describe('a typing error in policies/', () => {
  let project: string;
  beforeAll(() => {
    project = within('project');
    for (const part of ['scripts', 'policies', 'package.json', 'tsconfig.json'])
      cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(project, 'node_modules'));
  });

  const NAME = 'policies/patients.ts';
  test.each<readonly [string, (text: string) => string, string]>([
    ['that is no TypeScript', (text) => `${text}\nconst x = {{;\n`, 'Expected identifier but found "{"'],
    ['in a word', (text) => `${text}\nexport const x = nurse;\n`, 'nurse is not defined'],
  ])('is told with its file and line, and the command ends with 2: %s', async (_, spoil, what) => {
    const text = readFileSync(join(PROJECT_ROOT, NAME), 'utf8');
    writeFileSync(join(project, NAME), spoil(text));
    const line = text.split('\n').length + 1;
    const run = (script: string, ...args: string[]) =>
      runScript(relative(join(PROJECT_ROOT, 'scripts'), join(project, 'scripts', script)), args);
    expectMisuse(await run('db-new.ts', 'let_nurses_read'), `✗ ${NAME}:${line} cannot be read: ${what}`);
    const told = await run('db-check.ts', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      error: { problem: `${NAME}:${line} cannot be read: ${what}` },
    });
  });
});

test.each([
  ['--project', 'nope', '✗ there is no project "nope"', 'expected  database, slots, tooling'],
  ['--name', '[', '✗ --name [ is no pattern', 'expected  a regular expression'],
])('tests are chosen by what can choose them: %s %s', async (flag, value, ...told) => {
  expectMisuse(await runScript('test.ts', [flag, value]), ...told);
});

test('no folder of somebody else is kept as a server’s, nor the one that a command was called in', async () => {
  mkdirSync(within('kept'));
  writeFileSync(within('kept/thesis.txt'), 'of somebody');
  const { uid } = statSync(within('kept'));
  expectMisuse(
    await runScript('bench.ts', ['--keep', within('kept'), '--rows', '2000']),
    `✗ ${within('kept')} holds something else`,
    '→ npm run bench -- --keep .cordon/bench',
  );
  expect(statSync(within('kept')).uid).toBe(uid);
  rmSync(within('kept'), { recursive: true });
});

describe('a login that may not', () => {
  let cluster: ScratchCluster;
  beforeAll(async () => {
    cluster = await startScratchCluster({ flavour: 'plain' });
    await createDatabase(cluster, 'clinic');
    await withClient(cluster.adminUrl('clinic'), (client) =>
      client.query(`
        create role visitor login password 'visitor';
        create schema audit; create table audit.seals (); create table audit.access_log ();
        create schema governance; create table governance.schema_changes ();
        create function public.watch_catalog() returns void language sql as '';
        revoke execute on function public.watch_catalog() from public`),
    );
  });
  afterAll(() => cluster?.remove());

  const asVisitor = (script: string, ...args: string[]) => {
    const url = new URL(cluster.adminUrl('clinic'));
    url.username = 'visitor';
    url.password = 'visitor';
    return runScript(script, args, { env: { DATABASE_URL: url.href } });
  };

  test.each(['audit-seal.ts', 'audit-drain.ts', 'audit-watch.ts', 'db-handshake.ts'])(
    'is told so, and whose it takes: %s',
    async (script) => {
      expectMisuse(
        await asVisitor(script),
        '✗ the login may not do that: permission denied for',
        'expected  the role that migrates',
        '→ name another login in DATABASE_URL',
      );
    },
  );

  test('is told so by the export, which leaves no file', async () => {
    expectMisuse(
      await asVisitor('audit-export.ts', within('trail.ndjson')),
      '✗ the login may not do that: permission denied for schema audit',
    );
    expect(() => statSync(within('trail.ndjson'))).toThrow('ENOENT');
  });
});
