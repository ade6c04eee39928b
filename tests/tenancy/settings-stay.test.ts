import { expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

test('the settings of a clinic are archived by nobody: without them no chart opens, and no others could be written [N-28 -, N-28 +]', async () => {
  const charts = () =>
    database().as(personas.doctor, (session) =>
      session.value<number>('select count(*)::integer from public.medical_records'),
    );
  const change = (set: string) =>
    database().as(
      personas.opsAdmin,
      (session) =>
        session.attempt(`update public.organisation_settings set ${set} where organisation_id = $1`, [
          CLINIC_A,
        ]),
      { commit: true },
    );
  expect(await change(`business_hours = '{"start": 0, "end": 24}'`), 'control').toMatchObject({
    ok: true,
    count: 1,
  });
  expect(await charts(), 'control').toBeGreaterThan(0);
  expect(await change('archived_at = now()')).toMatchObject({ ok: false, code: '42501' });
  expect(await charts()).toBeGreaterThan(0);
  const admin = await database().as(personas.clinicAdmin, (session) =>
    session.attempt('update public.organisation_settings set archived_at = now()'),
  );
  expect(admin).toMatchObject({ ok: false, code: '42501' });
});
