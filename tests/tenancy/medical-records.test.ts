import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const PATIENT = idOf('patient', 'a', '01');
const OBSERVATION = idOf('record', 'a', '01');
const PSYCHIATRIC = idOf('record', 'a', '02');

const idsSeen = (session: Session, table: string) =>
  session
    .rows<{ id: string }>(`select id from public.${table} where patient_id = $1 order by id`, [PATIENT])
    .then((rows) => rows.map(({ id }) => id));

const seenBy = (persona: Persona, table: string) =>
  database().as(persona, (session) => idsSeen(session, table));

/** The persona's question in a world that the owner has changed first; everything is rolled back. */
function inAWorldWhere<T>(
  change: string,
  persona: Persona,
  ask: (session: Session) => Promise<T>,
  at = '',
): Promise<T> {
  return database().asSuperuser(
    async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      if (change !== '') await session.script(change);
      await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify(persona.claims),
      ]);
      await session.rows(`select set_config('request.headers', $1, true), set_config('test.now', $2, true)`, [
        '{"x-forwarded-for":"192.0.2.10"}',
        at,
      ]);
      await session.script(`set local role ${persona.role}`);
      return ask(session);
    },
    { rollback: true },
  );
}

const NOT_TREATING = `update public.care_relationships set ends_at = starts_at + interval '1 day' where user_id = '${personas.doctor.userId}' and organisation_id = '${CLINIC_A}'`;
const NO_CONSENT = `update public.consents set status = 'withdrawn' where patient_id = '${PATIENT}' and status = 'active' and organisation_id = '${CLINIC_A}'`;
const AFTER_HOURS = `update public.organisation_settings set business_hours = '{"start": 6, "end": 22}' where organisation_id = '${CLINIC_A}'`;
const BROKEN_GLASS = `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
  values ('${CLINIC_A}', '${PATIENT}', '${personas.doctor.userId}', '3', timestamptz '2026-07-01 02:00+00', timestamptz '2026-07-01 03:00+00')`;
/** 23:30 in São Paulo, while the glass is broken. */
const NIGHT = '2026-07-01 02:30+00';

describe('a diagnosis takes treatment, consent and the clinic\u2019s hours, or a broken glass', () => {
  for (let world = 0; world < 16; world += 1) {
    const [treating, consent, hours, emergency] = [world & 1, world & 2, world & 4, world & 8].map(Boolean);
    const isOpen = emergency || (treating && consent && hours);
    const title = Object.entries({ treating, consent, 'within hours': hours, 'broken glass': emergency })
      .map(([name, holds]) => `${holds ? '' : 'not '}${name}`)
      .join(', ');
    test(`${title}: ${isOpen ? 'seen' : 'not seen'} [N-04 N-18 N-25 N-28 N-45 ${isOpen ? '+' : '-'}]`, async () => {
      const change = [
        treating ? '' : NOT_TREATING,
        consent ? '' : NO_CONSENT,
        hours ? '' : AFTER_HOURS,
        emergency ? BROKEN_GLASS : '',
      ];
      for (const table of ['medical_record_details', 'medical_records']) {
        const seen = await inAWorldWhere(
          change.filter(Boolean).join(';\n'),
          personas.doctor,
          (session) => idsSeen(session, table),
          NIGHT,
        );
        expect(seen.includes(OBSERVATION), table).toBe(isOpen);
      }
    });
  }
});

