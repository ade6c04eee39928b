import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const RECORD = idOf('record', 'a', '01');
const WITHDRAWN = idOf('record', 'a', '04');

interface Verdict {
  readonly allowed: boolean;
  readonly reason: string;
  readonly conditions: readonly { readonly condition: string; readonly satisfied: boolean }[];
  readonly auditRequired: boolean;
  readonly emergencyAccess: boolean;
}

const evaluate = (persona: Persona, table: string, operation: string, id: string) =>
  database().as(persona, (session) =>
    session.value<Verdict>('select public.evaluate_policy($1, $2, $3)', [table, operation, id]),
  );

describe('why', () => {
  test('a treating doctor may read a record, with each condition and its verdict [N-08 +]', async () => {
    expect(await evaluate(personas.doctor, 'medical_records', 'SELECT', RECORD)).toEqual({
      allowed: true,
      reason: 'allowed',
      conditions: [
        { condition: 'role', satisfied: true },
        { condition: 'not_archived', satisfied: true },
        { condition: 'patient_active', satisfied: true },
        { condition: 'treating', satisfied: true },
        { condition: 'consent:treatment', satisfied: true },
        { condition: 'hours', satisfied: true },
        { condition: 'network', satisfied: true },
        { condition: 'purpose', satisfied: true },
        { condition: 'emergency', satisfied: false },
      ],
      auditRequired: true,
      emergencyAccess: false,
    });
  });

  test('not: neither treating nor consented, and how an emergency changes it [N-08 N-18 +, N-08 -]', async () => {
    expect(await evaluate(personas.doctor, 'medical_records', 'SELECT', WITHDRAWN)).toMatchObject({
      allowed: false,
      reason: 'not met: treating, consent:treatment',
      emergencyAccess: false,
    });
    await database().as(
      personas.doctor,
      (session) =>
        session.rows(`select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`, [
          idOf('patient', 'a', '03'),
        ]),
      { commit: true },
    );
    const verdict = await evaluate(personas.doctor, 'medical_records', 'SELECT', WITHDRAWN);
    expect(verdict).toMatchObject({
      allowed: true,
      reason: 'emergency access',
      auditRequired: true,
      emergencyAccess: true,
    });
  });

  test('a portal login may read their own chart, and a stranger\u2019s is not found [N-08 N-15 +, N-15 -]', async () => {
    expect(await evaluate(personas.patient, 'medical_records', 'SELECT', RECORD)).toMatchObject({
      allowed: true,
    });
    expect(await evaluate(personas.guardian, 'medical_records', 'SELECT', RECORD)).toMatchObject({
      allowed: false,
      reason: 'not found',
      conditions: [],
    });
  });

  test('nobody may delete, whatever the row [N-08 -]', async () => {
    expect(
      await evaluate(personas.clinicAdmin, 'patients', 'DELETE', idOf('patient', 'a', '01')),
    ).toMatchObject({
      allowed: false,
      reason: 'no rule for this role',
    });
  });

  test('whoever has no live session is told that, and not that no rule is theirs [N-08 -]', async () => {
    const NO_SESSION = {
      allowed: false,
      reason: 'no live session',
      conditions: [{ condition: 'session', satisfied: false }],
      auditRequired: false,
      emergencyAccess: false,
    };
    const ask = (claims: Readonly<Record<string, unknown>>, table = 'medical_records') =>
      database().as(
        personas.doctor,
        (session) =>
          session.attempt('select public.evaluate_policy($1, $2, $3) as verdict', [table, 'SELECT', RECORD]),
        { claims },
      );
    expect(await ask({ session_id: undefined })).toMatchObject({ rows: [{ verdict: NO_SESSION }] });
    expect(await ask({ session_id: NOBODY })).toMatchObject({
      rows: [{ verdict: NO_SESSION }],
    });
    expect(await ask({})).toMatchObject({ rows: [{ verdict: { allowed: true } }] });
    expect(await ask({ session_id: undefined }, 'no_such_table')).toMatchObject({ ok: false, code: 'CD012' });
  });

  test('a table without rules, an operation that is none and hostile names are refused [N-08 -]', async () => {
    for (const [table, operation] of [
      ['no_such_table', 'SELECT'],
      ['patients', 'TRUNCATE'],
      ['patients', 'select'],
      ['of', 'SELECT'],
      ['"; drop table public.patients; --', 'SELECT'],
      ['governance.classification', 'SELECT'],
      ['authz.rules_patients', 'SELECT'],
    ]) {
      const outcome = await database().as(personas.doctor, (session) =>
        session.attempt('select public.evaluate_policy($1, $2, $3)', [table, operation, RECORD]),
      );
      expect(outcome, `${table} ${operation}`).toMatchObject({ ok: false, code: 'CD012' });
    }
    const qualified = await evaluate(
      personas.doctor,
      'public.patients',
      'SELECT',
      idOf('patient', 'a', '01'),
    );
    expect(qualified).toMatchObject({ allowed: true });
  });
});

