import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);
const { doctor } = personas;

const PATIENT = idOf('patient', 'a', '01');
const RECORD = idOf('record', 'a', '01');
const MAKE = `select authz.disclosure_stamp('provider', 'medical_records', 'SELECT') as stamp`;
const SHOW = 'select authz.log_disclosure($1, $2, $3, $4) as is_shown';

const disclosed = async () => (await log().news()).filter(({ outcome }) => outcome === 'disclosed');

/** Two connections of whoever owns the recorder: callers have no USAGE on its schema, and policies ask it for them. */
async function withSessions(use: (own: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
  const clients = [0, 1].map(() => new pg.Client({ connectionString: database().url('superuser') }));
  try {
    for (const client of clients) {
      await client.connect();
      await client.query(`select set_config('request.jwt.claims', $1, false)`, [
        JSON.stringify(doctor.claims),
      ]);
    }
    const [own, other] = clients;
    if (own && other) await use(own, other);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const stampOf = async (client: pg.Client): Promise<Buffer> =>
  (await client.query<{ stamp: Buffer }>(MAKE)).rows[0]?.stamp ?? Buffer.alloc(0);

const isShown = async (client: pg.Client, stamp: Buffer | null) =>
  (await client.query<{ is_shown: boolean }>(SHOW, [stamp, idOf('organisation', 'a', '01'), RECORD, PATIENT]))
    .rows[0]?.is_shown;

beforeEach(async () => {
  await log().news();
});

describe('a stamp', () => {
  test('serves the transaction and the session that made it, and no other [N-35 N-47 +, N-35 -]', async () => {
    await withSessions(async (own, other) => {
      await own.query('begin');
      await other.query('begin');
      const stamp = await stampOf(own);
      expect(await isShown(own, stamp)).toBe(true);
      expect(await isShown(other, stamp)).toBe(false);
      await own.query('commit');
      await own.query('begin');
      expect(await isShown(own, stamp)).toBe(false);
      expect(await isShown(own, await stampOf(own))).toBe(true);
      await own.query('rollback');
      await other.query('rollback');
    });
    expect(await disclosed()).toHaveLength(2);
  });

  test('is worth nothing cut short, empty or missing: no row is shown [N-35 -]', async () => {
    await withSessions(async (own) => {
      await own.query('begin');
      const stamp = await stampOf(own);
      for (const each of [
        null,
        Buffer.alloc(0),
        stamp.subarray(0, 8),
        stamp.subarray(0, 83),
        stamp.subarray(1),
      ]) {
        expect(await isShown(own, each), each?.toString('hex')).toBe(false);
      }
      expect(await isShown(own, stamp)).toBe(true);
      await own.query('rollback');
    });
    expect(await disclosed()).toHaveLength(1);
  });

  test('signs no other word than its own, nor for another transaction: what was bent is told as forged [N-35 -]', async () => {
    await withSessions(async (own, other) => {
      await own.query('begin');
      await other.query('begin');
      const stamp = await stampOf(own);
      const [key, keys, binding, words] = [
        stamp.subarray(0, 8),
        stamp.subarray(8, 72),
        stamp.subarray(72, 84),
        stamp.subarray(84).toString(),
      ];
      const foreign = (await stampOf(other)).subarray(72, 84);
      const said = (text: string) => Buffer.concat([key, keys, binding, Buffer.from(text)]);
      const bent = [
        said(words.replace(String(doctor.userId), idOf('staff', 'a', '01'))),
        said(words.replace('medical_records', 'patients')),
        said(`${words} `),
        Buffer.concat([key, Buffer.alloc(64), binding, Buffer.from(words)]),
        Buffer.concat([Buffer.from('0000000000000001', 'hex'), keys, binding, Buffer.from(words)]),
        Buffer.concat([Buffer.from('8000000000000000', 'hex'), keys, binding, Buffer.from(words)]),
      ];
      for (const each of bent) await isShown(own, each);
      // Taken to another session, and told that it is this one.
      await isShown(other, Buffer.concat([key, keys, foreign, Buffer.from(words)]));
      expect(await isShown(own, stamp)).toBe(true);
      await own.query('rollback');
      await other.query('rollback');
    });
    expect(await log().drain()).toMatchObject({ records: 1, forged: 7 });
    expect(await disclosed()).toHaveLength(1);
  });

  test('signs no record but of its rows, at no other time, and nothing that stops the drain [N-35 -]', async () => {
    await withSessions(async (own) => {
      await own.query('begin');
      const stamp = await stampOf(own);
      const keyOf = (from: number) => `substring($1::bytea from ${from} for 32)`;
      // Its first key is what the key of the log makes of "inner" and the words: no record of ours.
      await own.query(
        `select pg_logical_emit_message(false, 'cordon.access',
           int8send(-('x' || encode(substring($1::bytea for 8), 'hex'))::bit(64)::bigint) || ${keyOf(9)} || convert_to('inner', 'UTF8')
             || substring($1::bytea from 73))`,
        [stamp],
      );
      for (const moment of [
        `timestamptz_send(now() - interval '1 year')`,
        `timestamptz_send(now() + interval '1 year')`,
        `int8send(9223372036854775807)`,
        `int8send(-9223372036854775808)`,
      ]) {
        await own.query(
          `select pg_logical_emit_message(false, 'cordon.access',
             substring($1::bytea for 8) || sha256(${keyOf(41)} || sha256(${keyOf(9)} || p.payload)) || p.payload)
           from (select ${moment} || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                          || substring($1::bytea from 73) as payload) as p`,
          [stamp],
        );
      }
      expect(await isShown(own, stamp)).toBe(true);
      await own.query('rollback');
    });
    expect(await log().drain()).toMatchObject({ records: 1, forged: 5 });
    expect(await disclosed()).toHaveLength(1);
  });

  test('of the log itself, held by somebody, signs nothing that stops the drain either: what the log would not take is told as forged [N-35 -]', async () => {
    const empty = 'array_fill(null::text, array[22])';
    const moment = `trunc(extract(epoch from now()) * 1000000)::text`;
    const record = `array[${moment}, ${moment}, ${moment}, '1', null, 'provider', null, null, null, null, 'patients', 'SELECT', 'basic', 'denied', 'x', null, null, null, 'unknown', null, null, null]`;
    const bent: Readonly<Record<string, string>> = {
      'no field of it is one': `array_fill('x'::text, array[22])`,
      'nothing in it': empty,
      'another realm': `array_replace(${record}, 'provider', 'nobody')`,
      'another operation': `array_replace(${record}, 'SELECT', 'DROP')`,
      'another level': `array_replace(${record}, 'basic', 'none')`,
      'allowed, with a reason': `array_replace(${record}, 'denied', 'allowed')`,
      'denied, without one': `array_replace(${record}, 'x', null)`,
      'an address that is none': `array_replace(${record}, 'unknown', 'edge')`,
      'a moment after all time': `array_replace(${record}, ${moment}, '9223372036854775807')`,
      'a process that is none': `array_replace(${record}, '1', 'one')`,
      'in two dimensions': `array[array_fill('1'::text, array[11]), array_fill('1'::text, array[11])]`,
    };
    await withSessions(async (own) => {
      for (const fields of [record, ...Object.values(bent)]) {
        await own.query(
          `select pg_logical_emit_message(false, 'cordon.access',
             int8send(k.key_id) || sha256(k.outer_pad || sha256(k.inner_pad || p.payload)) || p.payload)
           from audit.access_keys as k, (select convert_to((${fields})::text, 'UTF8') as payload) as p
           order by k.key_id desc limit 1`,
        );
      }
    });
    expect(await log().drain()).toMatchObject({ records: 1, forged: Object.keys(bent).length });
  });

  test('made before a key was rotated is verified by the key that made it [N-35 +]', async () => {
    await withSessions(async (own, other) => {
      await own.query('begin');
      const stamp = await stampOf(own);
      await other.query('select audit.rotate_access_key()');
      expect(await isShown(own, stamp)).toBe(true);
      expect(await isShown(own, await stampOf(own))).toBe(true);
      await own.query('rollback');
    });
    const keys = (await disclosed()).map(({ key_id }) => Number(key_id));
    expect(keys).toEqual([expect.any(Number), (keys[0] ?? 0) - 1]);
    expect(keys[0]).toBeLessThan(0);
  });
});

describe('a disclosed row in the log', () => {
  test('is what was signed, and told where anything of it was changed [N-35 +, N-35 -]', async () => {
    await database().as(doctor, (session) =>
      session.rows('select from medical_records where id = $1', [RECORD]),
    );
    const [row] = await disclosed();
    expect(row).toMatchObject({ row_id: RECORD, patient_id: PATIENT });
    const client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
    try {
      const bent = async () =>
        (
          await client.query(
            `select id from audit.bent_access_records('-infinity', 'infinity') where id = $1`,
            [row?.id],
          )
        ).rowCount;
      expect(await bent()).toBe(0);
      await client.query('begin');
      await client.query('alter table audit.access_log disable trigger user');
      for (const change of [
        `row_id = '${idOf('record', 'a', '02')}'`,
        `patient_id = null`,
        `organisation_id = '${idOf('organisation', 'b', '01')}'`,
        `user_id = '${idOf('staff', 'a', '01')}'`,
        `backend_pid = backend_pid + 4294967296`,
        `transaction_at = transaction_at - interval '1 second'`,
        `purpose = 'billing'`,
        `statement_at = 'infinity'`,
        `transaction_at = '-infinity'`,
        `key_id = -key_id`,
        `key_id = -9223372036854775807 - 1`,
      ]) {
        await client.query('savepoint change');
        await client.query(`update audit.access_log set ${change} where id = $1`, [row?.id]);
        expect(await bent(), change).toBe(1);
        await client.query('rollback to change');
      }
      expect(await bent()).toBe(0);
      await client.query('rollback');
    } finally {
      await client.end();
    }
  });
});

describe('rows of one statement', () => {
  test('are recorded one by one, though a cursor fetches them in several statements [N-35 N-47 +]', async () => {
    await database().as(doctor, async (session) => {
      await session.script('declare chart cursor for select id from medical_records order by id');
      expect(await session.rows('fetch 1 from chart')).toHaveLength(1);
      expect(await session.rows('fetch 1 from chart')).toHaveLength(1);
    });
    const rows = await disclosed();
    expect(new Set(rows.map(({ row_id }) => row_id)).size).toBeGreaterThanOrEqual(2);
    expect(new Set(rows.map(({ statement_at }) => statement_at.getTime())).size).toBe(1);
  });

  test('are two records where a statement reads one row twice, and no copy of each other [N-35 +]', async () => {
    await database().as(doctor, (session) =>
      session.rows('select from medical_records as a, medical_records as b where a.id = $1 and b.id = $1', [
        RECORD,
      ]),
    );
    const rows = await disclosed();
    expect(rows.map(({ row_id }) => row_id)).toEqual([RECORD, RECORD]);
    expect(rows[0]?.id).not.toBe(rows[1]?.id);
  });

  test.each([
    ['braces, quotes, commas and backslashes', '{"a",\\,}}{ NULL'],
    ['the separator of the stamp', 'a\nb'],
    ['nothing but braces', '{}{}'],
    ['letters of other scripts', 'Ärztin ☤ 医者'],
  ])('say what the client said of itself, whatever it is: %s [N-35 +]', async (_, userAgent) => {
    await database().as(
      doctor,
      (session) => session.rows('select from medical_records where id = $1', [RECORD]),
      { headers: { 'user-agent': userAgent, 'x-justification': userAgent } },
    );
    expect(await disclosed()).toMatchObject([
      { row_id: RECORD, patient_id: PATIENT, user_agent: userAgent.replace('\n', ' ') },
    ]);
  });
});