describe('who sees what of a chart', () => {
  test('a treating doctor sees records, protected segments included, with their diagnosis [N-01 N-14 N-19 N-21 N-46 +]', async () => {
    const rows = await database().as(personas.doctor, (session) =>
      session.rows(
        'select id, diagnosis, vitals from public.medical_record_overview where patient_id = $1 order by id',
        [PATIENT],
      ),
    );
    expect(rows.map(({ id }) => id)).toEqual([OBSERVATION, PSYCHIATRIC, idOf('record', 'a', '03')]);
    expect(rows[0]).toMatchObject({ diagnosis: 'Synthetic diagnosis', vitals: { heart_rate: 72 } });
  });

  test('a treating nurse sees vitals, no diagnosis, and nothing of a protected segment [N-01 N-19 N-46 -]', async () => {
    const rows = await database().as(personas.nurse, (session) =>
      session.rows(
        'select id, diagnosis, vitals from public.medical_record_overview where patient_id = $1 order by id',
        [PATIENT],
      ),
    );
    expect(rows.map(({ id }) => id)).toEqual([OBSERVATION, idOf('record', 'a', '03')]);
    expect(rows[0]).toMatchObject({ diagnosis: null, vitals: { heart_rate: 72 } });
    expect(await seenBy(personas.nurse, 'medical_record_details')).toEqual([]);
  });

  test('administration, reception and finance see nothing of it [N-14 N-20 -]', async () => {
    for (const persona of [
      personas.clinicAdmin,
      personas.receptionist,
      personas.assistant,
      personas.finance,
    ]) {
      for (const table of ['medical_records', 'medical_record_details']) {
        expect(await seenBy(persona, table), `${persona.name} ${table}`).toEqual([]);
      }
    }
  });

  test('a doctor of the clinic who does not treat the patient sees nothing [N-21 -]', async () => {
    const seen = await inAWorldWhere(
      `update public.organisation_members set role = 'doctor', capabilities = '{}' where user_id = '${personas.assistant.userId}'`,
      personas.assistant,
      (session) => idsSeen(session, 'medical_records'),
    );
    expect(seen).toEqual([]);
  });

  test('the patient sees all of it, whatever consent and hour; another patient nothing [N-15 +]', async () => {
    expect(await seenBy(personas.patient, 'medical_records')).toHaveLength(3);
    expect(await seenBy(personas.patient, 'medical_record_details')).toHaveLength(2);
    expect(await seenBy(personas.guardian, 'medical_records')).toEqual([]);
  });

  test.each([
    ['starts a second later', `starts_at = timestamptz '2026-07-01 12:00:01+00'`, false],
    ['starts at this instant', `starts_at = timestamptz '2026-07-01 12:00+00'`, true],
    ['ends a second later', `ends_at = timestamptz '2026-07-01 12:00:01+00'`, true],
    ['ends at this instant', `ends_at = timestamptz '2026-07-01 12:00+00'`, false],
    ['was archived', 'archived_at = now()', false],
  ])('a relationship that %s: seen is %3$s [N-21 N-40 +, N-21 -]', async (_, change, isOpen) => {
    const seen = await inAWorldWhere(
      `update public.care_relationships set ${change} where patient_id = '${PATIENT}' and user_id = '${personas.doctor.userId}' and organisation_id = '${CLINIC_A}'`,
      personas.doctor,
      (session) => idsSeen(session, 'medical_records'),
      '2026-07-01 12:00+00',
    );
    expect(seen.length > 0).toBe(isOpen);
  });

  test.each([
    ['a microsecond before its end', '2026-06-30 23:59:59.999999+00', true],
    ['at its end', '2026-07-01 00:00+00', false],
  ])('a consent %s: seen is %3$s [N-40 N-45 +, N-45 -]', async (_, at, isOpen) => {
    const seen = await inAWorldWhere(
      `${NO_CONSENT};
       insert into public.consents (organisation_id, patient_id, purpose, status, expires_at)
       values ('${CLINIC_A}', '${PATIENT}', 'treatment', 'active', timestamptz '2026-07-01 00:00+00')`,
      personas.doctor,
      (session) => idsSeen(session, 'medical_records'),
      at,
    );
    expect(seen.length > 0).toBe(isOpen);
  });

  test('a consent to something else opens nothing [N-45 N-48 -]', async () => {
    const seen = await inAWorldWhere(
      `${NO_CONSENT};
       insert into public.consents (organisation_id, patient_id, purpose, status)
       values ('${CLINIC_A}', '${PATIENT}', 'marketing', 'active'), ('${CLINIC_A}', '${PATIENT}', 'general_operations', 'active')`,
      personas.doctor,
      (session) => idsSeen(session, 'medical_records'),
    );
    expect(seen).toEqual([]);
  });
});

