import { beforeEach, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const log = useAccessLog(database);
const { doctor, receptionist, stranger } = personas;

const PATIENT = idOf('patient', 'a', '01');
const RECORD = idOf('record', 'a', '01');

/** What was recorded since, as `outcome table operation`. */
const news = async () =>
  (await log().news()).map(({ outcome, table_name, operation }) => `${outcome} ${table_name} ${operation}`);

beforeEach(async () => {
  await log().news();
});

describe('what a policy decides is on record', () => {
  test('of a read in a READ ONLY transaction that is rolled back: who, where and what [N-35 N-47 +]', async () => {
    await database().as(doctor, async (session) => {
      await session.script('set transaction read only');
      expect(await session.value('select count(*) from medical_records where id = $1', [RECORD])).toBe('1');
    });
    const records = await log().news();
    expect(records.map(({ outcome }) => outcome)).toEqual(['allowed', 'disclosed']);
    for (const record of records) {
      expect(record).toMatchObject({
        table_name: 'medical_records',
        operation: 'SELECT',
        realm: 'provider',
        user_id: doctor.userId,
        organisation_id: CLINIC_A,
        reason: null,
      });
    }
    expect(records[1]).toMatchObject({ row_id: RECORD, patient_id: PATIENT });
  });

  test('of a read that dies in an error [N-35 N-47 +]', async () => {
    const outcome = await database().as(doctor, (session) =>
      session.attempt(`select 1 / (length(record_type) * 0) from medical_records where id = '${RECORD}'`),
    );
    expect(outcome).toMatchObject({ ok: false, code: '22012' });
    expect(await news()).toEqual(['allowed medical_records SELECT', 'disclosed medical_records SELECT']);
  });

  test('of a denial, with the condition that was missing [N-29 N-35 +]', async () => {
    await database().as(receptionist, (session) => session.rows('select from medical_records'));
    await database().as(doctor, (session) => session.rows('select from medical_records'), {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    await database().as(stranger, (session) => session.rows('select from medical_records'));
    expect(await log().news()).toMatchObject([
      { outcome: 'denied', reason: 'role', user_id: receptionist.userId, organisation_id: CLINIC_A },
      { outcome: 'denied', reason: 'network', user_id: doctor.userId, organisation_id: CLINIC_A },
      { outcome: 'denied', reason: 'no_membership', user_id: stranger.userId },
    ]);
  });

  test('without what a header carries that is never stored, and the read is not refused [N-35 S-10 S-37 S-38 -]', async () => {
    const read = (said: Record<string, string>) =>
      database().as(
        doctor,
        (session) => session.value('select count(*) from medical_records where id = $1', [RECORD]),
        {
          headers: said,
        },
      );
    expect(
      await read({
        'x-justification': 'card 4111 1111 1111 1111 of 529.982.247-25',
        'user-agent': 'see https://x.example/storage/v1/object/sign/a?token=abc',
      }),
    ).toBe('1');
    for (const record of await log().news()) {
      expect(record).toMatchObject({ justification: '[withheld]', user_agent: '[withheld]' });
    }
    expect(await read({ 'x-justification': 'the wound of 2026-11-28', 'user-agent': 'app/1.2' })).toBe('1');
    const records = await log().news();
    expect(records).not.toEqual([]);
    for (const record of records) {
      expect(record).toMatchObject({ justification: 'the wound of 2026-11-28', user_agent: 'app/1.2' });
    }
  });

  test('of a write, though it is rolled back [N-35 N-47 +]', async () => {
    await database().as(doctor, (session) =>
      session.affected(`update patients set language = 'de' where id = $1`, [PATIENT]),
    );
    expect(await news()).toEqual(['allowed patients UPDATE']);
  });

  test('of a patient and of operations, each as their own realm, and as what they are in it [N-35 +]', async () => {
    await database().as(personas.patient, (session) => session.rows('select from medical_records'));
    await database().as(personas.opsAgent, (session) => session.rows('select from medical_records'));
    const records = await log().news();
    expect(
      records.filter(({ outcome }) => outcome === 'allowed').map(({ realm, role }) => ({ realm, role })),
    ).toEqual([
      { realm: 'patient', role: null },
      { realm: 'internal_ops', role: 'ops_agent' },
    ]);
  });
});

describe('each row of a chart that a statement is shown is on record', () => {
  const disclosed = async () =>
    (await log().news()).filter(({ outcome }) => outcome === 'disclosed').map(({ row_id }) => row_id);

  test('those that it finds, and no other: neither what its condition leaves out, nor the other clinic’s [N-35 N-47 +, N-35 -]', async () => {
    const seen = await database().as(doctor, (session) =>
      session.rows<{ id: string }>('select id from medical_records order by id'),
    );
    expect(seen.length).toBeGreaterThan(1);
    expect((await disclosed()).sort()).toEqual(seen.map(({ id }) => id));
    await database().as(doctor, (session) =>
      session.rows('select from medical_records where id = $1', [idOf('record', 'b', '01')]),
    );
    expect(await disclosed()).toEqual([]);
  });

  test('none where no rule allows one [N-29 N-35 -]', async () => {
    await database().as(receptionist, (session) => session.rows('select from medical_records'));
    expect(await disclosed()).toEqual([]);
  });
});

describe('nothing is on record', () => {
  test('of an ordinary read at the level basic [N-35 -]', async () => {
    await database().as(receptionist, (session) => session.rows('select from patients'));
    expect(await news()).toEqual([]);
  });

  test('of what is only explained [N-44 -]', async () => {
    await database().as(doctor, (session) =>
      session.rows(`select evaluate_policy('medical_records', 'SELECT', $1)`, [RECORD]),
    );
    expect(await news()).toEqual([]);
  });

  test('to the other clinic’s officer: each reads their own [N-35 S-02 -]', async () => {
    await database().as(doctor, (session) => session.rows('select from medical_records'));
    await log().news();
    const organisations = await database().as(personas.privacyOfficer, (session) =>
      session.rows<{ organisation_id: string }>('select distinct organisation_id from access_log'),
    );
    expect(organisations).toEqual([{ organisation_id: CLINIC_A }]);
    expect(organisations).not.toContainEqual({ organisation_id: CLINIC_B });
  });
});
