import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const insertPatient = (clinic: string, mrn: string) => ({
  text: 'insert into public.patients (organisation_id, mrn, full_name) values ($1, $2, $3)',
  values: [clinic, mrn, 'New Patient'],
});

/** Every row of both clinics as it is now. */
async function patientsNow() {
  return database().asSuperuser((session) =>
    session.rows(
      'select organisation_id, id, mrn, full_name, language from public.patients order by organisation_id, id',
    ),
  );
}

describe('an insert', () => {
  test('into the own clinic is accepted [S-03 N-22 +]', async () => {
    const { text, values } = insertPatient(CLINIC_A, 'NEW-1');
    expect(await database().as(personas.receptionist, (session) => session.affected(text, values))).toBe(1);
  });

  test.each([personas.receptionist, personas.clinicAdmin, personas.dual] as Persona[])(
    'into another clinic is refused: $name [S-03 N-22 N-24 -]',
    async (persona) => {
      const { text, values } = insertPatient(CLINIC_B, 'NEW-2');
      const outcome = await database().as(persona, (session) => session.attempt(text, values));
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    },
  );

  test('without organisation is refused, not filled in silently [S-03 N-22 -]', async () => {
    const outcome = await database().as(personas.receptionist, (session) =>
      session.attempt(`insert into public.patients (mrn, full_name) values ('NEW-3', 'New Patient')`),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });
});

describe('an update', () => {
  test('of the own clinic changes its rows and no others, even without WHERE [S-03 +]', async () => {
    const before = await patientsNow();
    const affected = await database().as(
      personas.receptionist,
      (session) => session.affected(`update public.patients set language = 'fr'`),
      { commit: true },
    );
    const after = await patientsNow();
    const changed = after.filter((row, index) => row.language !== before[index]?.language);
    expect(changed.length).toBe(affected);
    expect(affected).toBe(3);
    expect(new Set(changed.map((row) => row.organisation_id))).toEqual(new Set([CLINIC_A]));
  });

  test.each([
    ['with WHERE', `update public.patients set full_name = 'X' where organisation_id = '${CLINIC_B}'`],
    ['by id', `update public.patients set full_name = 'X' where id = '${idOf('patient', 'b', '01')}'`],
    [
      'with RETURNING',
      `update public.patients set full_name = 'X' where id = '${idOf('patient', 'b', '01')}' returning id`,
    ],
    [
      'from a join',
      `update public.patients p set full_name = 'X' from public.appointments a
        where a.patient_id = p.id and p.organisation_id = '${CLINIC_B}'`,
    ],
    [
      'by MERGE',
      `merge into public.patients p using (values ('${idOf('patient', 'b', '01')}'::uuid)) v (id) on p.id = v.id
        when matched then update set full_name = 'X'`,
    ],
  ])('of another clinic changes nothing: %s [S-03 N-24 -]', async (_, statement) => {
    const before = await patientsNow();
    const affected = await database().as(personas.clinicAdmin, (session) => session.affected(statement), {
      commit: true,
    });
    expect(affected).toBe(0);
    expect(await patientsNow()).toEqual(before);
  });
});

describe('moving a row to another clinic', () => {
  const move = `update public.patients set organisation_id = '${CLINIC_B}'`;

  test.each([
    ['bare', move],
    ['with WHERE', `${move} where id = '${idOf('patient', 'a', '01')}'`],
  ])('is refused for lack of the column: %s [S-03 -]', async (_, statement) => {
    for (const persona of [personas.clinicAdmin, personas.dual, personas.dualInB]) {
      const outcome = await database().as(persona, (session) => session.attempt(statement));
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test.each([
    ['bare', move],
    ['with WHERE', `${move} where id = '${idOf('patient', 'a', '01')}'`],
  ])(
    'is refused by policy or trigger where somebody had granted the column: %s [S-03 -]',
    async (_, statement) => {
      await database().asPostgres(
        async (session) => {
          await session.script('grant update (organisation_id) on public.patients to authenticated');
          for (const persona of [personas.clinicAdmin, personas.dual]) {
            const outcome = await session.undone(async () => {
              await session.script('set local role authenticated');
              for (const [name, value] of Object.entries({
                'request.jwt.claims': JSON.stringify(persona.claims),
                ...('settings' in persona ? persona.settings : {}),
              })) {
                await session.rows('select set_config($1, $2, true)', [name, value]);
              }
              return session.attempt(statement);
            });
            expect(outcome.ok, persona.name).toBe(false);
            expect(outcome, persona.name).toMatchObject({ code: expect.stringMatching(/^(42501|CD003)$/) });
          }
        },
        { rollback: true },
      );
    },
  );

  test('is refused to the service role and to the migrating role too [S-03 S-05 -]', async () => {
    const statement = `${move} where id = '${idOf('patient', 'a', '01')}' and organisation_id = '${CLINIC_A}'`;
    const settings = { 'app.pinned_organisation_id': CLINIC_B };
    const byService = await database().as(personas.service, (session) => session.attempt(statement), {
      settings,
    });
    expect(byService).toMatchObject({ ok: false, code: 'CD003' });
    const byPostgres = await database().asPostgres((session) => session.attempt(statement), {
      rollback: true,
    });
    expect(byPostgres).toMatchObject({ ok: false, code: 'CD003' });
  });

  test('control: the same roles may change the row in place [S-03 +]', async () => {
    const statement = `update public.patients set language = 'de' where organisation_id = '${CLINIC_A}' and id = '${idOf('patient', 'a', '01')}'`;
    for (const persona of [personas.clinicAdmin, personas.dual, personas.servicePinned]) {
      expect(await database().as(persona, (session) => session.affected(statement)), persona.name).toBe(1);
    }
  });
});

describe('deleting', () => {
  test.each([
    'delete from public.patients',
    `delete from public.patients where id = '${idOf('patient', 'a', '01')}'`,
  ])("is nobody's: %s [S-03 N-09 -]", async (statement) => {
    for (const persona of [
      personas.clinicAdmin,
      personas.opsAdmin,
      personas.patient,
      personas.servicePinned,
    ]) {
      const outcome = await database().as(persona, (session) => session.attempt(statement));
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('archiving is how a row goes: it is gone for staff and kept in the table [S-03 S-16 +]', async () => {
    const id = idOf('patient', 'b', '02');
    await database().as(
      personas.clinicAdminOfB,
      (session) => session.affected('update public.patients set archived_at = now() where id = $1', [id]),
      { commit: true },
    );
    const seen = await database().as(personas.clinicAdminOfB, (session) =>
      session.rows('select id from public.patients where id = $1', [id]),
    );
    expect(seen).toEqual([]);
    const kept = await database().asSuperuser((session) =>
      session.rows('select archived_by_user_id from public.patients where organisation_id = $1 and id = $2', [
        CLINIC_B,
        id,
      ]),
    );
    expect(kept).toEqual([{ archived_by_user_id: personas.clinicAdminOfB.userId }]);
  });
});

test.each([
  [
    'beds',
    `(ward, label) = ('Ward 1', 'Bed 03')`,
    `(organisation_id, ward, label) values ($1, 'Ward 1', 'Bed 03')`,
  ],
  [
    'vehicles',
    `registration = 'VAN-02'`,
    `(organisation_id, registration, kind) values ($1, 'VAN-02', 'van')`,
  ],
  [
    'crew_members',
    `duty = 'paramedic'`,
    `(organisation_id, user_id, duty) values ($1, '${idOf('staff', 'a', '04')}', 'paramedic')`,
  ],
  [
    'organisation_networks',
    `cidr = '192.0.2.0/24'`,
    `(organisation_id, cidr, mode, label) values ($1, '192.0.2.0/24', 'allow', 'Again')`,
  ],
])(
  '%s: what was archived by mistake is written again, and never twice at once [S-16 +, S-16 -]',
  async (table, which, again) => {
    await database().as(personas.clinicAdmin, async (session) => {
      const write = () => session.attempt(`insert into public.${table} ${again}`, [CLINIC_A]);
      expect(await write()).toMatchObject({ ok: false, code: '23505' });
      expect(await session.affected(`update public.${table} set archived_at = now() where ${which}`)).toBe(1);
      expect(await write()).toMatchObject({ ok: true, count: 1 });
      expect(await write()).toMatchObject({ ok: false, code: '23505' });
    });
  },
);
