import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const ROUNDS = 40;
const TAKE = 'select public.smart_insights_payload()::text as payload';
const OFF = 'select public.set_smart_insights(false)';
const ON = 'select public.set_smart_insights(true)';

const clients: pg.Client[] = [];
beforeAll(async () => {
  for (let n = 0; n < 3; n++) {
    const client = new pg.Client({ connectionString: database().url('authenticator') });
    client.on('error', () => {}); // one of them is killed
    await client.connect();
    clients.push(client);
  }
});
afterAll(() => Promise.all(clients.map((client) => client.end())));
const at = (place: number) => clients[place] as pg.Client;

beforeEach(() => acting(at(0), ON));

async function begin(client: pg.Client, persona: Persona = personas.insightsAdmin, level = 'read committed') {
  await client.query(`begin isolation level ${level}; set local role ${persona.role}`);
  await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(persona.claims)]);
}

/** One statement in a transaction of its own; the first value of its answer. */
async function acting(client: pg.Client, text: string, persona?: Persona): Promise<unknown> {
  await begin(client, persona);
  const value = firstOf(await client.query(text));
  await client.query('commit');
  return value;
}

function firstOf({ rows: [row] }: pg.QueryResult): unknown {
  return Object.values(row as object)[0];
}

const dispatches = () =>
  database().asSuperuser((s) =>
    s.value<number>('select count(*)::int from governance.insight_dispatches where organisation_id = $1', [
      CLINIC_A,
    ]),
  );

/** Whether something is still waiting for a lock after a while. */
async function isWaiting(client: pg.Client): Promise<boolean> {
  const { processID } = client as unknown as { processID: number };
  for (let tries = 0; tries < 100; tries++) {
    const waits = await database().asSuperuser((s) =>
      s.value(`select wait_event_type = 'Lock' from pg_stat_activity where pid = $1`, [processID]),
    );
    if (waits) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

describe('a payload and the switch', () => {
  test('who switches off waits for a payload that is being taken; afterwards there is none [S-25 -]', async () => {
    await begin(at(0));
    expect(firstOf(await at(0).query(TAKE))).toContain('"counts"');
    const off = acting(at(1), OFF);
    expect(await isWaiting(at(1))).toBe(true);
    await at(0).query('commit');
    expect(await off).toBe(false);
    expect(await acting(at(0), TAKE)).toBeNull();
  });

  test('a payload that is asked for while it is being switched off waits, and is none [S-25 -]', async () => {
    const before = await dispatches();
    await begin(at(0));
    await at(0).query(OFF);
    const taken = acting(at(1), TAKE);
    expect(await isWaiting(at(1))).toBe(true);
    await at(0).query('commit');
    expect(await taken).toBeNull();
    expect(await dispatches()).toBe(before);
  });

  test('where the switch is taken back, the payload is given [S-25 +]', async () => {
    await begin(at(0));
    await at(0).query(OFF);
    const taken = acting(at(1), TAKE);
    expect(await isWaiting(at(1))).toBe(true);
    await at(0).query('rollback');
    expect(await taken).toContain('"counts"');
  });

  test('off is off for the next statement of the same transaction [S-25 -]', async () => {
    await begin(at(0));
    expect(firstOf(await at(0).query(TAKE))).toContain('"counts"');
    await at(0).query(OFF);
    expect(firstOf(await at(0).query(TAKE))).toBeNull();
    await at(0).query('rollback');
  });

  test('no older snapshot gets one either [S-25 -]', async () => {
    await begin(at(0), personas.insightsAdmin, 'repeatable read');
    await at(0).query('select 1 from public.beds');
    await acting(at(1), OFF);
    await expect(at(0).query(TAKE)).rejects.toMatchObject({ code: '40001' });
    await at(0).query('rollback');
  });

  test(`${ROUNDS} payloads against ${ROUNDS} switches: each payload stands in the record, and none follows a switch [S-22 S-25 -]`, async () => {
    let given = 0;
    const before = Number(await dispatches());
    for (let round = 0; round < ROUNDS; round++) {
      await acting(at(2), ON);
      const [first, second] = await Promise.all([
        acting(at(0), TAKE),
        acting(at(1), OFF).then(() => acting(at(1), TAKE)),
      ]);
      expect(second).toBeNull();
      if (first !== null) given++;
    }
    expect(await dispatches()).toBe(before + given);
  });

  test('two who switch at once take turns, and the last one holds [S-21 +]', async () => {
    await begin(at(0));
    await at(0).query(OFF);
    const on = acting(at(1), ON);
    expect(await isWaiting(at(1))).toBe(true);
    await at(0).query('commit');
    expect(await on).toBe(true);
    expect(await acting(at(0), TAKE)).toContain('"counts"');
  });
});

describe('a payload and the vendor', () => {
  test('who lets the vendor go waits for a payload that is being taken; afterwards there is none [S-24 -]', async () => {
    await begin(at(0));
    expect(firstOf(await at(0).query(TAKE))).toContain('"counts"');
    await begin(at(1), personas.opsAdmin);
    const ended = at(1).query(`select public.end_processor('smart_insights')`);
    expect(await isWaiting(at(1))).toBe(true);
    await at(0).query('commit');
    expect(firstOf(await ended)).toBe(true);
    const taken = acting(at(0), TAKE);
    expect(await isWaiting(at(0))).toBe(true);
    await at(1).query('rollback');
    expect(await taken).toContain('"counts"');
  });
});

test('a payload whose connection is killed before it commits was never recorded, and never left [S-22 -]', async () => {
  const before = await dispatches();
  const client = new pg.Client({ connectionString: database().url('authenticator') });
  client.on('error', () => {});
  await client.connect();
  await begin(client);
  expect(firstOf(await client.query(TAKE))).toContain('"counts"');
  const { processID } = client as unknown as { processID: number };
  await database().asSuperuser((s) => s.rows('select pg_terminate_backend($1, 2000)', [processID]));
  expect(await dispatches()).toBe(before);
  expect(await acting(at(0), OFF)).toBe(false);
  await client.end().catch(() => {});
});
