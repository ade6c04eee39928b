import { describe, expect, test } from 'vitest';
import { CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { become, evaluate, story } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('an explanation', () => {
  test('finds nobody else’s portal account, and no operator but oneself [N-08 N-15 -]', async () => {
    for (const [persona, table, other, own] of [
      [personas.patient, 'patient_accounts', idOf('account', 'a', '02'), idOf('account', 'a', '01')],
      [personas.opsAgent, 'ops_members', personas.opsAdmin.userId, personas.opsAgent.userId],
    ] as const) {
      expect(await evaluate(database(), persona, table, 'SELECT', own), 'control').toMatchObject({
        allowed: true,
      });
      const random = await evaluate(database(), persona, table, 'SELECT', NOBODY);
      expect(await evaluate(database(), persona, table, 'SELECT', other), table).toEqual(random);
    }
  });

  test('for an auditor ends at the clinic, though the portal login it is about is known at both [N-44 S-04 -]', async () => {
    await story(database(), async (session) => {
      await session.script(
        `select set_config('app.pinned_organisation_id', '${CLINIC_B}', true);
         insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
         values ('${CLINIC_B}', '${personas.patient.userId}', '${idOf('patient', 'b', '01')}', 'self')`,
      );
      await become(session, personas.patient);
      expect(
        await session.value(
          'select count(*)::integer from public.medical_records where organisation_id = $1',
          [CLINIC_B],
        ),
        'control: the login reads its chart there',
      ).toBe(3);
      await become(session, personas.privacyOfficer);
      const verdict = (id: string) =>
        session.value(`select public.simulate_policy('medical_records', 'SELECT', $1, $2)`, [
          id,
          personas.patient.userId,
        ]);
      expect(await verdict(idOf('record', 'a', '01')), 'control').toMatchObject({ allowed: true });
      expect(await verdict(idOf('record', 'b', '01'))).toEqual(await verdict(NOBODY));
    });
  });
});
