import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { TestDatabase } from '../support/test-database.ts';

const { clone, begin } = useOpenTransactions();

const ANA = idOf('patient', 'a', '01');
const ACTS: readonly (readonly [string, Persona, string, readonly unknown[]])[] = [
  [
    'a friend enrolled',
    personas.clinicAdmin,
    `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`,
    [CLINIC_A, personas.stranger.userId],
  ],
  [
    'a friend raised',
    personas.clinicAdmin,
    `update public.organisation_members set capabilities = '{finance}' where organisation_id = $1 and user_id = $2`,
    [CLINIC_A, personas.nurse.userId],
  ],
  [
    'a verdict on a broken glass',
    personas.clinicAdmin,
    `select public.review_emergency_access($1, 'justified', 'All as it should be.')`,
    [idOf('grant', 'a', '03')],
  ],
  [
    'no allergies',
    personas.doctor,
    'update public.patient_clinical set allergies = null where organisation_id = $1 and id = $2',
    [CLINIC_A, ANA],
  ],
  [
    'a guarantee of more',
    personas.opsAgent,
    'update public.guarantees_of_payment set limit_minor = limit_minor * 100 where organisation_id = $1 and id = $2',
    [CLINIC_A, idOf('guarantee', 'a', '01')],
  ],
  [
    'a consent in a patient’s name',
    personas.patient,
    `update public.consents set status = 'active' where organisation_id = $1 and id = $2`,
    [CLINIC_A, idOf('consent', 'a', '91')],
  ],
];

const asServer = (
  database: TestDatabase,
  ...statements: readonly (readonly [string, readonly unknown[]])[]
) =>
  database.asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    for (const [sql, values] of statements) await session.rows(sql, values);
  });
const isWaiting = (database: TestDatabase) =>
  database.asSuperuser((session) =>
    session.value<boolean>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
    ),
  );

test.each(ACTS)(
  'a statement that waits behind another of its own brings nothing in once its writer was put out: %s [N-16 S-03 -, N-16 +]',
  async (_, who, sql, values) => {
    for (const isOver of [true, false]) {
      const database = await clone();
      await asServer(database, [
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'research')`,
        [CLINIC_A, idOf('consent', 'a', '91'), ANA],
      ]);
      const ahead = await begin(database, who);
      expect(await outcomeOf(ahead.query(sql, [...values])), 'control').toBe(1);
      const behind = await begin(database, who);
      const outcome = outcomeOf(behind.query(sql, [...values]));
      while (!(await isWaiting(database))) await new Promise((go) => setTimeout(go, 20));
      if (isOver)
        await asServer(
          database,
          ['update public.ops_members set is_active = false where user_id = $1', [who.userId]],
          [
            'update public.organisation_members set is_active = false where organisation_id = $1 and user_id = $2',
            [CLINIC_A, who.userId],
          ],
          [
            'update public.patient_accounts set revoked_at = now() where organisation_id = $1 and user_id = $2',
            [CLINIC_A, who.userId],
          ],
        );
      await ahead.query('rollback');
      expect(await outcome, isOver ? 'put out' : 'control: still in').toBe(isOver ? '42501' : 1);
      await behind.query('rollback');
    }
  },
);
