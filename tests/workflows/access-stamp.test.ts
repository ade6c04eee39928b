import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';
import { idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';

const database = useDatabase();
const log = useAccessLog(database);
const { doctor } = personas;

const PATIENT = idOf('patient', 'a', '01');
const RECORD = idOf('record', 'a', '01');
const MAKE = `select authz.access_stamp('provider', 'medical_records', 'SELECT') as stamp`;
const SHOW = 'select authz.log_row($1, $2, $3, $4) as is_shown';

const disclosed = async () => (await log().news()).filter(({ outcome }) => outcome === 'disclosed');

/** Two connections of whoever owns the recorder: callers have no USAGE on its schema, and policies ask it for them. */
async function withSessions(use: (own: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
  const clients = [0, 1].map(() => new pg.Client({ connectionString: database().url('superuser') }));
  try {
    for (const client of clients) {
      await client.connect();
      await client.query(`select set_config('request.jwt.claims', $1, false)`, [
        JSON.stringify({ sub: doctor.userId, role: 'authenticated' }),
      ]);
    }
    const [own, other] = clients;
    if (own && other) await use(own, other);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const stampOf = async (client: pg.Client): Promise<readonly string[]> =>
  (await client.query<{ stamp: string[] }>(MAKE)).rows[0]?.stamp ?? [];

const isShown = async (client: pg.Client, stamp: readonly (string | null)[] | null) =>
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

  test('is worth nothing with a word changed, moved or missing: nobody has words of their own signed [N-35 -]', async () => {
    await withSessions(async (own) => {
      await own.query('begin');
      const stamp = await stampOf(own);
      const [head = '', middle = '', signature = ''] = stamp;
      const bent: readonly ((string | null)[] | null)[] = [
        null,
        [],
        [head, middle],
        [head, middle, null],
        [null, middle, signature],
        [head.replace(String(doctor.userId), idOf('staff', 'a', '01')), middle, signature],
        [head, middle.replace('medical_records', 'patients'), signature],
        [`${head}\n`, middle, signature],
        [`${head}\n${middle}`, '', signature],
        [middle, head, signature],
        [head, middle, signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))],
      ];
      for (const each of bent) expect(await isShown(own, each), JSON.stringify(each)).toBe(false);
      expect(await isShown(own, stamp)).toBe(true);
      await own.query('rollback');
    });
    expect(await disclosed()).toHaveLength(1);
  });

  test('made before a key was rotated serves no more: the statement that made it has ended [N-35 -]', async () => {
    await withSessions(async (own, other) => {
      await own.query('begin');
      const stamp = await stampOf(own);
      await other.query('select audit.rotate_access_key()');
      expect(await isShown(own, stamp)).toBe(false);
      expect(await isShown(own, await stampOf(own))).toBe(true);
      await own.query('rollback');
    });
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
