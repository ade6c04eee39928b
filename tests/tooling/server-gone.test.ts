import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainDenied } from '../../scripts/console/denied.ts';
import { CommandError, finding } from '../../scripts/console/errors.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { type Finished, runScript } from '../support/commands.ts';
import { rowsOf } from './migrate-fixtures.ts';

// What ends a command from outside is told as that: never as a fault of the statement that was under way, or of Cordon's.
let cluster: ScratchCluster;
beforeAll(async () => {
  cluster = await startScratchCluster({ content: landedHistory() });
  await replay(cluster, 'gone');
  await applySeeds(cluster.url('gone'));
  // It reads what was applied, and may do nothing else.
  await rowsOf(
    cluster.adminUrl('gone'),
    `create role weak login password 'postgres'; grant usage on schema supabase_migrations to weak;
     grant select on supabase_migrations.schema_migrations to weak`,
  );
});
afterAll(() => cluster?.remove());

const LOST = '✗ the connection to the server was lost\n';

function expectTold({ code, stdout, stderr }: Finished, ...told: readonly string[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const text of told) expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/internal error|^\s+at |mend the statement|cannot be asked/m);
}

/** Runs a command through a line that is cut, `how`, when the command sends what matches. */
async function cutAt(pattern: RegExp, how: 'reset' | 'end', script: string, ...args: string[]) {
  const { server, port } = await startLine(pattern, how, Number(new URL(cluster.url()).port));
  const url = new URL(cluster.url('gone'));
  url.port = String(port);
  try {
    return await runScript(script, args, { env: { DATABASE_URL: url.href } });
  } finally {
    server.close();
  }
}

function startLine(pattern: RegExp, how: 'reset' | 'end', to: number) {
  const callers = new Set<Socket>();
  let isCut = false;
  const cut = () => {
    isCut = true;
    for (const each of callers) how === 'reset' ? each.resetAndDestroy() : each.destroy();
  };
  const server = createServer((caller) => {
    callers.add(caller);
    const onward = connect(to, '127.0.0.1');
    for (const socket of [caller, onward]) socket.on('error', () => {});
    onward.pipe(caller).on('close', () => onward.destroy());
    caller.on('data', (data) => {
      if (isCut) return;
      if (pattern.test(data.toString('latin1'))) cut();
      else onward.write(data);
    });
  });
  return new Promise<{ server: Server; port: number }>((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, port: (server.address() as { port: number }).port }),
    );
  });
}

describe('a connection that is lost', () => {
  test.each([
    ['reset', 'audit-seal.ts', /seal_records/],
    ['end', 'audit-seal.ts', /seal_records/],
    ['reset', 'db-scan.ts', /pg_policy/],
    ['reset', 'db-doctor.ts', /savepoint asked/],
    ['reset', 'db-seed.ts', /insert into auth\.users/],
    ['reset', 'compliance.ts', /savepoint survey/],
    ['reset', 'db-migrate.ts', /with wanted/],
  ] as const)('is told as that, and the command ends with 2: %s, %s', async (how, script, pattern) => {
    expectTold(await cutAt(pattern, how, script), LOST, 'what it had not committed is not there');
  });

  test('in a session that the server ended is no fault of the seed', async () => {
    const url = cluster.adminUrl('postgres');
    const seeding = runScript('db-seed.ts', [], { env: { DATABASE_URL: cluster.url('gone') } });
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cordon seed' and query ~ 'insert into'`;
    const deadline = Date.now() + 60_000;
    while ((await rowsOf(url, end)).length === 0 && Date.now() < deadline);
    expectTold(await seeding, LOST);
  });
});

describe('of an error', () => {
  const thrown = (code: string, message = 'terminando a conexão') =>
    Object.assign(new Error(message), { code });

  test.each(['57P01', '57P02', '57P05', '25P03', 'ECONNRESET', 'EPIPE'])(
    'the code says that the session ended, in whatever language the server speaks: %s',
    (code) => {
      expect(explainDenied(thrown(code))?.explanation.problem).toBe('the connection to the server was lost');
    },
  );

  test.each(['EACCES', 'EROFS', 'ENOSPC'])(
    'that is the system’s about a file, both are told, and no internal error: %s',
    (code) => {
      const path = 'migrations/20260101000000_x.sql';
      const error = Object.assign(new Error(`${code}: open '${path}'`), { code, syscall: 'open', path });
      expect(explainDenied(error)).toMatchObject({
        exitCode: 2,
        explanation: { problem: `the system does not let the command open ${path} (${code})` },
      });
      // The control: what is not there is a mistake of ours.
      expect(explainDenied(Object.assign(error, { code: 'ENOENT' }))).toBeUndefined();
    },
  );

  test('that somebody explained otherwise, what is behind it is told, unless it is a pipe or told already', () => {
    const behind = (code: string, problem: string) =>
      explainDenied(finding({ problem }, { cause: thrown(code) }));
    expect(behind('57P01', 'the seed is wrong')).toBeInstanceOf(CommandError);
    expect(behind('57P01', 'the seed is wrong')?.exitCode).toBe(2);
    expect(behind('57P01', 'the connection to the server was lost while a.sql was applied')).toBeUndefined();
    expect(behind('EPIPE', 'a file cannot be written')).toBeUndefined();
    expect(behind('42501', 'the role may not')).toBeUndefined();
  });

  test.each([
    ['57014', 'the server cut a statement short: '],
    ['55P03', 'another session was in the way: '],
    ['40001', 'another session was in the way: '],
    ['53100', 'the server has no room left: '],
  ])('that has nothing to do with the command, the reason is told: %s', (code, problem) => {
    expect(explainDenied(thrown(code, 'why'))?.explanation.problem).toBe(`${problem}why`);
  });
});

describe('a server that does not let a command do its work', () => {
  const limited = (setting: string) => ({
    env: { DATABASE_URL: `${cluster.url('gone')}&options=-c%20${encodeURIComponent(setting)}` },
  });

  test.each(['audit-seal.ts', 'privacy-register.ts', 'db-seed.ts', 'db-migrate.ts'])(
    'because it cuts statements short is told so: %s',
    async (script) => {
      const { code, stderr } = await runScript(script, [], limited('statement_timeout=1'));
      expect(code).toBe(2);
      expect(stderr).toContain('✗ the server cut a statement short: canceling statement');
      expect(stderr).toContain('→ run it again; where statement_timeout is in the way');
    },
  );

  test.each(['db-seed.ts', 'compliance.ts --record'])(
    'because it only reads is told so: %s',
    async (line) => {
      const [script = '', ...args] = line.split(' ');
      expectTold(
        await runScript(script, args, limited('default_transaction_read_only=on')),
        '✗ the server only reads: ',
      );
    },
  );

  test('because of its login is told the seed and the statement, and that another login is wanted', async () => {
    const url = new URL(cluster.url('gone'));
    url.username = 'weak';
    expectTold(
      await runScript('db-seed.ts', [], { env: { DATABASE_URL: url.href } }),
      '✗ seed/10_logins.sql:',
      'permission denied for schema auth',
      'expected  the role that migrates',
      '→ name another login in DATABASE_URL',
    );
  });
});
