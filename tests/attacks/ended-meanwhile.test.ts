import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';

const { clone, begin } = useOpenTransactions();

const isOver = (database: TestDatabase, persona: Persona, over: boolean) =>
  database.asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.rows(
      'update public.organisation_members set is_active = $2 where organisation_id = $3 and user_id = $1',
      [persona.userId, !over, CLINIC_A],
    );
  });

const NURSE = personas.nurse.userId;
const ADMIN: [string, string, unknown[], string | number][] = [
  [
    'the capabilities of a friend',
    `update public.organisation_members set capabilities = '{finance}' where organisation_id = $1 and user_id = $2`,
    [CLINIC_A, NURSE],
    0,
  ],
  ['an invitation', `select public.invite_member('friend@clinic.example', 'doctor')`, [], '42501'],
  [
    'the hours',
    `update public.organisation_settings set business_hours = '{"start": 1, "end": 23}' where organisation_id = $1`,
    [CLINIC_A],
    0,
  ],
  [
    'a network',
    `insert into public.organisation_networks (organisation_id, cidr, mode) values ($1, '198.51.100.0/24', 'allow')`,
    [CLINIC_A],
    '42501',
  ],
  [
    'an end of care that is taken back',
    'update public.care_relationships set ends_at = null where organisation_id = $1 and user_id = $2 and ends_at is null',
    [CLINIC_A, personas.doctor.userId],
    0,
  ],
  [
    'a restriction',
    'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2)',
    [CLINIC_A, idOf('patient', 'a', '02')],
    '42501',
  ],
];

test('whoever is a member no more writes nothing that opens anything, however long ago their transaction began [N-16 S-03 -, S-03 +]', async () => {
  const database = await clone();
  for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
    for (const [what, sql, values, refused] of ADMIN) {
      const slow = await begin(database, personas.clinicAdmin, isolation);
      await isOver(database, personas.clinicAdmin, true);
      expect(await outcomeOf(slow.query(sql, values)), `${what}, ${isolation}`).toBe(
        isolation === 'read committed' ? refused : 'CD007',
      );
      await slow.query('rollback');
      await isOver(database, personas.clinicAdmin, false);
    }
  }
  for (const [what, sql, values] of ADMIN) {
    const client = await begin(database, personas.clinicAdmin, 'read committed');
    expect(await outcomeOf(client.query(sql, values)), `${what}, control`).toBe(1);
    await client.query('rollback');
  }
});

test('nor does an invitation bring anybody in whose inviter left before, and the settings that open nothing are written at any level [N-16 -, N-16 +]', async () => {
  const database = await clone();
  const address = String(
    await database.asSuperuser((session) =>
      session.value('select email from auth.users where id = $1', [personas.doctorOfB.userId]),
    ),
  );
  await database.asSuperuser((session) =>
    session.rows('update auth.users set email_confirmed_at = now() where id = $1', [
      personas.doctorOfB.userId,
    ]),
  );
  const token = await database.as(
    personas.clinicAdmin,
    (session) => session.value<string>(`select token from public.invite_member($1, 'doctor')`, [address]),
    { commit: true },
  );
  for (const [isolation, over, expected] of [
    ['repeatable read', true, 'CD007'],
    ['read committed', true, '42501'],
    ['read committed', false, 1], // control
  ] as const) {
    const slow = await begin(database, personas.doctorOfB, isolation);
    await isOver(database, personas.clinicAdmin, over);
    expect(
      await outcomeOf(slow.query('select public.accept_invitation($1)', [token])),
      `${isolation}, ${over}`,
    ).toBe(expected);
    await slow.query('rollback');
    await isOver(database, personas.clinicAdmin, false);
  }
  const other = await begin(database, personas.clinicAdmin, 'repeatable read');
  expect(
    await outcomeOf(
      other.query('update public.organisation_settings set modules = modules where organisation_id = $1', [
        CLINIC_A,
      ]),
    ),
  ).toBe(1);
});
