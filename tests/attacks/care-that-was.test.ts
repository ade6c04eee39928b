import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const [ANA, BRUNO] = [idOf('patient', 'a', '01'), idOf('patient', 'a', '02')];

test('who treated a patient is not made one who never did: a clinic_admin ends care now, and neither begins it later nor ends it in the past [N-39 N-21 -, N-39 +]', async () => {
  const RUNNING = idOf('care', 'a', '01');
  const ENDED = idOf('care', 'a', '04');
  await tellStory(database(), async (as) => {
    const admin = await as(personas.clinicAdmin);
    const change = (id: string, to: string) =>
      admin.attempt(`update public.care_relationships set ${to} where id = $1`, [id]);
    const ended = (id: string) =>
      admin.value(
        'select ends_at between now() and clock_timestamp() from public.care_relationships where organisation_id = $1 and id = $2',
        [CLINIC_A, id],
      );
    for (const to of [
      `starts_at = now() + interval '1 day'`,
      `starts_at = starts_at + interval '1 microsecond'`,
    ])
      expect(await change(RUNNING, to), to).toMatchObject({ ok: false, code: 'CD013' });
    expect(await change(ENDED, `ends_at = ends_at - interval '1 hour'`)).toMatchObject({
      ok: false,
      code: 'CD013',
    });
    expect(await change(RUNNING, `ends_at = starts_at + interval '1 microsecond'`)).toMatchObject({
      ok: true,
      count: 1,
    });
    expect(await ended(RUNNING), 'it ends as it is written down').toBe(true);
    expect(
      await change(RUNNING, `ends_at = now() - interval '1 day'`),
      'nor once it has ended',
    ).toMatchObject({ ok: false, code: 'CD013' });
    // What is to come is planned otherwise.
    await admin.rows(
      `insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at)
       values ($1, $2, $3, $4, 'covering', now() + interval '2 days')`,
      [CLINIC_A, NOBODY, BRUNO, personas.nurse.userId],
    );
    for (const to of [
      `starts_at = now() + interval '3 days', ends_at = now() + interval '4 days'`,
      `ends_at = now() + interval '5 days'`,
    ])
      expect(await change(NOBODY, to), 'control').toMatchObject({ ok: true, count: 1 });
    const nurse = await as(personas.nurse);
    expect(
      (await nurse.rows('select from public.medical_records where patient_id = $1', [ANA])).length,
      'control: who treats still reads',
    ).toBeGreaterThan(0);
  });
});
