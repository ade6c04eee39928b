import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { drainOnce } from '../../scripts/audit/drain-access-log.ts';
import { personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { commandArguments } from '../support/commands.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);

/** Has the commit put what was written on the disk, where one run finds all of it. Before PostgreSQL 17 nothing else does. */
const KEPT = `select set_config('synchronous_commit', 'on', true), pg_current_xact_id()`;

/** Signs and emits records as a policy would; a row id tells one from another. @returns their content as it stands in the WAL. */
async function emit(count: number, first = 1): Promise<void> {
  await database().asSuperuser(async (session) => {
    await session.rows(KEPT);
    await session.script('set local role cordon_definer');
    await session.rows(
      `select authz.emit_access('provider', row(null, null, null, 'doctor')::authz.membership, 'patients', 'SELECT', 'comprehensive', 'disclosed', null,
         ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, null)
       from generate_series($1::integer, $2::integer) as n`,
      [first, first + count - 1],
    );
  });
}
/** A message of anybody's, as anybody may write one. */
const say = (content: string, transactional = false) =>
  database().asSuperuser(async (session) => {
    await session.rows(KEPT);
    await session.rows(`select pg_logical_emit_message($1, 'cordon.access', ${content})`, [transactional]);
  });
const exceptions = async () =>
  (
    await database().asSuperuser((session) =>
      session.rows(
        `select kind, records::integer, from_lsn is not null as has_start, cause from audit.access_log_exceptions where slot_name <> 'seed' order by noticed_at`,
      ),
    )
  ).slice(1);

beforeEach(async () => {
  await log().news();
});

describe('the drain', () => {
  test('runs as a role that is no superuser, and writes each record once, in the order of the WAL [N-35 N-47 +]', async () => {
    const { rows } = await log().client.query(
      'select rolsuper, rolreplication from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([{ rolsuper: false, rolreplication: true }]);
    await emit(5);
    const records = await log().news();
    expect(records.map(({ row_id }) => Number(String(row_id).slice(-12)))).toEqual([1, 2, 3, 4, 5]);
    expect(await log().drain()).toMatchObject({ records: 0, forged: 0, replayed: 0, gap: null });
    expect(await log().news()).toEqual([]);
  });

  test('is kept waiting by nobody who takes locks by name, as anybody may [N-35 -]', async () => {
    await database().as(personas.anon, async (anybody) => {
      await anybody.rows(
        `select pg_advisory_xact_lock(hashtextextended('audit.drain_access_log', 0)), pg_advisory_xact_lock(hashtext('cordon.watch_catalog'))`,
      );
      await emit(1, 50);
      expect(await log().drain()).toMatchObject({ records: 1 });
      await database().asPostgres(
        async (session) => {
          await session.script(`set local lock_timeout = '2s'`);
          expect(await session.attempt('select public.watch_catalog()')).toMatchObject({ ok: true });
        },
        { rollback: true },
      );
    });
    await log().news();
  });

  test('takes a bounded batch, and the next run the rest [N-35 +]', async () => {
    await emit(10, 100);
    const first = await drainOnce(log().client, 4);
    expect(first).toMatchObject({ more: true });
    // What begins and ends a transaction counts as well, before PostgreSQL 17 also where it shows nothing.
    expect(first.records).toBeGreaterThanOrEqual(3);
    expect(first.records).toBeLessThan(10);
    const rest = await log().drain(4);
    expect(first.records + rest.records).toBe(10);
    expect(await log().news()).toHaveLength(10);
  });

  test('stands behind a message that it read, never inside of one that is being written [N-35 -]', async () => {
    const writer = new pg.Client({ connectionString: database().url('superuser') });
    await writer.connect();
    let isWriting = true;
    const written = (async () => {
      await writer.query('begin');
      while (isWriting)
        await writer.query(`select pg_logical_emit_message(true, 'noise', repeat('x', 5000))`);
    })();
    try {
      // Of the first, before 17, only the second knows.
      await drainOnce(log().client);
      for (let round = 0; round < 10; round++) {
        await drainOnce(log().client);
        const [stands] = await database().asSuperuser((session) =>
          session.rows<{ behind: boolean }>(
            `select d.position in (
               select c.lsn from pg_logical_slot_peek_binary_changes(
                 d.slot_name, null, null, 'proto_version', '1', 'publication_names', 'cordon_access', 'messages', 'true'
               ) as c
             ) as behind
             from audit.access_drains as d where d.slot_name <> 'seed'`,
          ),
        );
        expect(stands).toEqual({ behind: true });
      }
    } finally {
      isWriting = false;
      await written;
      await writer.end();
    }
  });

  test('keeps what a transaction that was rolled back, or only read, has decided [N-35 +]', async () => {
    await database().asSuperuser(
      async (session) => {
        await session.script('set local role cordon_definer; set transaction read only');
        await session.rows(
          `select authz.emit_access('provider', row(null, null, null, 'nurse')::authz.membership, 'patients', 'SELECT', 'detailed', 'allowed', null, null, null)`,
        );
      },
      { rollback: true },
    );
    expect(await log().news()).toMatchObject([{ role: 'nurse', outcome: 'allowed', transaction_id: null }]);
  });

  test.each([
    ['SIGINT', 'a forged message', 1, () => say(`''::bytea`), 'messages were not genuine'],
    ['SIGTERM', 'a genuine record', 0, () => emit(1, 250), 'records'],
  ] as const)(
    '--watch tells what a round found, and an interrupt ends it with what was found: %s, %s, exit code %i [N-35 -]',
    async (signal, _, code, happen, told) => {
      const watch = spawn(process.execPath, commandArguments('audit-drain.ts', '--watch'), {
        env: { ...process.env, DATABASE_URL: database().url('postgres') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(watch, 'exit');
      let output = '';
      watch.stdout.on('data', (text: Buffer) => {
        output += text;
      });
      try {
        await happen();
        await expect.poll(() => output, { timeout: 30_000 }).toContain(told);
        watch.kill(signal);
        expect(await ended).toEqual([code, null]);
      } finally {
        watch.kill('SIGKILL');
        await ended;
      }
    },
  );

  test('--watch whose output nobody reads any more writes its round down, and ends with 2 [N-35 -]', async () => {
    const watch = spawn(process.execPath, commandArguments('audit-drain.ts', '--watch'), {
      env: { ...process.env, DATABASE_URL: database().url('postgres') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(watch, 'exit');
    let told = '';
    watch.stderr.on('data', (text: Buffer) => {
      told += text;
    });
    watch.stdout.destroy();
    try {
      await emit(1, 270);
      expect(await ended).toEqual([2, null]);
      expect(told).toContain('✗ nobody reads what --watch finds');
      expect(await log().drain()).toMatchObject({ records: 0 });
    } finally {
      watch.kill('SIGKILL');
      await log().news();
    }
  });

  test('--watch ends after the round where one Ctrl-C is told twice, by the terminal and by npm [N-35 +]', async () => {
    const blocker = new pg.Client({ connectionString: database().url('superuser') });
    await blocker.connect();
    const watch = spawn(process.execPath, commandArguments('audit-drain.ts', '--watch', '--json'), {
      env: { ...process.env, DATABASE_URL: database().url('postgres') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(watch, 'exit');
    let output = '';
    watch.stdout.on('data', (text: Buffer) => {
      output += text;
    });
    try {
      // A round that is under way: it waits to write what it has read.
      await blocker.query('begin; lock table audit.access_log in share mode');
      await emit(1, 260);
      const waiting = () =>
        blocker.query(
          `select from pg_locks where relation = 'audit.access_log'::regclass and not granted and pid <> pg_backend_pid()`,
        );
      await expect.poll(async () => (await waiting()).rowCount, { timeout: 30_000 }).toBe(1);
      watch.kill('SIGINT');
      await sleep(20);
      watch.kill('SIGINT');
      await sleep(50);
      await blocker.query('commit');
      expect(await ended).toEqual([0, null]);
      expect(JSON.parse(output)).toMatchObject({ run: { records: 1 } });
    } finally {
      watch.kill('SIGKILL');
      await ended;
      await blocker.end();
    }
  });

  test('counts what is not signed as forged, whatever its bytes are, and a copy as replayed; neither is in the log [N-35 -]', async () => {
    await emit(1, 200);
    const [genuine] = await log().news();
    const before = (await exceptions()).length;
    for (const content of [
      `''::bytea`,
      `decode('ff00fe', 'hex')`,
      `'{1,2,3}'::text`,
      `int8send(1) || sha256('guess'::bytea) || convert_to('{1}', 'UTF8')`,
      `int8send(99) || sha256('guess'::bytea) || convert_to('{1}', 'UTF8')`,
      `convert_to(repeat('x', 1000000), 'UTF8')`,
    ])
      await say(content);
    await say(`int8send(1) || sha256('guess'::bytea)`, true);
    // The genuine bytes once more: the payload is what the record says, the signature its own.
    const copy = `select int8send(key_id) || hmac || audit.access_payload(l) from audit.access_log as l where id = '${genuine?.id}'`;
    await say(`(${copy})`);
    await say(`(${copy})`, true);
    const run = await log().drain();
    expect(run).toMatchObject({ records: 0, forged: 8, replayed: 1 });
    expect(await log().news()).toEqual([]);
    expect((await exceptions()).slice(before)).toMatchObject([
      { kind: 'forged', records: 8 },
      { kind: 'replayed', records: 1 },
    ]);
  });

  test('hears nothing under another prefix [N-35 +]', async () => {
    await database().asSuperuser((session) =>
      session.rows(`select pg_logical_emit_message(false, 'cordon.accessory', 'x')`),
    );
    expect(await log().drain()).toMatchObject({ records: 0, forged: 0 });
  });

  test('verifies what an old key signed, in one batch with what the new one did [N-35 +]', async () => {
    await emit(2, 300);
    const { rows } = await log().client.query('select audit.rotate_access_key() as key');
    await emit(2, 302);
    const records = await log().news();
    expect(records.map(({ key_id }) => key_id)).toEqual(['1', '1', rows[0].key, rows[0].key]);
    const bent = await log().client.query(`select * from audit.bent_access_records('-infinity', 'infinity')`);
    expect(bent.rows).toEqual([]);
  });

  test('lets one of two work, and tells the other [N-35 +]', async () => {
    await emit(3, 400);
    await database().asPostgres(async (session) => {
      await session.rows('select audit.drain_access_log()');
      expect(await drainOnce(log().client)).toMatchObject({ state: 'busy', records: 0 });
    });
    expect(await log().news()).toHaveLength(3);
  });

  test('reads again what a run that did not commit has read [N-35 +]', async () => {
    await emit(3, 500);
    for (let round = 0; round < 3; round++)
      await database().asPostgres(
        async (session) => {
          const [run] = await session.rows<{ run: { records: number } }>(
            'select audit.drain_access_log() as run',
          );
          expect(run?.run.records).toBe(3);
        },
        { rollback: true },
      );
    expect(await log().news()).toHaveLength(3);
  });

  test('makes the month that is missing, and closes it to everybody [N-35 S-20 +]', async () => {
    await database().asSuperuser((session) =>
      session.script(`do $$ declare p regclass; begin
        for p in select inhrelid::regclass from pg_inherits where inhparent = 'audit.access_log'::regclass loop
          execute format('alter table audit.access_log detach partition %s', p);
          execute format('alter table %s rename to %I', p, 'kept_' || gen_random_uuid());
        end loop; end $$`),
    );
    await emit(1, 600);
    expect(await log().drain()).toMatchObject({ records: 1 });
    const months = await database().asSuperuser((session) =>
      session.rows(`
        select c.relrowsecurity and c.relforcerowsecurity as is_closed, c.relacl is null or c.relacl::text !~ '(anon|authenticated|internal_ops|patient|service_role)' as is_unnamed,
               (select count(*)::integer from pg_trigger as t where t.tgrelid = c.oid and t.tgfoid = 'authz.tg__append_only'::regproc and t.tgenabled = 'A') as triggers
        from pg_inherits as i join pg_class as c on c.oid = i.inhrelid where i.inhparent = 'audit.access_log'::regclass`),
    );
    expect(months.length).toBeGreaterThanOrEqual(2);
    for (const month of months) expect(month).toEqual({ is_closed: true, is_unnamed: true, triggers: 2 });
    const partition = `access_log_months.access_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
    for (const change of [
      `delete from ${partition}`,
      `update ${partition} set outcome = 'allowed'`,
      `truncate ${partition}`,
      'delete from audit.access_log',
      'truncate audit.access_log',
    ])
      expect(
        await database().asPostgres((session) => session.attempt(change), { rollback: true }),
      ).toMatchObject({
        ok: false,
        code: 'CD014',
      });
  });

  test('records the gap where its slot was dropped, goes on behind it, and says so once [N-35 -]', async () => {
    await emit(1, 700);
    const before = (await exceptions()).length;
    await database().asSuperuser((session) =>
      session.rows(
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()',
      ),
    );
    expect(await log().drain()).toMatchObject({ records: 0, gap: 'slot lost' });
    await emit(1, 701);
    expect(await log().news()).toMatchObject([{ row_id: '00000000-0000-0000-0000-000000000701' }]);
    expect((await exceptions()).slice(before)).toEqual([
      { kind: 'gap', records: null, has_start: true, cause: 'slot lost' },
    ]);
  });

  test('records the gap where somebody else moved its slot [N-35 -]', async () => {
    await emit(1, 800);
    await database().asSuperuser((session) =>
      session.rows(
        `select pg_replication_slot_advance(slot_name, pg_current_wal_flush_lsn()) from pg_replication_slots where database = current_database()`,
      ),
    );
    expect(await log().drain()).toMatchObject({ gap: 'slot lost' });
  });

  test('names a row that was changed, or added, by who cannot sign [N-35 -]', async () => {
    await emit(2, 900);
    const [first, second] = await log().news();
    await database().asSuperuser((session) =>
      session.script(`set local session_replication_role = replica; alter table audit.access_log disable trigger user;
        update audit.access_log set role = 'receptionist' where id = '${first?.id}'`),
    );
    const { rows } = await log().client.query(
      `select id from audit.bent_access_records('-infinity', 'infinity')`,
    );
    expect(rows).toEqual([{ id: first?.id }]);
    expect(second?.id).not.toBe(first?.id);
  });
});