describe('to an outsider', () => {
  const answers = async (persona: Persona, table: string, ids: readonly string[]) =>
    new Set(
      (await Promise.all(ids.map((id) => evaluate(persona, table, 'SELECT', id)))).map((answer) =>
        JSON.stringify(answer),
      ),
    );

  test('another tenant\u2019s row and a random id get one answer [N-08 S-04 -]', async () => {
    expect(
      await answers(personas.doctorOfB, 'medical_records', [
        RECORD,
        WITHDRAWN,
        idOf('record', 'a', '02'),
        NOBODY,
      ]),
    ).toEqual(
      new Set([
        JSON.stringify({
          reason: 'not found',
          allowed: false,
          conditions: [],
          auditRequired: false,
          emergencyAccess: false,
        }),
      ]),
    );
  });

  test('so does a role that no rule speaks of, within the clinic [N-08 N-14 -]', async () => {
    for (const persona of [personas.receptionist, personas.stranger, personas.revoked, personas.signedOut]) {
      expect((await answers(persona, 'medical_records', [RECORD, NOBODY])).size, persona.name).toBe(1);
    }
  });

  test('a profile of nobody they share a clinic with is not found [N-08 S-04 -]', async () => {
    const of = (id = '') => evaluate(personas.doctor, 'profiles', 'SELECT', id);
    expect(await of(personas.doctorOfB.userId)).toEqual(await of(NOBODY));
    expect(await of(personas.nurse.userId)).toMatchObject({ allowed: true });
  });
});

