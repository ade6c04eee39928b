import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { type Finished, runNode, runScript } from '../support/commands.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

// The commands as a user runs them: seal and export on a server that DATABASE_URL names, verify on a machine that has neither.
let cluster: ScratchCluster;
const folder = makeFolder();
const file = (name: string) => join(folder, name);
const LOG = 'public.case_activity_log';

beforeAll(async () => {
  cluster = await startScratchCluster({ content: landedHistory() });
  await replay(cluster, 'trail');
  await applySeeds(cluster.url('trail'));
  await createDatabase(cluster, 'bare');
  // What an auditor would copy, into a folder without packages.
  mkdirSync(file('auditor/audit'), { recursive: true });
  cpSync('scripts/audit-verify.mjs', file('auditor/audit-verify.mjs'));
  for (const name of [
    'verifier.mjs',
    'section.mjs',
    'burials.mjs',
    'proof.mjs',
    'listing.mjs',
    'keys.mjs',
    'merkle.mjs',
    'lines.mjs',
  ])
    cpSync(`scripts/audit/${name}`, file(`auditor/audit/${name}`));
});
afterAll(() => {
  cluster?.remove();
  removeFolder(folder);
});

const run = (script: string, ...args: string[]) =>
  runScript(script, args, { env: { DATABASE_URL: cluster.url('trail') } });
const verify = (...args: string[]) =>
  runNode([file('auditor/audit-verify.mjs'), ...args], {
    cwd: folder,
    env: { DATABASE_URL: 'postgresql://nowhere.invalid/none' },
  });
const asOwner = (sql: string, login = cluster.adminUrl('trail')) =>
  withClient(login, (client) => client.query(sql));
/** One more event, and the head of before it. */
const happen = () =>
  asOwner(
    `begin; select set_config('app.pinned_organisation_id', organisation_id::text, true) from public.cases where number is not null order by id limit 1;
     update public.cases set priority = case priority when 'urgent' then 'critical' else 'urgent' end
     where id = (select id from public.cases where number is not null order by id limit 1); commit`,
  );