describe('whom a patient shuts out', () => {
  const SHUT_OUT = `insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id)
    values ('${CLINIC_A}', '${PATIENT}', '${personas.doctor.userId}')`;

  test('no longer sees the chart, from this statement on; colleagues do [N-21 -]', async () => {
    const ask = (session: Session) => idsSeen(session, 'medical_records');
    expect(await inAWorldWhere(SHUT_OUT, personas.doctor, ask)).toEqual([]);
    expect(await inAWorldWhere(SHUT_OUT, personas.nurse, ask)).not.toEqual([]);
  });

  test('sees it again once the restriction is lifted, which is final and stamped [N-21 S-16 +]', async () => {
    const lift = `${SHUT_OUT}; update public.access_restrictions set lifted_at = 'infinity' where restricted_user_id = '${personas.doctor.userId}'`;
    expect(
      await inAWorldWhere(lift, personas.doctor, (session) => idsSeen(session, 'medical_records')),
    ).not.toEqual([]);
    const [row] = await inAWorldWhere(
      `${lift}; update public.access_restrictions set lifted_at = null where restricted_user_id = '${personas.doctor.userId}'`,
      personas.clinicAdmin,
      (session) =>
        session.rows(
          "select lifted_at < now() + interval '1 hour' as stamped from public.access_restrictions where restricted_user_id = $1",
          [personas.doctor.userId],
        ),
    );
    expect(row).toEqual({ stamped: true });
  });

  test('the patient writes it in the portal, for themselves alone [N-15 +, N-15 -]', async () => {
    const shut = (patient: string) => (session: Session) =>
      session.attempt(
        'insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id) values ($1, $2, $3)',
        [CLINIC_A, patient, personas.doctor.userId],
      );
    expect(await database().as(personas.patient, shut(PATIENT))).toMatchObject({ ok: true });
    const refused = await database().as(personas.patient, shut(idOf('patient', 'a', '02')));
    expect(refused).toMatchObject({ ok: false, code: '42501' });
  });

  test('lifts it themselves; a clinic_admin lifts what the clinic wrote down from a paper, and nothing that the patient wrote [N-18 +, N-18 -]', async () => {
    await tellStory(database(), async (as) => {
      const write = (session: Session, id: string, from: Persona) =>
        session.rows(
          'insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values ($1, $2, $3, $4)',
          [CLINIC_A, id, PATIENT, from.userId],
        );
      const lift = (session: Session, id: string) =>
        session.attempt('update public.access_restrictions set lifted_at = now() where id = $1', [id]);
      const [own, written] = [idOf('staff', 'e', '71'), idOf('staff', 'e', '72')];
      await write(await as(personas.patient), own, personas.doctor);
      await write(await as(personas.clinicAdmin), written, personas.nurse);
      expect(await lift(await as(personas.clinicAdmin), own)).toMatchObject({ ok: false, code: 'CD009' });
      expect(await lift(await as(personas.clinicAdmin), written), 'control').toMatchObject({
        ok: true,
        count: 1,
      });
      expect(await lift(await as(personas.patient), own), 'control').toMatchObject({ ok: true, count: 1 });
    });
  });

  test('a doctor can neither write nor lift one [N-05 -]', async () => {
    const lifted = await database().as(personas.doctor, (session) =>
      session.attempt('update public.access_restrictions set lifted_at = now() where patient_id = $1', [
        PATIENT,
      ]),
    );
    expect(lifted).toMatchObject({ ok: true, count: 0 });
  });
});