describe('a simulation', () => {
  // Who works here, and what patients agreed to, is older than the moments that are asked about.
  beforeAll(async () => {
    await database().asSuperuser(async (session) => {
      for (const [table, column] of [
        ['organisation_members', 'accepted_at'],
        ['consents', 'given_at'],
      ])
        await session.script(
          `alter table public.${table} disable trigger user;
           update public.${table} set ${column} = '2018-01-01Z' where organisation_id = '${CLINIC_A}' and ${column} is not null;
           alter table public.${table} enable trigger user`,
        );
    });
  });

  const simulate = (persona: Persona, ...args: unknown[]) =>
    database().as(persona, (session) =>
      session.attempt('select public.simulate_policy($1, $2, $3, $4, $5, $6) as verdict', args),
    );
  const NOON = '2026-07-01 15:00+00';

  test('answers for another user, moment and address [N-44 +]', async () => {
    const ask = async (user: string | undefined, at: string | null, address: string | null) => {
      const outcome = await simulate(
        personas.privacyOfficer,
        'medical_records',
        'SELECT',
        RECORD,
        user,
        at,
        address,
      );
      return (outcome.ok && (outcome.rows[0]?.verdict as Verdict)) || undefined;
    };
    expect(await ask(personas.doctor.userId, NOON, '192.0.2.10')).toMatchObject({ allowed: true });
    expect(await ask(personas.doctor.userId, NOON, '203.0.113.5')).toMatchObject({
      reason: 'not met: network',
    });
    expect(await ask(personas.doctor.userId, '2025-12-31 15:00+00', '192.0.2.10')).toMatchObject({
      reason: 'not met: treating',
    });
    expect(await ask(personas.receptionist.userId, NOON, '192.0.2.10')).toMatchObject({
      reason: 'no rule for this role',
    });
    expect(await ask(personas.expired.userId, '2019-01-01 15:00+00', '192.0.2.10')).toMatchObject({
      reason: 'not met: treating',
    });
    expect(await ask(personas.expired.userId, NOON, '192.0.2.10')).toMatchObject({
      reason: 'no rule for this role',
    });
    expect(await ask(personas.patient.userId, NOON, null)).toMatchObject({ allowed: true });
  });

  test('equals what the other user is told [N-44 +]', async () => {
    for (const persona of [
      personas.doctor,
      personas.nurse,
      personas.breakGlass,
      personas.receptionist,
      personas.patient,
      personas.opsAgent,
      personas.opsAuditor,
    ]) {
      for (const [table, id] of [
        ['medical_records', RECORD],
        ['medical_record_details', RECORD],
        ['patients', idOf('patient', 'a', '01')],
        ['patients', idOf('patient', 'a', '04')],
        ['patient_clinical', idOf('patient', 'a', '03')],
        ['cases', idOf('case', 'a', '01')],
        ['medical_records', idOf('record', 'b', '01')],
      ] as const) {
        const outcome = await simulate(
          personas.privacyOfficer,
          table,
          'SELECT',
          id,
          persona.userId,
          null,
          '192.0.2.10',
        );
        const told = await evaluate(persona, table, 'SELECT', id);
        // Of another organisation than the examiner's nothing is told, also where operations reach it.
        if (persona.role === 'internal_ops' && id.startsWith('b')) continue;
        expect(outcome.ok && outcome.rows[0]?.verdict, `${persona.name} ${table} ${id}`).toEqual(told);
      }
    }
  });

  test('judges who is staff and has a portal account too as the staff that their token makes them [N-44 +, N-15 -]', async () => {
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.rows(
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`,
        [CLINIC_A, personas.nurse.userId, idOf('patient', 'a', '02')],
      );
    });
    for (const [table, id] of [
      ['medical_records', RECORD],
      ['patients', idOf('patient', 'a', '02')],
    ] as const) {
      const outcome = await simulate(
        personas.privacyOfficer,
        table,
        'SELECT',
        id,
        personas.nurse.userId,
        null,
        '192.0.2.10',
      );
      const told = await evaluate(personas.nurse, table, 'SELECT', id);
      expect(told, 'control').toMatchObject({ allowed: true });
      expect(outcome.ok && outcome.rows[0]?.verdict, table).toEqual(told);
    }
  });

  test('is for auditors and privacy officers, of their own organisation [N-44 S-04 -]', async () => {
    for (const persona of [personas.doctor, personas.clinicAdmin, personas.stranger]) {
      const outcome = await simulate(
        persona,
        'medical_records',
        'SELECT',
        RECORD,
        personas.doctor.userId,
        NOON,
        null,
      );
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
    const foreign = idOf('record', 'b', '01');
    for (const user of [personas.doctorOfB.userId, personas.patientOfB.userId, personas.doctor.userId]) {
      const verdict = async (id: string) => {
        const outcome = await simulate(
          personas.privacyOfficer,
          'medical_records',
          'SELECT',
          id,
          user,
          NOON,
          null,
        );
        return outcome.ok && outcome.rows[0]?.verdict;
      };
      expect(await verdict(foreign)).toMatchObject({ allowed: false });
      expect(await verdict(foreign)).toEqual(await verdict(NOBODY));
    }
  });

  test('writes nothing: it runs where nothing can be written, and the functions are not volatile [N-44 -]', async () => {
    const verdict = await database().as(personas.privacyOfficer, async (session) => {
      await session.script('set transaction read only');
      return session.value('select public.simulate_policy($1, $2, $3, $4)', [
        'medical_records',
        'SELECT',
        RECORD,
        personas.doctor.userId,
      ]);
    });
    expect(verdict).toHaveProperty('allowed');
    const volatile = await database().asSuperuser((session) =>
      session.rows(
        `select proname from pg_proc where proname in ('simulate', 'simulate_policy', 'evaluate_policy') and provolatile = 'v'`,
      ),
    );
    expect(volatile).toEqual([]);
    const set = await database().asSuperuser((session) =>
      session.value(`select count(*) from public.organisations where id = $1`, [CLINIC_A]),
    );
    expect(set).toBe('1');
  });
});
