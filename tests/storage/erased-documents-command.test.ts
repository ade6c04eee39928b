import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { runScript } from '../support/commands.ts';
import { objects, storageUrl } from '../support/storage/documents.ts';
import { Gateway } from '../support/storage/gateway.ts';
import { tokenOf } from '../support/storage/tokens.ts';

/** Of no document. */
const OTHER = '00000000-0000-7000-8000-0000000000ee';
const ANAS = `${CLINIC_A}/${idOf('patient', 'a', '01')}/`;

let database: TestDatabase;
let gateway: Gateway;
const gatewayOf = (of: TestDatabase) =>
  Gateway.start({ authenticator: of.url('authenticator'), storage: storageUrl(of) });

beforeAll(async () => {
  database = await TestDatabase.clone(inject('server'));
  gateway = await gatewayOf(database);
  // What erasure leaves: the rows gone, the files there.
  await database.asSuperuser(async (session) => {
    await session.script(`set local app.pinned_organisation_id = '${CLINIC_A}'; set local session_replication_role = replica;
      alter table public.documents disable trigger user;
      delete from public.documents where organisation_id = '${CLINIC_A}' and patient_id = '${idOf('patient', 'a', '01')}'`);
  });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runScript('documents-remove-erased.ts', args, {
    env: {
      DATABASE_URL: database.url('postgres'),
      SUPABASE_URL: gateway.url,
      SUPABASE_SERVICE_ROLE_KEY: tokenOf({ role: 'service_role' }),
      ...env,
    },
  });
const anas = async () => (await objects(database, CLINIC_A)).filter((name) => name.startsWith(ANAS));

describe('documents:remove-erased', () => {
  test('counts what is left, changes nothing and exits 1 [N-49 -]', async () => {
    const before = await objects(database, CLINIC_A);
    const { length } = await anas();
    expect(length).toBeGreaterThan(1);
    const { code, stdout } = await run(['--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { files: [{ organisation_id: CLINIC_A, files: length }], removed: 0 },
    ]);
    expect(await objects(database, CLINIC_A)).toEqual(before);
  });

  test.each([
    ['no address', { SUPABASE_URL: '' }, '✗ SUPABASE_URL is not set'],
    [
      'an address that is none',
      { SUPABASE_URL: 'localhost:54321' },
      '✗ SUPABASE_URL is no address of an API',
    ],
    ['no key', { SUPABASE_SERVICE_ROLE_KEY: ' ' }, '✗ SUPABASE_SERVICE_ROLE_KEY is not set'],
    [
      'a key that anybody has',
      { SUPABASE_SERVICE_ROLE_KEY: tokenOf({ role: 'anon' }) },
      "✗ SUPABASE_SERVICE_ROLE_KEY is not the server's key",
    ],
    ['an address where nobody is', { SUPABASE_URL: 'http://127.0.0.1:1' }, '✗ SUPABASE_URL does not answer'],
  ])('is told what is missing, and takes nothing away: %s [N-49 -]', async (_, env, problem) => {
    const before = await anas();
    const { code, stderr, stdout } = await run(['--run'], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/internal error|^\s+at |eyJ/m);
    expect(await anas()).toEqual(before);
  });

  test('says so where the project is another than the database [N-49 -]', async () => {
    const other = await TestDatabase.clone(inject('server'));
    const elsewhere = await gatewayOf(other);
    try {
      const before = await objects(other, CLINIC_A);
      const { code, stderr } = await run(['--run'], { SUPABASE_URL: elsewhere.url });
      expect(code).toBe(1);
      expect(stderr).toContain('files of erased documents are left in Storage');
      const machine = await run(['--run', '--json'], { SUPABASE_URL: elsewhere.url });
      expect([machine.code, JSON.parse(machine.stdout)]).toEqual([
        1,
        { files: expect.any(Array), removed: 0 },
      ]);
      expect(await objects(other, CLINIC_A), 'whose documents are there').toEqual(before);
    } finally {
      await elsewhere.stop();
      await other.drop();
    }
  });

  test.each([
    ['as a person reads it', []],
    ['as a machine does', ['--json']],
  ])(
    'a file that Storage keeps leaves the clinics after it to be done, and is told at the end: %s [N-49 +]',
    async (_, flags) => {
      const [world, files] = [await TestDatabase.clone(inject('server')), 'patient-documents'];
      const own = await gatewayOf(world);
      try {
        // Of either clinic a file of no document; that of the first, Storage cannot delete.
        const [first, second] = [CLINIC_A, CLINIC_B].map(
          (clinic) => `${clinic}/${idOf('patient', 'a', '01')}/${OTHER}/${OTHER}`,
        );
        await world.asSuperuser(async (session) => {
          await session.script(`
          set local session_replication_role = replica; alter table storage.objects disable trigger user;
          insert into storage.objects (bucket_id, name) values ('${files}', '${first}'), ('${files}', '${second}');
          create function public.keeps() returns trigger language plpgsql as $$ begin return null; end $$;
          create trigger keeps before delete on storage.objects for each row when (old.name = '${first}') execute function public.keeps()`);
        });
        const { code, stdout, stderr } = await run(['--run', ...flags], {
          SUPABASE_URL: own.url,
          DATABASE_URL: world.url('postgres'),
        });
        expect(
          [await objects(world, CLINIC_A), await objects(world, CLINIC_B)]
            .flat()
            .filter((name) => [first, second].includes(name)),
        ).toEqual([first]);
        expect(code).toBe(1);
        if (flags.length > 0) {
          expect(JSON.parse(stdout)).toEqual({
            files: [{ organisation_id: CLINIC_A, files: 1 }],
            removed: 1,
          });
        } else {
          expect(stdout).toMatch(new RegExp(`${CLINIC_B}\\s+1\\s+0`));
          expect(stderr).toContain('✗ Storage keeps files of erased documents of 1 organisation');
        }
        expect(stderr).toContain(`${CLINIC_A}: Storage `);
      } finally {
        await own.stop();
        await world.drop();
      }
    },
  );

  test('takes them away, and nothing else; then nothing is left [N-49 +]', async () => {
    const others = (await objects(database, CLINIC_A)).filter((name) => !name.startsWith(ANAS));
    expect(others.length).toBeGreaterThan(0);
    const { length } = await anas();
    const { code, stdout } = await run(['--run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${CLINIC_A}\\s+${length}\\s+0`));
    expect(await objects(database, CLINIC_A)).toEqual(others);
    expect(await run([])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no file is left of a document that was erased'),
    });
  });
});