describe('seal, export, verify', () => {
  test('a sealed trail is whole on a machine that has neither database nor packages, and goes on from a head that was kept [S-20 +]', async () => {
    const first = await run('audit-seal.ts', '--json');
    expect(first.code).toBe(0);
    const { seals, head } = JSON.parse(first.stdout) as { seals: unknown[]; head: { seal: number } };
    expect(seals).toEqual([]);
    writeFileSync(file('head.json'), JSON.stringify(head));

    await happen();
    const second = await run('audit-seal.ts', '--keep', file('kept.json'));
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain(LOG);
    expect(second.stdout.trimEnd().split('\n').at(-1)).toBe(
      readFileSync(file('kept.json'), 'utf8').trimEnd(),
    );
    expect((await run('audit-seal.ts')).stdout).toContain('nothing new to seal');

    const written = await run('audit-export.ts', file('trail.ndjson'), '--json');
    expect(written.code).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ seals: head.seal + 1, unsealed: 0 });
    expect(statSync(file('trail.ndjson')).mode & 0o777).toBe(0o600);

    const verified = await verify(file('trail.ndjson'), '--head', file('head.json'));
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toContain('Whole, and it continues the head that you kept.');
    // The last line is the next head to keep: the same that the database tells.
    const kept = verified.stdout.trimEnd().split('\n').at(-1) as string;
    expect(kept, 'letter by letter').toBe(readFileSync(file('kept.json'), 'utf8').trimEnd());
    writeFileSync(file('next.json'), kept);
    expect(JSON.parse(kept)).toEqual(JSON.parse((await run('audit-seal.ts', '--json')).stdout).head);
    const told = await verify(file('trail.ndjson'), '--json', '--head', file('next.json'));
    expect(JSON.parse(told.stdout)).toMatchObject({
      whole: true,
      findings: [],
      count: 0,
      seals: head.seal + 1,
    });
  });

  test('a trail whose seals were taken off is not whole: nothing vouches for it [S-20 -]', async () => {
    const lines = readFileSync(file('trail.ndjson'), 'utf8').trimEnd().split('\n');
    const [first = '{}'] = lines;
    const bare = [first, JSON.stringify({ end: { seals: 0, leaves: 0, unsealed: 0 } })];
    writeFileSync(file('bare.ndjson'), `${bare.join('\n')}\n`);
    const told = await verify(file('bare.ndjson'));
    expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining('No seal is in it') });
    expect(told.stdout).not.toContain('Whole');
    expect(JSON.parse((await verify(file('bare.ndjson'), '--json')).stdout)).toMatchObject({ whole: false });
  });

  test('a part of it too: one table, or what came after a seal [S-20 +]', async () => {
    const head = JSON.parse(readFileSync(file('head.json'), 'utf8')) as { seal: number };
    expect(
      await run(
        'audit-export.ts',
        file('part.ndjson'),
        '--from',
        String(head.seal),
        '--table',
        'case_activity_log',
      ),
    ).toMatchObject({ code: 0, stdout: expect.stringContaining(', 1 sealed row, ') });
    const unsaid = await verify(file('part.ndjson'), '--head', file('head.json'));
    expect(unsaid).toMatchObject({ code: 1, stdout: expect.stringContaining('is not in this export') });
    expect(unsaid.stdout).not.toContain('Whole');
    const [kept, table] = [
      ['--head', file('head.json')],
      ['--table', 'case_activity_log'],
    ];
    const unasked = await verify(file('part.ndjson'), ...kept, ...table);
    expect(unasked).toMatchObject({ code: 1, stdout: expect.stringContaining('rows were left out') });
    const part = await verify(file('part.ndjson'), ...kept, ...table, '--from', String(head.seal));
    expect(part.code).toBe(0);
    expect(part.stdout).toContain('rows before these are not in this export, so not verified');
    expect(part.stdout).toContain('Of the rows that are in this export:\nWhole, and it continues');
    expect(part.stdout).toContain('1 sealed rows');
    expect(part.stdout).toMatch(/not in this export, so not verified: .*public\.signed_form_evidence/);
  });

  test('a proof is verified like an export, and against a head [S-20 +]', async () => {
    const proofs = await asOwner(
      `select prove_record('${LOG}', record_key::text[]) as inclusion, prove_consistency('${LOG}', 9) as consistency
       from audit.leaves where table_name = '${LOG}' and leaf_index = 4`,
    );
    for (const [name, proof] of Object.entries<object>(proofs.rows[0])) {
      writeFileSync(file(`${name}.json`), JSON.stringify(proof, null, 2));
      expect(await verify(file(`${name}.json`))).toMatchObject({ code: 0 });
      expect(await verify(file(`${name}.json`), '--head', file('next.json'))).toMatchObject({ code: 0 });
      expect((await verify(file(`${name}.json`), '--head', file('head.json'))).code).toBe(1);
      writeFileSync(
        file('bent.json'),
        JSON.stringify(proof).replace(
          /"path":\["./,
          (start) => `${start.slice(0, -1)}${start.endsWith('0') ? 1 : 0}`,
        ),
      );
      expect((await verify(file('bent.json'))).stdout).toContain('does not hold');
      expect((await verify(file('bent.json'), '--json')).code).toBe(1);
    }
  });

  test('a superuser who bends a row is found out, with 1: table, position and key, and no value of the row [S-20 -]', async () => {
    await asOwner(
      `set session_replication_role = replica; alter table ${LOG} disable trigger user;
       update ${LOG} set actor_realm = 'patient', details = details where id = (select (record_key::text[])[2]::uuid from audit.leaves where table_name = '${LOG}' and leaf_index = 5)`,
    );
    await run('audit-export.ts', file('bent.ndjson'));
    const bent = await verify(file('bent.ndjson'));
    expect(bent.code).toBe(1);
    expect(bent.stdout).toMatch(
      /✗ first public\.case_activity_log, position 5, key "\{.*\}", line \d+: the row was changed/,
    );
    expect(bent.stdout).toContain('This is not what was sealed');
    expect(bent.stdout).not.toContain('cordon.head.1');
    expect(bent.stdout).not.toMatch(/patient|case\.opened/);
    const told = await verify(file('bent.ndjson'), '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      whole: false,
      count: 1,
      findings: [{ table: LOG, position: 5 }],
    });
  });

  test('leaves taken from under their seal stop the next one, with 1 [S-20 -]', async () => {
    await asOwner(
      `set session_replication_role = replica; alter table audit.seals disable trigger user; delete from audit.seals where seal = (select max(seal) from audit.seals)`,
    );
    // What was kept is all that tells.
    const kept = readFileSync(file('kept.json'), 'utf8');
    const refused = await run('audit-seal.ts', '--keep', file('kept.json'));
    expect(readFileSync(file('kept.json'), 'utf8')).toBe(kept);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('leaves and seals of a table disagree');
    expect(refused.stderr).not.toMatch(/at .*\.ts:\d/);
  });
});

