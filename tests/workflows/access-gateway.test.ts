import { beforeEach, describe, expect, test } from 'vitest';
import { idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);
const { doctor, nurse, receptionist, opsAgent } = personas;

const RECORD = idOf('record', 'a', '01');
const PSYCHIATRIC = idOf('record', 'a', '02');
const WHY = 'Consultation of today';
const READ = 'select public.read_medical_record($1, $2, $3) as record';

const read = (persona: Persona, id: string, purpose: string | null = 'treatment', why: string | null = WHY) =>
  database().as(persona, (session) => session.attempt(READ, [id, purpose, why]));

beforeEach(async () => {
  await log().news();
});

describe('read_medical_record', () => {
  test('gives the record, and puts who, why and what for on record, though it is rolled back [N-14 N-35 N-47 N-48 +]', async () => {
    const outcome = await read(doctor, RECORD);
    expect(outcome).toMatchObject({
      ok: true,
      rows: [{ record: { id: RECORD, record_type: 'observation', diagnosis: 'Synthetic diagnosis' } }],
    });
    const records = await log().news();
    expect(records.map(({ outcome: what, table_name }) => `${what} ${table_name}`).sort()).toEqual([
      'allowed medical_record_details',
      'allowed medical_records',
      'disclosed medical_record_details',
      'disclosed medical_records',
    ]);
    for (const record of records) {
      expect(record).toMatchObject({ user_id: doctor.userId, purpose: 'treatment', justification: WHY });
    }
  });

  test('gives no more than the policies show its caller: to a nurse no diagnosis, and nothing psychiatric [N-01 N-14 -]', async () => {
    expect(await read(nurse, RECORD)).toMatchObject({ ok: true, rows: [{ record: { diagnosis: null } }] });
    expect(await read(doctor, PSYCHIATRIC)).toMatchObject({ ok: true });
    expect(await read(nurse, PSYCHIATRIC)).toMatchObject({ ok: false, code: 'CD010' });
  });

  test.each([
    ['the other clinic', doctor, idOf('record', 'b', '01')],
    ['nobody', doctor, '00000000-0000-7000-8000-00000000dead'],
    ['a patient who withdrew', doctor, idOf('record', 'a', '04')],
    ['the own clinic, to reception', receptionist, RECORD],
  ])(
    'says of a record of %s what it says of every other one that is not theirs [S-02 -]',
    async (_, persona, id) => {
      expect(await read(persona, id)).toMatchObject({
        ok: false,
        code: 'CD010',
        message: 'record not found',
      });
    },
  );

  test('records the denial with its reason, purpose and justification, though it ends in an error [N-29 N-35 -]', async () => {
    await read(receptionist, RECORD);
    expect(await log().news()).toMatchObject([
      {
        outcome: 'denied',
        reason: 'role',
        table_name: 'medical_records',
        purpose: 'treatment',
        justification: WHY,
      },
    ]);
  });

  test('takes a purpose that the rules of charts know, and none that they do not [N-48 -]', async () => {
    expect(await read(doctor, RECORD, 'data_view')).toMatchObject({ ok: true });
    expect(await read(doctor, RECORD, 'billing')).toMatchObject({ ok: false, code: 'CD010' });
    expect(await read(doctor, RECORD, 'curiosity')).toMatchObject({ ok: false, code: 'CD006' });
    expect(await read(doctor, RECORD, null)).toMatchObject({ ok: false, code: 'CD006' });
  });

  test.each([
    ['none', null],
    ['an empty one', ''],
    ['nothing but blanks', ' '.repeat(40)],
    ['nine characters', 'too short'],
    ['501 characters', 'x'.repeat(501)],
  ])('takes no justification of %s [N-35 -]', async (_, why) => {
    expect(await read(doctor, RECORD, 'treatment', why)).toMatchObject({ ok: false, code: 'CD044' });
    expect(await read(doctor, RECORD, 'treatment', 'x'.repeat(500))).toMatchObject({ ok: true });
  });

  test('keeps a justification for one read: the next statement is not for it [N-35 N-48 +]', async () => {
    await database().as(doctor, async (session) => {
      await session.rows(READ, [RECORD, 'treatment', WHY]);
      await session.rows('select from medical_records where id = $1', [RECORD]);
    });
    const [last] = (await log().news()).filter(({ outcome }) => outcome === 'disclosed').slice(-1);
    expect(last).toMatchObject({ purpose: null, justification: null });
  });

  test('reads sixty a minute, and not the sixty-first [N-52 +, N-52 -]', async () => {
    await database().as(doctor, async (session) => {
      const sixty = await session.rows(
        `select public.read_medical_record($1, 'treatment', $2) from generate_series(1, 60)`,
        [RECORD, WHY],
      );
      expect(sixty).toHaveLength(60);
      expect(await session.attempt(READ, [RECORD, 'treatment', WHY])).toMatchObject({
        ok: false,
        message: expect.stringContaining('too many restricted reads'),
      });
    });
  });

  test('counts reads at once one after the other: of eighty by four requests, twenty find the limit [N-52 -]', async () => {
    // Another login than that of the tests beside it: what is committed stays.
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const own = [];
        for (let turn = 0; turn < 20; turn += 1) {
          own.push(
            await database().as(
              personas.nurse,
              (session) => session.attempt(READ, [RECORD, 'treatment', WHY]),
              { commit: true },
            ),
          );
        }
        return own;
      }),
    );
    expect(outcomes.flat().filter(({ ok }) => ok)).toHaveLength(60);
  });

  test.each([
    ['an empty purpose', '', WHY],
    ['a purpose that is SQL', `treatment'; drop table patients; --`, WHY],
    ['a huge purpose', 'x'.repeat(1_000_000), WHY],
    ['a huge justification', 'treatment', 'y'.repeat(5_000_000)],
  ])('refuses %s, and repeats nothing of it [N-48 S-39 -]', async (_, purpose, why) => {
    const outcome = await read(doctor, RECORD, purpose, why);
    expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^CD0(06|44)$/) });
    expect(JSON.stringify(outcome)).not.toMatch(/drop table|x{20}|y{20}/);
  });

  test('is nobody’s without a live session, and staff’s alone: patients and operations read what is theirs themselves [N-11 -]', async () => {
    expect(
      await database().as(doctor, (session) => session.attempt(READ, [RECORD, 'treatment', WHY]), {
        claims: { is_anonymous: true },
      }),
    ).toMatchObject({ ok: false, code: '42501' });
    for (const persona of [personas.patient, opsAgent]) {
      expect(await read(persona, RECORD)).toMatchObject({ ok: false, code: '42501' });
    }
  });
});
