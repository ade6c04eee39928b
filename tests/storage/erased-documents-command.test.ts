import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { objects, storageUrl } from '../support/storage/documents.ts';
import { Gateway } from '../support/storage/gateway.ts';
import { tokenOf } from '../support/storage/tokens.ts';
import { TestDatabase } from '../support/test-database.ts';
import { runScript } from '../tooling/cluster-fixtures.ts';

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
