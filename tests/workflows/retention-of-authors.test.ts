import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { clock, owner } from '../support/erasure.ts';
import { tellStory } from '../support/story.ts';
import { yearIn } from '../support/years.ts';

const database = useDatabase({ twins: false });
const ANA = idOf('patient', 'a', '01');

/** The licences of the two. */
const staying = async (session: Session) =>
  (
    await session.rows<{ licence: string }>(
      `select licence from public.professionals
       join public.organisation_members as m using (organisation_id, user_id)
       where organisation_id = $1 and user_id = any ($2) order by licence`,
      [CLINIC_A, [personas.nurse.userId, personas.assistant.userId]],
    )
  ).map(({ licence }) => licence);

test('who wrote a chart is kept with their licence for as long as it is, and who wrote none for a year after they left [N-38 N-49 +, N-38 N-49 -]', async () => {
  await tellStory(database(), async (as) => {
    const nurse = await as(personas.nurse);
    await nurse.rows(
      `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'observation')`,
      [CLINIC_A, ANA],
    );
    const admin = await as(personas.clinicAdmin);
    await admin.rows(
      `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'COREN', 'LIC-77')`,
      [CLINIC_A, personas.assistant.userId],
    );
    const server = await as(personas.servicePinned);
    for (const table of ['professionals', 'organisation_members'])
      expect(
        await server.affected(
          `update public.${table} set archived_at = now() where organisation_id = $1 and user_id = any ($2)`,
          [CLINIC_A, [personas.nurse.userId, personas.assistant.userId]],
        ),
        table,
      ).toBe(2);
    await server.rows('update public.legal_holds set released_at = now() where organisation_id = $1', [
      CLINIC_A,
    ]);
    const session = await owner(as);
    const retention = async (year: number) => {
      await clock(session, `${yearIn(year)}-12-31 12:00+00`);
      await session.rows(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
      return staying(session);
    };
    expect(await staying(session), 'control').toEqual(['LIC-03', 'LIC-77']);
    expect(await retention(2)).toEqual(['LIC-03']);
    expect(await retention(25), 'and goes with the chart').toEqual([]);
  });
});