describe('writing a chart', () => {
  const insert = (columns: string, values: string) =>
    `insert into public.medical_records (organisation_id, patient_id, record_type${columns}) values ('${CLINIC_A}', '${PATIENT}', 'observation'${values})`;

  test('takes treatment, and neither consent nor hours: care that happened is recorded [N-21 +]', async () => {
    const outcome = await inAWorldWhere(
      `${NO_CONSENT};\n${AFTER_HOURS}`,
      personas.doctor,
      (s) => s.attempt(insert('', '')),
      NIGHT,
    );
    expect(outcome).toMatchObject({ ok: true, count: 1 });
    const refused = await inAWorldWhere(NOT_TREATING, personas.doctor, (s) => s.attempt(insert('', '')));
    expect(refused).toMatchObject({ ok: false, code: '42501' });
  });

  test('a nurse neither creates nor makes a protected record [N-01 -]', async () => {
    for (const statement of [
      insert(', segments', `, '{HIV}'`),
      `update public.medical_records set segments = '{HIV}' where id = '${OBSERVATION}'`,
    ]) {
      const outcome = await database().as(personas.nurse, (session) => session.attempt(statement));
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
      const control = await database().as(personas.doctor, (session) => session.attempt(statement));
      expect(control).toMatchObject({ ok: true, count: 1 });
    }
  });

  test('a new version is numbered, and the one before never changes again, nor its details [S-16 -]', async () => {
    await database().as(personas.doctor, async (session) => {
      const [row] = await session.rows<{ version: number }>(
        `${insert(', supersedes_id, vitals', `, '${OBSERVATION}', '{"heart_rate": 80}'`)} returning version`,
      );
      expect(row?.version).toBe(2);
      for (const statement of [
        `update public.medical_records set vitals = '{}' where id = '${OBSERVATION}'`,
        `update public.medical_record_details set diagnosis = 'Changed' where id = '${OBSERVATION}'`,
      ]) {
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD011' });
      }
      const second = await session.attempt(insert(', supersedes_id', `, '${OBSERVATION}'`));
      expect(second, 'history does not fork').toMatchObject({ ok: false, code: '23505' });
    });
    const control = await database().as(personas.doctor, async (session) => {
      const own = await session.value(`${insert('', '')} returning id`);
      return session.affected(
        `update public.medical_records set vitals = '{"heart_rate": 1}' where id = $1`,
        [own],
      );
    });
    expect(control).toBe(1);
  });

  test('takes codes that are codes: neither fifty of them nor one carries a file [N-18 -]', async () => {
    const write = (codes: string) =>
      database().as(personas.doctor, async (session) =>
        session.attempt(
          `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis, codes)
           values ('${CLINIC_A}', $1, '${PATIENT}', 'Synthetic', ${codes})`,
          [await session.value(`${insert('', '')} returning id`)],
        ),
      );
    for (const codes of [
      `array[repeat('x', 100000)]`,
      `array(select repeat('x', 100) from generate_series(1, 50))`,
    ])
      expect(await write(codes), codes).toMatchObject({ ok: false, code: '23514' });
    expect(
      await write(`array(select 'SNOMED:' || 1000000000000000 + n from generate_series(1, 50) as n)`),
    ).toMatchObject({ ok: true, count: 1 });
  });

  test('a prescription or discharge summary is a doctor’s: a nurse writes none, and no version of one [N-02 N-21 +, N-02 N-21 -]', async () => {
    const PRESCRIPTION = idOf('record', 'a', '03');
    const write = (persona: Persona, type: string, supersedes: string | null = null) =>
      database().as(persona, (session) =>
        session.attempt(
          `insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id) values ('${CLINIC_A}', '${PATIENT}', $1, $2)`,
          [type, supersedes],
        ),
      );
    for (const [type, supersedes] of [
      ['prescription', null],
      ['discharge_summary', null],
      ['observation', PRESCRIPTION],
    ] as const) {
      expect(await write(personas.nurse, type, supersedes), type).toMatchObject({ ok: false, code: '42501' });
      for (const who of [personas.doctor, personas.servicePinned])
        expect(await write(who, type, supersedes), who.name).toMatchObject({ ok: true, count: 1 });
    }
    expect(await write(personas.nurse, 'procedure'), 'control').toMatchObject({ ok: true, count: 1 });
  });

  test('a nurse corrects what a nurse may see, and nothing else [N-01 S-16 +, N-01 S-16 -]', async () => {
    const version = (persona: Persona, id: string) =>
      database().as(persona, (session) =>
        session.attempt(`${insert(', supersedes_id', `, '${id}'`)} returning version`),
      );
    expect(await version(personas.nurse, OBSERVATION)).toMatchObject({ ok: true, rows: [{ version: 2 }] });
    expect(await version(personas.nurse, PSYCHIATRIC)).toMatchObject({ ok: false, code: '23503' });
    expect(await version(personas.doctor, PSYCHIATRIC)).toMatchObject({ ok: true, rows: [{ version: 2 }] });
  });

  test('a version supersedes a record of the same patient and clinic, and of no other [S-04 -]', async () => {
    for (const id of [idOf('record', 'a', '05'), idOf('record', 'b', '01'), idOf('patient', 'a', '01')]) {
      const outcome = await database().as(personas.doctor, (session) =>
        session.attempt(insert(', supersedes_id', `, '${id}'`)),
      );
      expect(outcome).toMatchObject({ ok: false, code: '23503' });
    }
  });
});
