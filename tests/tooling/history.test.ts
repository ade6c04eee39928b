import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { compareChecksums, listChecksums } from '../../scripts/migrate/checksums.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import { checkSyntax } from '../../scripts/migrate/syntax.ts';
import { parseSql } from '../../scripts/sql/parse.ts';
import { refusal } from '../support/refusal.ts';
import { makeProject, migrationText, type Project } from './migrate-fixtures.ts';

let project: Project;
afterEach(() => project.remove());

const GOOD = migrationText('create table public.a (id uuid);');

describe('reading the history', () => {
  test('a well-formed history is read in order of version, with name, checksum and the text that runs [S-26 +]', () => {
    project = makeProject({
      '20260202000000_create_b': 'create table public.b ();',
      '20260101000000_create_a': 'create table public.a ();',
    });
    project.write('README.md', 'not a migration');
    const [a, b, ...others] = readMigrations(project.directory);
    expect(others).toEqual([]);
    expect([a?.version, a?.name, b?.name]).toEqual(['20260101000000', 'create_a', 'create_b']);
    expect(b?.up).toContain('create table public.b ();');
    expect(b?.up).not.toContain('migrate:');
    expect(a?.checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  const malformed: Record<string, { name?: string; text: string; line: number; says: RegExp }> = {
    'a name without a 14-digit version': { name: '1_create_a.sql', text: GOOD, line: 1, says: /14 digits/ },
    'a name in capitals': { name: '20260101000000_Create.sql', text: GOOD, line: 1, says: /lower case/ },
    'a name with hostile characters': {
      name: "20260101000000_a'; drop.sql",
      text: GOOD,
      line: 1,
      says: /14 digits/,
    },
    'a file without the up marker': {
      text: GOOD.replace('-- migrate:up\n', ''),
      line: 1,
      says: /migrate:up/,
    },
    'a file that opts out of its transaction': {
      text: GOOD.replace('-- migrate:up', '-- migrate:up transaction:false'),
      line: 1,
      says: /no options/,
    },
    'a file without the down marker': {
      text: GOOD.replace('-- migrate:down\n', ''),
      line: 8,
      says: /migrate:down/,
    },
    'a down section with SQL in it': { text: `${GOOD}drop table public.a;\n`, line: 9, says: /not empty/ },
    'a down marker inside a function body': {
      text: migrationText('do $$\n-- migrate:down\nbegin end $$;'),
      line: 8,
      says: /not empty/,
    },
    'a header without its reason': {
      text: GOOD.replace('-- Why: a fixture.', '-- Why:'),
      line: 2,
      says: /Why/,
    },
    'a header without its access line': {
      text: GOOD.replace('-- Access: none.\n', ''),
      line: 2,
      says: /Access/,
    },
    'a header without its locks': { text: GOOD.replace('-- Locks: none.\n', ''), line: 2, says: /Locks/ },
    'a file without a lock timeout': {
      text: GOOD.replace("set local lock_timeout = '5s';\n", ''),
      line: 5,
      says: /lock_timeout/,
    },
    'a lock timeout that outlives the transaction': {
      text: GOOD.replace('local ', ''),
      line: 5,
      says: /set local/,
    },
    'a lock timeout of zero, which is none': {
      text: GOOD.replace("'5s'", "'0s'"),
      line: 5,
      says: /lock_timeout/,
    },
    'carriage returns': { text: GOOD.replaceAll('\n', '\r\n'), line: 1, says: /LF/ },
  };
  for (const [what, { name = '20260101000000_create_a.sql', text, line, says }] of Object.entries(
    malformed,
  )) {
    test(`${what} is refused, with file and line [S-26 -]`, async () => {
      project = makeProject();
      const path = project.write(name, text);
      const { exitCode, details = [], remedy } = await refusal(() => readMigrations(project.directory));
      expect(exitCode).toBe(1);
      expect(details.join('\n')).toMatch(says);
      expect(details.join('\n')).toContain(`${path}:${line}`);
      expect(remedy).toMatch(/nothing was applied/);
    });
  }

  test('text that is not UTF-8 is refused', async () => {
    project = makeProject();
    writeFileSync(
      join(project.directory, '20260101000000_a.sql'),
      Buffer.concat([Buffer.from(GOOD), Buffer.from([0xff])]),
    );
    expect((await refusal(() => readMigrations(project.directory))).text).toMatch(/UTF-8/);
  });

  test.each(['/etc/hostname', '/tmp', '/nowhere'])(
    'a link to %s is refused: what it leads to is not in the history [S-26 -]',
    async (elsewhere) => {
      project = makeProject({ '20260101000000_a': 'select 1;' });
      symlinkSync(elsewhere, join(project.directory, '20260102000000_b.sql'));
      const { exitCode, details } = await refusal(() => readMigrations(project.directory));
      expect(exitCode).toBe(1);
      expect(details).toEqual([expect.stringMatching(/_b\.sql:1 {2}is a link, a pipe or a device/)]);
      rmSync(join(project.directory, '20260102000000_b.sql'));
      expect(readMigrations(project.directory)).toHaveLength(1);
    },
  );

  test('two files of one version are refused', async () => {
    project = makeProject({ '20260101000000_a': 'select 1;', '20260101000000_b': 'select 2;' });
    const { text } = await refusal(() => readMigrations(project.directory));
    expect(text).toMatch(/20260101000000_b\.sql:1 .*also that of 20260101000000_a\.sql/);
  });

  test('every fault of every file is listed at once', async () => {
    project = makeProject();
    project.write('20260101000000_a.sql', GOOD.replace('-- Why: a fixture.\n', ''));
    project.write('20260102000000_b.sql', `${GOOD}select 1;`);
    const { problem, details } = await refusal(() => readMigrations(project.directory));
    expect(problem).toBe('2 malformed migrations');
    expect(details).toHaveLength(2);
  });

  test('a folder that cannot be read is misuse', async () => {
    project = makeProject();
    expect((await refusal(() => readMigrations(join(project.root, 'nowhere')))).exitCode).toBe(2);
  });
});

describe('the grammar', () => {
  test('statements are placed by line, whatever characters stand before them', async () => {
    const text =
      "-- é€😀\nset x = '😀';\n\n-- ü\ncreate table a (b text default 'é€');\n/* 😀 */ select\n  1";
    const statements = await parseSql(text, 'x.sql', 2);
    expect(statements.map(({ line, kind }) => [line, kind])).toEqual([
      [3, 'VariableSetStmt'],
      [6, 'CreateStmt'],
      [7, 'SelectStmt'],
    ]);
    expect(statements[1]?.sql).toBe("create table a (b text default 'é€')");
  });

  test('a syntax error names file, line, column and the text of the line', async () => {
    project = makeProject({ '20260101000000_a': "select '😀';\n  selec 'é';" });
    const { problem, details } = await refusal(() => checkSyntax(readMigrations(project.directory)));
    expect(problem).toMatch(/20260101000000_a\.sql:7 syntax error at or near "selec" \(SQLSTATE 42601\)/);
    expect(details).toEqual(["        7    selec 'é';", '             ^']);
  });

  test('a text with a NUL byte is refused, since the grammar would end there', async () => {
    const { problem } = await refusal(() => parseSql('select 1;\nselect 2;\0\nselect 3;', 'x.sql', 2));
    expect(problem).toBe('x.sql:3 holds a NUL byte');
    expect(await parseSql('select 1;\nselect 2;\nselect 3;', 'x.sql')).toHaveLength(3);
  });

  test('twenty thousand statements are read in seconds, each at its line', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `insert into a values (${n}, 'é');`);
    const statements = await parseSql(lines.join('\n'), 'x.sql');
    expect(statements).toHaveLength(20_000);
    expect(statements.at(-1)?.line).toBe(20_000);
  }, 20_000);

  test.each([
    'set local lock_timeout = 0',
    "set local lock_timeout = '0.4ms'",
    'set local lock_timeout to default',
    'reset lock_timeout',
    'reset all',
    'set local "LOCK_TIMEOUT" = 0',
    "select set_config('lock_timeout', '0', true)",
    "select pg_catalog.set_config('Lock_Timeout'::text, '0', true)",
    "select set_config(is_local => true, new_value => '0', setting_name => 'lock_timeout')",
    "update pg_settings set setting = '0' where name = 'lock_timeout'",
  ])('a migration that lifts its lock timeout is refused: %s', async (lift) => {
    project = makeProject({
      '20260101000000_a': `set local lock_timeout = '90s';\ncreate table a ();\n${lift};`,
    });
    const { exitCode, problem } = await refusal(() => checkSyntax(readMigrations(project.directory)));
    expect(exitCode).toBe(1);
    expect(problem).toContain(`a.sql:8 lifts the lock timeout: ${lift}`);
    project.add('20260101000000_a', "set local lock_timeout = '90s';\ncreate table a ();");
    await checkSyntax(readMigrations(project.directory));
  });

  test.each([
    "select set_config('lock_' || 'timeout', '0', true)",
    "with t as (select set_config(name, '0', true) from pg_settings where name = 'lock_timeout') select count(*) from t",
    "do $$ declare s text := 'work_mem'; begin perform set_config(s, '64MB', true); end $$",
  ])(
    'a migration that sets what only shows when it runs is refused, and told how to write it: %s',
    async (sets) => {
      project = makeProject({ '20260101000000_a': `create table a ();\n${sets};` });
      const { exitCode, problem, text } = await refusal(() => checkSyntax(readMigrations(project.directory)));
      expect(exitCode).toBe(1);
      expect(problem).toMatch(/a\.sql:7 calls set_config with a name that only shows when it runs/);
      expect(text).toContain(`set_config('app.purpose', …, true)`);
      expect(text).toContain('write the name out');
      project.add('20260101000000_a', `create table a ();\nselect set_config('app.purpose', 'x', true);`);
      await checkSyntax(readMigrations(project.directory));
    },
  );

  test('what surely lifts the lock timeout is told before what may', async () => {
    project = makeProject({
      '20260101000000_a': `do $$ declare s text := 'a'; begin perform set_config(s, '', true); set local lock_timeout = 0; end $$;`,
    });
    expect((await refusal(() => checkSyntax(readMigrations(project.directory)))).problem).toContain(
      'lifts the lock timeout in what it runs',
    );
  });

  test.each([
    'do $$ begin set local lock_timeout = 0; end $$',
    `do $$ begin perform set_config('lock_timeout', '0', true); end $$`,
    `do $$ begin execute format('set local %I = 0', 'lock_timeout'); end $$`,
    `do $$ begin execute 'reset ' || 'all'; end $$`,
    'do $$ begin reset all; end $$',
    'create function public.f() returns void language plpgsql as $$ begin reset all; end $$;\nselect public.f()',
    `create function public.f() returns text language sql return set_config('lock_timeout', '0', true);\nselect public.f()`,
    `create function public.f() returns int language sql set lock_timeout = 0 as 'select 1'`,
    `create function public.f() returns trigger language plpgsql as $$ begin perform set_config('lock_timeout', '0', true); return new; end $$;
      create trigger t before insert on public.a for each row execute function public.f(); insert into public.a default values`,
  ])('a migration that lifts its lock timeout in what it runs is refused: %s', async (lift) => {
    project = makeProject({ '20260101000000_a': `create table a ();\n${lift};` });
    const { exitCode, problem } = await refusal(() => checkSyntax(readMigrations(project.directory)));
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/a\.sql:([789]|10) lifts the lock timeout/);
  });

  test('another timeout, another setting and a function that only its later callers run are no lifted lock timeout', async () => {
    project = makeProject({
      '20260101000000_a': `create table a ();
        do $$ begin set local lock_timeout = '2s'; perform set_config('work_mem', '64MB', true); raise notice 'reset all'; end $$;
        select set_config('app.purpose'::text, 'x', true);
        create function public.f() returns int language sql set lock_timeout = '500ms' as 'select 1';
        create function public.g() returns text language sql return set_config('lock_timeout', '5s', true);
        alter function public.f() reset lock_timeout;
        alter function public.f() reset all;`,
    });
    await checkSyntax(readMigrations(project.directory));
  });

  test('no migration of the history lifts its lock timeout', async () => {
    await checkSyntax(readMigrations());
  }, 60_000);

  test('a migration that ends its own transaction is refused', async () => {
    project = makeProject({ '20260101000000_a': 'create table a ();\ncommit;' });
    const { problem } = await refusal(() => checkSyntax(readMigrations(project.directory)));
    expect(problem).toMatch(/a\.sql:7 controls the transaction itself: commit/);
  });
});

