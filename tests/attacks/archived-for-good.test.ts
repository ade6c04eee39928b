import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas, transporters } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';
import { COMPANY, DRIVEN } from '../support/transfers.ts';

const database = useDatabase();

test('a claim is not put away while its invoice is given back, to stand for nothing afterwards [S-34 -, S-34 +]', async () => {
  await tellStory(database(), async (as) => {
    const agent = await as(personas.opsAgent);
    const own = [CLINIC_A, idOf('claim', 'a', '01')];
    const set = (change: string) =>
      agent.attempt(`update public.claims set ${change} where organisation_id = $1 and id = $2`, own);
    expect(await set(`status = 'submitted'`), 'control').toMatchObject({ ok: true, count: 1 });
    expect(await set('archived_at = now()'), 'control').toMatchObject({ ok: true, count: 1 });
    await agent.rows('select public.detach_invoice($1, $2)', [CLINIC_A, idOf('invoice', 'a', '03')]);
    await set('archived_at = null');
    expect(
      await (await as(personas.servicePinned)).rows(
        'select status from public.claims where organisation_id = $1 and id = $2 and archived_at is null',
        own,
      ),
    ).toEqual([]);
  });
});

test('nor an assignment while its vehicle goes out of use [S-18 -]', async () => {
  await tellStory(database(), async (as) => {
    const admin = await as(transporters.admin);
    const van = idOf('vehicle', 'c', '02');
    await admin.rows(
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
       select organisation_id, id, $2, $3 from public.transfer_jobs where organisation_id = $1 and transfer_id = $4`,
      [COMPANY, van, idOf('crew', 'c', '01'), DRIVEN],
    );
    await admin.rows('update public.vehicle_assignments set archived_at = now() where vehicle_id = $1', [
      van,
    ]);
    await admin.rows('update public.vehicles set archived_at = now() where id = $1', [van]);
    await admin.attempt('update public.vehicle_assignments set archived_at = null where vehicle_id = $1', [
      van,
    ]);
    expect(
      await admin.rows(
        'select 1 from public.vehicle_assignments where vehicle_id = $1 and archived_at is null',
        [van],
      ),
    ).toEqual([]);
  });
});

test('what a caller archives stays archived, in the same transaction too; the server repairs it [S-16 -, S-16 +]', async () => {
  const own = [CLINIC_A, idOf('patient', 'a', '01')];
  await tellStory(database(), async (as) => {
    const admin = await as(personas.clinicAdmin);
    const state = async () =>
      (await as(personas.servicePinned)).rows<{ is_archived: boolean; by: string | null }>(
        `select archived_at is not null as is_archived, archived_by_user_id as by
         from public.care_relationships where organisation_id = $1 and patient_id = $2`,
        own,
      );
    await admin.rows(
      'update public.care_relationships set archived_at = now() where organisation_id = $1 and patient_id = $2',
      own,
    );
    await admin.rows(
      'update public.care_relationships set archived_at = null where organisation_id = $1 and patient_id = $2',
      own,
    );
    const archived = await state();
    expect(archived.length).toBeGreaterThan(0);
    for (const row of archived) expect(row).toEqual({ is_archived: true, by: personas.clinicAdmin.userId });
    const server = await as(personas.servicePinned);
    await server.rows(
      'update public.care_relationships set archived_at = null where organisation_id = $1 and patient_id = $2',
      own,
    );
    for (const row of await state()) expect(row).toEqual({ is_archived: false, by: null });
  });
});
