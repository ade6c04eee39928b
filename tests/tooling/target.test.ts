import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireLocal, resolveTarget } from '../../scripts/postgres/target.ts';
import { runScript } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

const REMOTE = 'postgresql://app:hunter2@db.example.com/clinic';
const OTHER = 'postgresql://app@127.0.0.1:6000/other';

let folder: string;
let file: string;
const none = '/nonexistent/.env';

beforeAll(() => {
  folder = makeFolder();
  file = join(folder, '.env');
  writeFileSync(file, `# a comment\nDATABASE_URL="${OTHER}"\n`);
});
afterAll(() => removeFolder(folder));

describe('which database a command works on', () => {
  test('nothing configured: the embedded server, as a role that is not its superuser', () => {
    const target = resolveTarget({ environment: {}, file: none });
    expect(target).toMatchObject({ origin: 'embedded', source: 'default', isLocal: true });
    expect(new URL(target.url)).toMatchObject({
      username: 'postgres',
      hostname: '127.0.0.1',
      pathname: '/cordon',
    });
    expect(new URL(target.adminUrl).username).toBe('supabase_admin');
  });

  test('DATABASE_URL in the environment wins over .env', () => {
    const target = resolveTarget({ environment: { DATABASE_URL: REMOTE }, file });
    expect(target).toMatchObject({
      url: REMOTE,
      adminUrl: REMOTE,
      origin: 'DATABASE_URL',
      source: 'environment',
    });
  });

  test('DATABASE_URL in .env is used when the environment has none', () => {
    expect(resolveTarget({ environment: {}, file })).toMatchObject({
      url: OTHER,
      origin: 'DATABASE_URL',
      source: '.env',
    });
  });

  test('an empty DATABASE_URL means the embedded server, whatever .env says', () => {
    expect(resolveTarget({ environment: { DATABASE_URL: '' }, file }).origin).toBe('embedded');
  });

  test('what is shown of it never has the password', () => {
    const { display, address } = resolveTarget({ environment: { DATABASE_URL: REMOTE }, file });
    expect([display, address]).toEqual(['app@db.example.com:5432/clinic', 'db.example.com:5432/clinic']);
  });

  test.each(['x', '80', '99999'])('CORDON_PORT=%s is refused', async (CORDON_PORT) => {
    const { exitCode, text } = await refusal(() =>
      resolveTarget({ environment: { CORDON_PORT }, file: none }),
    );
    expect(exitCode).toBe(2);
    expect(text).toContain(`CORDON_PORT is "${CORDON_PORT}"`);
  });

  test('CORDON_PORT=6001 is accepted', () => {
    expect(() => resolveTarget({ environment: { CORDON_PORT: '6001' }, file: none })).not.toThrow();
  });
});

describe('a command that destroys data', () => {
  const target = (url: string) => resolveTarget({ environment: { DATABASE_URL: url }, file: none });
  const guard = (url: string, flag?: string) =>
    requireLocal(target(url), { flag, action: 'delete a database' });

  test.each([
    'postgresql://u@localhost/db',
    'postgresql://u@127.0.0.1:6000/db',
    'postgresql://u@[::1]/db',
    'postgresql:///db?host=/run/postgresql&user=u',
  ])('goes ahead on this machine: %s', (url) => {
    expect(() => guard(url)).not.toThrow();
  });

  test.each([
    'postgresql://u@10.0.0.1/db',
    'postgresql://u@localhost.example.com/db',
    'postgresql://u@127.0.0.1.example.com/db',
    REMOTE,
  ])('refuses another machine, naming the flag: %s', async (url) => {
    const { exitCode, text } = await refusal(() => guard(url));
    expect(exitCode).toBe(2);
    expect(text).toContain(`--yes-destroy-remote ${target(url).address}`);
    expect(text).not.toContain('hunter2');
  });

  test('goes ahead on another machine whose address was typed out, and on no other one', async () => {
    expect(() => guard(REMOTE, 'db.example.com:5432/clinic')).not.toThrow();
    const { text } = await refusal(() => guard(REMOTE, 'staging.example.com:5432/clinic'));
    expect(text).toContain('names staging.example.com:5432/clinic');
  });

  test('db:reset refuses it before contacting anybody', async () => {
    const { code, stderr } = await runScript('db-reset.ts', [], { env: { DATABASE_URL: REMOTE } });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'this would delete a database on another machine: app@db.example.com:5432/clinic',
    );
    expect(stderr).not.toContain('hunter2');
  });
});
