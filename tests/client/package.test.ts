import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../policies/index.ts';
import { CAPABILITIES } from '../../policies/vocabulary.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';

const database = useDatabase();

/** An application that has installed the packed package, outside this repository. */
let app: string;
/** Everything inside the tarball. */
let packed: readonly string[];

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'cordon-app-'));
  const [pack] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', app], resolve('.'))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = pack.files.map(({ path }) => path);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${pack.filename}`], app);
}, 240_000);
afterAll(() => rmSync(app, { recursive: true }));

test('the package holds what is imported, and no source of ours that Node 20 cannot read', () => {
  expect(packed).toContain('dist/client/index.js');
  expect(packed).toContain('dist/client/index.d.ts');
  expect(packed.filter((path) => /^(?:client|policies|scripts|tests)\//.test(path))).toEqual([]);
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

test('cordon/client and cordon/prisma load without pg, Kysely or Prisma', () => {
  const out = node(`
    import * as client from 'cordon/client';
    import { cordonSessions } from 'cordon/prisma';
    console.log(JSON.stringify([typeof client.withSession, client.generateSupabasePolicies().length > 0, cordonSessions.name]));
  `);
  expect(JSON.parse(out)).toEqual(['function', true, 'cordon']);
});

describe('with pg and Kysely beside it', () => {
  beforeAll(() => {
    for (const name of ['pg', 'kysely', '@types/pg', '@types/node']) {
      mkdirSync(join(app, 'node_modules', name, '..'), { recursive: true });
      symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name));
    }
  });

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

  test('its types hold for strict TypeScript, and a planted mistake of each kind does not', () => {
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          module: 'nodenext',
          target: 'es2022',
          types: ['node'],
          noEmit: true,
          skipLibCheck: true,
        },
        include: ['app.ts'],
      }),
    );
    writeFileSync(join(app, 'app.ts'), APPLICATION);
    const { stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', app], {
      cwd: app,
      encoding: 'utf8',
    });
    const planted = APPLICATION.split('\n').flatMap((line, index) =>
      line.includes('// mistake') ? [`app.ts(${index + 1}`] : [],
    );
    expect(planted).toHaveLength(5);
    expect([...stdout.matchAll(/(\S+\.ts\(\d+),\d+\): error/g)].map(([, place]) => place)).toEqual(planted);
  }, 120_000);
});

const APPLICATION = `import type { DB } from 'cordon';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import { type CordonError, DeniedError, evaluatePolicy, type RLSContext, setRLSContext, withSession } from 'cordon/client';
import { pinOrganisation } from 'cordon/kysely';
import { TABLES } from 'cordon/policies';
import { defineTable, type TablePolicy } from 'cordon/policies/vocabulary';
export const known: readonly TablePolicy[] = TABLES;
export const mine = defineTable({ tableName: 'notes', level: 'INTERNAL', domain: 'ops', tenantKey: 'organisation_id', rules: [], closed: 'nobody yet' });
export const wrong = defineTable({ tableName: 'notes', level: 'SECRET', domain: 'ops', tenantKey: 'organisation_id', rules: [], closed: 'nobody yet' }); // mistake
export async function patients(db: Kysely<DB>, pool: Pool, claims: Record<string, unknown>, said: RLSContext) {
  const pinned = db.withPlugin(pinOrganisation('a'));
  const rows = await withSession(pinned, { role: 'authenticated', claims }, async (session) => {
    await setRLSContext(session, said);
    const { allowed } = await evaluatePolicy(session, 'patients', 'SELECT', said.clinicId);
    return allowed ? session.selectFrom('patients').select('full_name').execute() : [];
  });
  const names: string[] = rows.map((row) => row.full_name);
  const count: number = await withSession(pool, { role: 'anon' }, async (session) => (await session.query('select')).rows.length);
  const denied = (error: unknown): CordonError | undefined => (error instanceof DeniedError ? error : undefined);
  await withSession(db, { role: 'service_role', claims }, async () => 1); // mistake
  await withSession(db, { role: 'patient', claims }, (session) => session.selectFrom('nothing').execute()); // mistake
  await withSession(pool, { claims }, async () => 1); // mistake
  await withSession(pool, { role: 'anon' }, async (session) => session.release()); // mistake
  return { names, count, denied };
}
`;

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
