import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const TABLES: readonly (readonly [table: string, patientKey: string])[] = [
  ['patients', 'id'],
  ['patient_identity', 'id'],
  ['patient_clinical', 'id'],
  ['consents', 'patient_id'],
  ['appointments', 'patient_id'],
  ['appointment_reasons', 'patient_id'],
  ['care_relationships', 'patient_id'],
  ['patient_accounts', 'patient_id'],
];

async function patientsSeen(persona: Persona, table: string, key: string): Promise<unknown[]> {
  const rows = await database().as(persona, (session) =>
    session.rows(`select distinct organisation_id, ${key} as patient from public.${table} order by 1, 2`),
  );
  return rows.map(({ organisation_id, patient }) => [organisation_id, patient]);
}

describe.each(TABLES)('the portal, on %s', (table, key) => {
  test('shows a patient what is theirs [N-15 +]', async () => {
    expect(await patientsSeen(personas.patient, table, key)).toEqual([
      [CLINIC_A, idOf('patient', 'a', '01')],
    ]);
  });

  test('shows a guardian what is of the person they represent [N-15 +]', async () => {
    expect(await patientsSeen(personas.guardian, table, key)).toEqual([
      [CLINIC_A, idOf('patient', 'a', '02')],
    ]);
  });

  test('shows a proxy whose account was revoked nothing [N-15 -]', async () => {
    const others = (await patientsSeen(personas.formerProxy, table, key)).filter(
      // Their own, revoked account stays readable to them as a row, and opens nothing.
      () => table !== 'patient_accounts',
    );
    expect(others).toEqual([]);
  });

  test('shows nobody a patient of the same id at another clinic [N-15 S-04 -]', async () => {
    // A row with the patient's id in the other tenant: ids are unique only within one.
    const seen = await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
        await session.script(`
          insert into public.patients (organisation_id, id, mrn, full_name)
          values ('${CLINIC_B}', '${idOf('patient', 'a', '01')}', 'TWIN', 'Twin id');
          insert into public.patient_identity (organisation_id, id) values ('${CLINIC_B}', '${idOf('patient', 'a', '01')}');
          insert into public.patient_clinical (organisation_id, id) values ('${CLINIC_B}', '${idOf('patient', 'a', '01')}');
          insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_B}', '${idOf('patient', 'a', '01')}', 'research');`);
        await session.script('set local role patient');
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.patient.claims),
        ]);
        return session.rows(`select distinct organisation_id from public.${table}`);
      },
      { rollback: true },
    );
    expect(seen).toEqual([{ organisation_id: CLINIC_A }]);
  });
});