describe('the list of landed migrations', () => {
  test('is what `sha256sum -c` reads, and grows by new files only [S-26 +]', () => {
    project = makeProject({ '20260101000000_a': 'select 1;' });
    listChecksums(project.directory, readMigrations(project.directory));
    project.add('20260102000000_b', 'select 2;');
    listChecksums(project.directory, readMigrations(project.directory).slice(1));
    expect(compareChecksums(project.directory)).toEqual({ edited: [], vanished: [], unlisted: [] });
    const sum = (name: string) =>
      createHash('sha256')
        .update(readFileSync(join(project.directory, name)))
        .digest('hex');
    const lines = ['20260101000000_a.sql', '20260102000000_b.sql'].map((name) => `${sum(name)}  ${name}\n`);
    expect(readFileSync(join(project.directory, 'SHA256SUMS'), 'utf8')).toBe(lines.join(''));
  });

  test('an edited, a vanished and an unlisted file are each named [S-26 -]', () => {
    project = makeProject({ '20260101000000_a': 'select 1;', '20260102000000_b': 'select 2;' });
    listChecksums(project.directory, readMigrations(project.directory));
    appendFileSync(join(project.directory, '20260101000000_a.sql'), '\n');
    rmSync(join(project.directory, '20260102000000_b.sql'));
    project.add('20260103000000_c', 'select 3;');
    expect(compareChecksums(project.directory)).toEqual({
      edited: ['20260101000000_a.sql'],
      vanished: ['20260102000000_b.sql'],
      unlisted: ['20260103000000_c.sql'],
    });
  });

  test('an edited file cannot be listed anew', async () => {
    project = makeProject({ '20260101000000_a': 'select 1;' });
    listChecksums(project.directory, readMigrations(project.directory));
    const before = readFileSync(join(project.directory, 'SHA256SUMS'), 'utf8');
    project.add('20260101000000_a', 'select 2;');
    const again = () => listChecksums(project.directory, readMigrations(project.directory));
    expect((await refusal(again)).problem).toMatch(/edited after it was listed/);
    expect(readFileSync(join(project.directory, 'SHA256SUMS'), 'utf8')).toBe(before);
  });

  test('a corrupt list is refused with its line', async () => {
    project = makeProject({ '20260101000000_a': 'select 1;' });
    writeFileSync(join(project.directory, 'SHA256SUMS'), 'not a checksum\n');
    expect((await refusal(() => compareChecksums(project.directory))).problem).toMatch(/SHA256SUMS:1/);
  });
});