describe('what cannot be done ends with 2, says why, and leaves no file', () => {
  test.each<[string, () => Promise<Finished>, string]>([
    [
      'a database without seals: seal',
      () => runScript('audit-seal.ts', [], { env: { DATABASE_URL: cluster.url('bare') } }),
      'has no seals yet',
    ],
    [
      'a database without seals: export',
      () => runScript('audit-export.ts', [file('x')], { env: { DATABASE_URL: cluster.url('bare') } }),
      'has no seals yet',
    ],
    ['a file that is there', () => run('audit-export.ts', file('head.json')), 'is there already'],
    ['a folder that is not', () => run('audit-export.ts', file('none/x')), 'cannot be written'],
    [
      'a table that is not sealed',
      () => run('audit-export.ts', file('x'), '--table', 'patients'),
      'public.patients is not sealed',
    ],
    [
      'a seal that does not exist',
      () => run('audit-export.ts', file('x'), '--from', '99'),
      'there is no seal 99',
    ],
    [
      'a seal that is no number',
      () => run('audit-export.ts', file('x'), '--from', 'yesterday'),
      'is no seal',
    ],
    ['verify without a file', () => verify(), 'give one file'],
    [
      'verify a proof without its ends',
      () => {
        writeFileSync(
          file('endless.json'),
          JSON.stringify({ format: 'cordon.consistency.1', table: LOG, path: [] }),
        );
        return verify(file('endless.json'));
      },
      'the proof is incomplete',
    ],
    ['verify what is not there', () => verify(file('x')), '/x: there is no such file'],
    ['verify a folder', () => verify(file('auditor')), '/auditor is no file'],
    [
      'verify with a head that is a folder',
      () => verify(file('trail.ndjson'), '--head', file('auditor')),
      '/auditor is no file',
    ],
    ['verify what is no export', () => verify(file('auditor/audit/verifier.mjs')), 'neither an export'],
    [
      'verify with what is no head',
      () => verify(file('trail.ndjson'), '--head', file('inclusion.json')),
      'is no head',
    ],
    ['verify with an option that there is none of', () => verify(file('trail.ndjson'), '--skip'), '--skip'],
  ])('%s', async (_, attempt, why) => {
    const { code, stderr, stdout } = await attempt();
    expect(stderr).toContain(why);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(() => statSync(file('x'))).toThrow();
  });
});

describe('audit:watch', () => {
  const plant = (sql: string) => asOwner(sql, cluster.adminUrl('trail'));

  test('records everything the first time, and nothing while nothing changes [N-54 +]', async () => {
    expect(await run('audit-watch.ts')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d{4} objects recorded as first seen\n$/),
    });
    expect(await run('audit-watch.ts')).toMatchObject({
      code: 0,
      stdout: 'nothing has changed since the last time\n',
    });
  });

  test('exits 1 at what lets somebody past the policies, and 0 at what does not [N-54 S-27 -]', async () => {
    await plant('drop policy provider_fence on public.beds; create table public.planted_fenced (id integer)');
    const { code, stdout } = await run('audit-watch.ts', '--json');
    expect(code).toBe(1);
    const { events } = JSON.parse(stdout) as {
      events: { event_type: string; object: string; is_alert: boolean }[];
    };
    expect(events).toContainEqual({
      event_type: 'catalog.policy_dropped',
      object: 'policy provider_fence on public.beds',
      from: expect.stringMatching(/^restrictive all to authenticated /),
      to: null,
      is_alert: true,
    });
    await plant('create function authz.planted() returns integer language sql as $$ select 1 $$');
    const told = await run('audit-watch.ts');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('authz.planted()') });
    expect(told.stdout, 'no line is filled up').not.toMatch(/ $/m);
  });

  test('says what to do where the server permits no event trigger, or the database is older [N-54 -]', async () => {
    expect(await run('audit-watch.ts', '--on-ddl')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('run audit:watch by a schedule instead'),
    });
    expect(
      await runScript('audit-watch.ts', [], { env: { DATABASE_URL: cluster.url('bare') } }),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run db:migrate') });
  });

  test('under --json what is scheduled or hung up is one object, the slot is made all the same, and what would be passed over is refused [N-35 N-54 +]', async () => {
    const asAdmin = (...args: string[]) =>
      runScript('audit-drain.ts', args, { env: { DATABASE_URL: cluster.adminUrl('trail') } });
    const scheduled = await asAdmin('--schedule', '--create-slot', '--json');
    expect(scheduled.code).toBe(0);
    expect(JSON.parse(scheduled.stdout)).toEqual({
      scheduled: false,
      statement: expect.stringContaining('select audit.drain_access_log()'),
    });
    const slot = `select from pg_replication_slots where database = 'trail' and slot_name ~ '^cordon_access_'`;
    expect((await asOwner(slot)).rowCount).toBe(1);
    await asOwner(
      `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = 'trail'`,
    );
    for (const beside of ['--watch', '--status']) {
      const refused = await asAdmin('--schedule', beside);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(`--schedule drains nothing, and ${beside} beside it`);
    }
    const hung = await runScript('audit-watch.ts', ['--on-ddl', '--json'], {
      env: { DATABASE_URL: cluster.adminUrl('trail') },
    });
    expect([hung.code, JSON.parse(hung.stdout)]).toEqual([0, { created: 2 }]);
    expect((await run('audit-watch.ts', '--help')).stdout).toContain('--on-ddl {"created"}');
  });
});