describe.each([
  ['access_restrictions', 'restricted_user_id', `'${personas.doctorOfB.userId}'`],
  ['subject_requests', 'kind', `'access'`],
])('the portal of a patient of two clinics, on %s', (table, column, value) => {
  const TWIN = idOf('patient', 'a', '01');
  const OWN_THERE = idOf('patient', 'b', '03');
  const written = (patientId: string) =>
    database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
        await session.script(`
          insert into public.patients (organisation_id, id, mrn, full_name) values ('${CLINIC_B}', '${TWIN}', 'TWIN', 'Twin id');
          insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
          values ('${CLINIC_B}', '${personas.patient.userId}', '${OWN_THERE}', 'self');
          set local role patient`);
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.patient.claims),
        ]);
        return session.affected(
          `insert into public.${table} (organisation_id, patient_id, ${column}) values ('${CLINIC_B}', $1, ${value})`,
          [patientId],
        );
      },
      { rollback: true },
    );

  test('writes for themselves at the one where they have the other id [N-15 S-03 +]', async () => {
    expect(await written(OWN_THERE)).toBe(1);
  });

  test('writes for nobody there whose id is theirs here [N-15 S-04 -]', async () => {
    await expect(written(TWIN)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a portal login', () => {
  test('of a guardian or a proxy reads what the patient would, of protected segments too, and nothing once it is revoked [N-15 +, N-15 -]', async () => {
    const child = idOf('patient', 'a', '02');
    for (const [login, relationship] of [
      [personas.guardian, 'guardian'],
      [{ ...personas.stranger, role: 'patient' } as Persona, 'proxy'],
    ] as const) {
      await tellStory(database(), async (as) => {
        const owner = async (statement: string, values: unknown[]) => {
          const session = await as(personas.servicePinned);
          await session.script(`reset role; select set_config('request.jwt.claims', '', true)`);
          return session.rows(statement, [CLINIC_A, ...values]);
        };
        if (relationship === 'proxy')
          await owner(
            'insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, $4)',
            [login.userId, child, relationship],
          );
        await owner(
          `insert into public.medical_records (organisation_id, patient_id, record_type, segments)
           values ($1, $2, 'observation', '{PSY}'), ($1, $2, 'observation', '{}')`,
          [child],
        );
        const seen = async () =>
          (await as(login)).rows(
            'select is_segmented, count(*) > 0 as some from public.medical_records where patient_id = $1 group by 1 order by 1',
            [child],
          );
        expect(await seen(), relationship).toEqual([
          { is_segmented: false, some: true },
          { is_segmented: true, some: true },
        ]);
        await owner(
          'update public.patient_accounts set revoked_at = now() where organisation_id = $1 and user_id = $2',
          [login.userId],
        );
        expect(await seen(), relationship).toEqual([]);
      });
    }
  });

  test('reads its own data even where staff may not: inactive, or without consent [N-15 +]', async () => {
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      await session.affected(
        `update public.patients set status = 'inactive' where organisation_id = $1 and id = $2`,
        [CLINIC_B, idOf('patient', 'b', '01')],
      );
    });
    expect(await patientsSeen(personas.patientOfB, 'patients', 'id')).toEqual([
      [CLINIC_B, idOf('patient', 'b', '01')],
    ]);
  });

  test('closes with the account, from the next statement on [N-15 N-16 -]', async () => {
    const counts = await database().as(personas.guardian, async (session) => {
      const before = await session.value('select count(*)::integer from public.patients');
      await database().asSuperuser(async (admin) => {
        await admin.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await admin.affected('update public.patient_accounts set revoked_at = now() where user_id = $1', [
          personas.guardian.userId,
        ]);
      });
      return [before, await session.value('select count(*)::integer from public.patients')];
    });
    expect(counts).toEqual([1, 0]);
  });

  test('sees its own accounts while they last, and not one that was archived [N-15 N-16 -]', async () => {
    const account = '00000000-0000-7000-8000-0000000000fa';
    const seen = () =>
      database().as(personas.patient, (session) =>
        session.rows<{ id: string }>('select id from public.patient_accounts where id = $1', [account]),
      );
    const asSystem = (statement: string) =>
      database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.affected(statement);
      });
    await asSystem(
      `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship)
       values ('${CLINIC_A}', '${account}', '${personas.patient.userId}', '${idOf('patient', 'a', '02')}', 'guardian')`,
    );
    expect(await seen()).toHaveLength(1);
    await asSystem(`update public.patient_accounts set archived_at = now() where id = '${account}'`);
    expect(await seen()).toEqual([]);
  });

  test('links itself to nobody [N-15 N-05 -]', async () => {
    const outcome = await database().as(personas.patient, (session) =>
      session.attempt(
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'guardian')`,
        [CLINIC_A, personas.patient.userId, idOf('patient', 'a', '03')],
      ),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test('is linked by reception, to somebody else than the one who links [N-15 +]', async () => {
    const link = `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`;
    const [other, self] = await database().as(personas.receptionist, async (session) => [
      await session.attempt(link, [CLINIC_A, idOf('portal', 'a', '03'), idOf('patient', 'a', '01')]),
      await session.attempt(link, [CLINIC_A, personas.receptionist.userId, idOf('patient', 'a', '01')]),
    ]);
    expect(other).toMatchObject({ ok: true, count: 1 });
    expect(self).toMatchObject({ ok: false, code: '42501' });
  });

  test("withdraws its own consent and nobody else's [N-15 N-45 -]", async () => {
    const withdraw = `update public.consents set status = 'withdrawn' where id = $1`;
    const [own, other] = await database().as(personas.patient, async (session) => [
      await session.affected(withdraw, [idOf('consent', 'a', '01')]),
      await session.affected(withdraw, [idOf('consent', 'a', '04')]),
    ]);
    expect(own).toBe(1);
    expect(other).toBe(0);
  });

  test("of staff opens no portal, and one of a patient no clinic: the realm is the token's role [N-15 N-14 -]", async () => {
    const asStaff: Persona = {
      ...personas.patient,
      role: 'authenticated',
      claims: { ...personas.patient.claims, role: 'authenticated' },
    };
    const asPatient: Persona = {
      ...personas.doctor,
      role: 'patient',
      claims: { ...personas.doctor.claims, role: 'patient' },
    };
    for (const persona of [asStaff, asPatient]) {
      const count = await database().as(persona, (session) =>
        session.value('select count(*)::integer from public.patients'),
      );
      expect(count).toBe(0);
    }
  });
});
