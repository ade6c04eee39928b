import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { SCAN_DOCS, scanDocs } from '../../scripts/scan/docs.ts';
import { RULES } from '../../scripts/scan/rules/index.ts';
import { scan } from '../../scripts/scan/scan.ts';
import { readWaivers } from '../../scripts/scan/waivers.ts';
import { runScript } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

// A server that is not Supabase: no role of an API, no auth, no storage.
let cluster: ScratchCluster;
let folder: string;

beforeAll(async () => {
  cluster = await startScratchCluster({ flavour: 'plain' });
  folder = makeFolder();
});
afterAll(() => {
  cluster?.remove();
  if (folder) removeFolder(folder);
});

/** A database of its own with these statements in it. */
async function databaseWith(name: string, statements: string): Promise<string> {
  await createDatabase(cluster, name);
  await withClient(cluster.adminUrl(name), (client) => client.query(statements));
  return cluster.adminUrl(name);
}

const run = (url: string, ...args: string[]) => runScript('db-scan.ts', args, { env: { DATABASE_URL: url } });

const asText = ({ findings }: Awaited<ReturnType<typeof scan>>) =>
  findings.map(({ rule, object }) => `${rule}: ${object}`);

describe('a database without Supabase', () => {
  test('that is empty has no findings, and says that nobody is its caller [N-43 +]', async () => {
    const url = await databaseWith('empty', 'select 1');
    const { code, stdout, stderr } = await run(url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('no findings');
    expect(stdout).toContain('no tenant column: no table has organisation_id');
    expect(stdout).toContain('no storage.objects');
    expect(stdout).toContain('PUBLIC: there are no roles of an API');
  });

  test('is judged by the roles that its policies name, and by its own tenant column [N-43 -]', async () => {
    const url = await databaseWith(
      'plain',
      `create role plain_app nologin;
       create table notes (id uuid primary key, workspace_id uuid);
       create table orders (id uuid primary key, workspace_id uuid not null, note_id uuid references notes (id));
       alter table notes enable row level security;
       alter table orders enable row level security;
       create policy own on notes to plain_app using (workspace_id = current_setting('app.workspace')::uuid);
       grant select, update on notes to plain_app;`,
    );
    const report = await scan(url);
    expect(report.roles).toEqual(['plain_app']);
    expect(report.tenant).toEqual({ column: 'workspace_id', reason: 'the most frequent: in 2 tables' });
    expect(asText(report)).toEqual([
      'cross-tenant-reference: public.orders orders_note_id_fkey',
      'default-privileges-open: functions by default for every schema by postgres',
      'tenant-key-movable: public.notes',
      'tenant-key-nullable: public.notes',
      'setting-cast-blank: public.notes policy own',
      'tenant-unfenced: public.notes',
    ]);
    expect(asText(await scan(url, { roles: ['plain_app'], tenant: 'note_id' }))).not.toContain(
      'tenant-key-nullable: public.notes',
    );
  });

  test('whose everybody may read what nothing guards is told so [N-43 -]', async () => {
    const url = await databaseWith('open', 'create table notes (id uuid); grant select on notes to public;');
    const { findings } = await scan(url, {
      rules: RULES.filter(({ name }) => name === 'table-without-row-security'),
    });
    expect(findings.map(({ problem }) => problem)).toEqual([
      'has no row-level security and is in reach of PUBLIC',
    ]);
  });
});

describe('names that a database allows', () => {
  const hostile = [
    `o'clock`,
    'say "when"',
    'line\nbreak',
    '\u001b[31mred',
    'naïve ☤ 表',
    'x'.repeat(63),
    `'; drop table notes; --`,
    'back\\slash',
    '%I%s$1',
  ];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

  test('are quoted everywhere: schemas, tables, columns, policies, roles, functions [N-43 -]', async () => {
    const url = await databaseWith(
      'hostile',
      hostile
        .map(
          (name) => `
          create role ${quoted(name)} nologin;
          create schema ${quoted(name)};
          grant usage on schema ${quoted(name)} to ${quoted(name)};
          create table ${quoted(name)}.${quoted(name)} (${quoted(name)} uuid unique, id uuid primary key);
          create table ${quoted(name)}.second (${quoted(name)} uuid not null);
          alter table ${quoted(name)}.${quoted(name)} enable row level security;
          grant all on ${quoted(name)}.${quoted(name)} to ${quoted(name)};
          create policy ${quoted(name)} on ${quoted(name)}.${quoted(name)} to ${quoted(name)} using (true);
          create function ${quoted(name)}.${quoted(name)}(${quoted(name)} text) returns void
            language plpgsql as $f$ begin execute ${quoted(name)}; end $f$;
          create function ${quoted(name)}.triggerf() returns trigger language plpgsql as $f$ begin raise exception 'no'; end $f$;
          create trigger ${quoted(name)} before delete on ${quoted(name)}.${quoted(name)} for each row execute function ${quoted(name)}.triggerf();`,
        )
        .join('\n'),
    );
    for (const name of hostile) {
      const { findings, roles, tenant } = await scan(url, { schemas: [name], tenant: name });
      expect(roles).toEqual([name]);
      expect(tenant?.column).toBe(name);
      expect(new Set(findings.map(({ rule }) => rule))).toEqual(
        new Set([
          'signed-in-is-enough',
          'dynamic-sql-composed',
          'append-only-truncatable',
          'default-privileges-open',
          'grants-past-policies',
          'tenant-key-movable',
          'tenant-key-nullable',
          'grants-without-use',
          'guard-off-in-replica',
          'tenant-unfenced',
        ]),
      );
    }
    await withClient(url, (client) => client.query('select from pg_roles')); // still there
  });

  test('reach a terminal without control characters, and --json as they are', async () => {
    const url = cluster.adminUrl('hostile');
    const { code, stdout } = await run(url, '--rule', 'grants-past-policies');
    expect(code).toBe(1);
    expect(stdout).not.toContain('\u001b[31mred');
    expect(stdout).toContain('\\u{1b}[31mred');
    expect(stdout).toContain('line ↵ break');
    const json = JSON.parse((await run(url, '--rule', 'grants-past-policies', '--json')).stdout);
    expect(json.findings.map(({ object }: { object: string }) => object)).toContain(
      '"line\nbreak"."line\nbreak"',
    );
  });
});

describe('what a scan leaves alone', () => {
  test('it reads in one read-only transaction, and prints no value of a secret [N-43 +]', async () => {
    const url = await databaseWith(
      'secretive',
      `create function notify() returns text language sql as $$ select 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' $$;`,
    );
    const { code, stdout, stderr } = await run(url);
    expect(code).toBe(1);
    expect(stdout).toContain('function public.notify(): holds a signing secret');
    expect(stdout + stderr).not.toContain('MfKQ9r8');
    await withClient(url, (client) =>
      client.query('alter database secretive set default_transaction_read_only = on'),
    );
    expect((await run(url, '--json')).code).toBe(1);
  });

  test('objects of extensions and of the platform are nobody’s findings [N-43 +]', async () => {
    const url = await databaseWith(
      'platform_like',
      `create schema auth; create table auth.users (id uuid primary key); grant all on auth.users to public;
       create function auth.f() returns void language plpgsql leakproof as $$ begin end $$;`,
    );
    const { findings, schemas } = await scan(url);
    expect(schemas).toEqual(['public']);
    expect(findings).toEqual([]);
  });

  test('a role that may only connect finds what the superuser finds [N-43 -]', async () => {
    const url = await databaseWith(
      'looked_at',
      `create role looker login password 'only looks';
       create schema auth; create schema storage;
       create table auth.users (id uuid primary key); create table storage.objects (name text, bucket_id text);
       create table notes (id uuid primary key, owner uuid references auth.users (id) on delete cascade);
       create policy loose on storage.objects using (true);
       grant select on notes to public;`,
    );
    const asLooker = new URL(url);
    asLooker.username = 'looker';
    asLooker.password = encodeURIComponent('only looks');
    const report = await scan(url);
    expect(asText(report)).toEqual(
      expect.arrayContaining([
        'storage-policy-without-bucket: storage.objects policy loose',
        'erased-with-login: public.notes notes_owner_fkey',
      ]),
    );
    expect(await scan(asLooker.href)).toEqual(report);
  });

  test('a setting of the database does not blind its patterns [N-43 -]', async () => {
    const url = await databaseWith(
      'old_strings',
      `create function choose(org text) returns text language sql as $$ select set_config('app.org', org, false) $$;
       alter database old_strings set standard_conforming_strings = off;
       alter database old_strings set search_path = public, auth;`,
    );
    expect(asText(await scan(url))).toContain('setting-outlives-transaction: public.choose(org text)');
  });
});

describe('waivers', () => {
  const file = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  test('take findings away with a reason, and are told when they match nothing [N-43 +]', async () => {
    const url = await databaseWith(
      'waived',
      'create table notes (id uuid); grant truncate on notes to public;',
    );
    const rule = 'grants-past-policies';
    const ignore = file('waivers.json', {
      waivers: [
        { rule, object: 'public.notes', reason: 'emptied between two runs of the tests' },
        { rule, object: 'public.gone', reason: 'was dropped' },
        { rule: 'published-table', object: 'public.gone', reason: 'belongs to a rule that is not asked' },
      ],
    });
    const { code, stdout } = await run(url, '--rule', rule, '--ignore', ignore);
    expect(code).toBe(0);
    expect(stdout).toContain('waived');
    expect(stdout).toContain('grants-past-policies: public.gone is not found any more');
    expect(stdout).not.toContain('published-table');
    const json = JSON.parse((await run(url, '--rule', rule, '--ignore', ignore, '--json')).stdout);
    expect(json).toMatchObject({
      findings: [],
      waived: [{ object: 'public.notes', reason: 'emptied between two runs of the tests' }],
      stale: [{ object: 'public.gone' }],
    });
  });

  test.each([
    [
      'without a reason',
      { waivers: [{ rule: 'published-table', object: 'a.b', reason: ' ' }] },
      'gives no reason',
    ],
    [
      'of an unknown rule',
      { waivers: [{ rule: 'no-such', object: 'a.b', reason: 'x' }] },
      'names no rule: "no-such"',
    ],
    ['of no object', { waivers: [{ rule: 'published-table', reason: 'x' }] }, 'names no object'],
    ['that are no list', { waivers: 'all' }, 'has no list "waivers"'],
    ['that are no JSON', '{', 'cannot be read as a list of waivers'],
  ])('%s are misuse, with what was expected [N-43 -]', async (_, content, problem) => {
    const path = file('refused.json', content);
    const { exitCode, text } = await refusal(() => readWaivers(path, ['published-table']));
    expect(exitCode).toBe(2);
    expect(text).toContain(problem);
  });
});

describe('the command', () => {
  test('--json is one object with findings, rules, tenant, schemas and roles [N-43 +]', async () => {
    const { code, stdout, stderr } = await run(cluster.adminUrl('plain'), '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.rules).toHaveLength(RULES.length);
    expect(report.rules[0]).toEqual({ name: RULES[0]?.name, looked: 2, found: 0, skipped: null });
    expect(report).toMatchObject({
      schemas: ['public'],
      roles: ['plain_app'],
      tenant: { column: 'workspace_id' },
    });
    expect(Object.keys(report.findings[0])).toEqual(['rule', 'level', 'object', 'problem', 'remedy']);
  });

  test('prints findings by rule, highest level first, the count before them', async () => {
    const { stdout } = await run(cluster.adminUrl('plain'));
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^6 findings at postgres@.*\/plain: 0 high, 4 medium, 2 low$/);
    expect(lines.filter((line) => /^(high|medium|low) {2}/.test(line))).toEqual([
      'medium  cross-tenant-reference  1',
      'medium  default-privileges-open  1',
      'medium  tenant-key-movable  1',
      'medium  tenant-key-nullable  1',
      'low  setting-cast-blank  1',
      'low  tenant-unfenced  1',
    ]);
  });

  test('--list tells every rule without a database', async () => {
    const { code, stdout } = await run('postgresql://nobody@127.0.0.1:1/none', '--list');
    expect(code).toBe(0);
    for (const { name } of RULES) expect(stdout).toContain(name);
  });

  test.each([
    ['an unknown rule', ['--rule', 'no-such-rule'], 'there is no rule "no-such-rule"', 'negated-subquery'],
    ['an unknown schema', ['--schema', 'nowhere'], 'the database has no schema "nowhere"', 'public'],
    ['an unknown role', ['--role', 'nobody_here'], 'the server has no role "nobody_here"', 'requests run as'],
    ['an unknown tenant column', ['--tenant', 'planet'], 'no table has a column "planet"', 'to which tenant'],
    ['a file that is not there', ['--ignore', '/nonexistent.json'], 'cannot be read', '"waivers"'],
  ])('%s is misuse, and the message says what there is [N-43 -]', async (_, args, problem, expected) => {
    const { code, stdout, stderr } = await run(cluster.adminUrl('plain'), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('an unreachable server is misuse, without a stack trace [N-43 -]', async () => {
    const { code, stderr } = await run('postgresql://nobody@127.0.0.1:1/none');
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('docs/scan.md tells what the rules tell: npm run db:scan -- --write', () => {
  expect(readFileSync(SCAN_DOCS, 'utf8')).toBe(scanDocs());
});
