import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { createSlot } from '../../scripts/audit/drain-access-log.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);

const dropSlot = () =>
  database().asSuperuser((session) =>
    session.rows(
      'select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()',
    ),
  );

/** A connection in a transaction with a number, which a slot that is being created waits for. */
async function open(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
  await client.query('begin; select pg_current_xact_id()');
  return client;
}
async function end(client: pg.Client): Promise<void> {
  await client.query('commit');
  await client.end();
}
/** Until the session of the log waits for the transaction of that connection. */
const waitsFor = (client: pg.Client) =>
  vi.waitUntil(
    async () => {
      const { processID: slot } = log().client as unknown as { processID: number };
      const { processID: holder } = client as unknown as { processID: number };
      return database().asSuperuser((session) =>
        session.value<boolean>('select $2 = any (pg_blocking_pids($1))', [slot, holder]),
      );
    },
    { timeout: 30_000, interval: 20 },
  );

// Of a table that is made between the two waits the server unlearns what it knew, in a subtransaction of its own, and gives the transaction's
// resources back to the wrong owner: what called it would fail with "snapshot reference is not owned by resource owner".
test.each([
  ['the command', 'creates it', () => createSlot(log().client), expect.stringMatching(/^cordon_access_/)],
  ['the drain', 'replaces it', () => log().drain(), expect.objectContaining({ gap: 'slot lost' })],
])(
  'where tables are made while its slot is created, %s %s [N-35 +]',
  async (_who, _does, create, expected) => {
    await dropSlot();
    const first = await open();
    const created = create().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await waitsFor(first);
    const second = await open();
    await end(first);
    await waitsFor(second);
    const ddl = await open();
    await ddl.query('create table public.made_meanwhile (id integer); drop table public.made_meanwhile');
    await end(ddl);
    await end(second);
    expect(await created).toEqual({ value: expected });
    await log().drain();
  },
);

test('of two that create it at once the second finds it, and the gap is recorded once [N-35 -]', async () => {
  await dropSlot();
  const gaps = () =>
    database().asSuperuser((session) =>
      session.value<number>(`select count(*)::integer from audit.access_log_exceptions where kind = 'gap'`),
    );
  const before = await gaps();
  const other = new pg.Client({ connectionString: database().url('postgres') });
  await other.connect();
  try {
    const names = await Promise.all([createSlot(log().client), createSlot(other)]);
    expect(new Set(names).size).toBe(1);
    expect(await gaps()).toBe((before ?? 0) + 1);
  } finally {
    await other.end();
  }
});
