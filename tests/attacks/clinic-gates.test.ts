import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { breakGlass, PATIENT, UNTREATED } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('a gate of one clinic', () => {
  /** A doctor of both clinics who treats the one, and broke the glass for the other, at B: under the ids of A's patients. */
  const both = { ...personas.dual, name: 'doctor of A and B acting in A' };
  const patients = [PATIENT, UNTREATED];

  /** Asks for patients one by one, and chooses B after the fence has been asked and before the gates are. */
  const charts = (choice: string) => async (session: Session) => {
    await session.script('set local enable_seqscan = off');
    return session.value<number>(
      `select count(r.id)::integer
       from (
         select v.id, case when v.n = 2 then set_config('app.current_clinic_id', $2, true) end as chosen
         from unnest($1::uuid[]) with ordinality as v (id, n)
         offset 0
       ) as v
       cross join lateral (
         select m.id from public.medical_records as m where m.patient_id = v.id and v.chosen is distinct from '' offset 0
       ) as r`,
      [[NOBODY, ...patients], choice],
    );
  };

  test('lends no role to another: who is clinic_admin there alone sees what reception sees here [N-22 N-27 -]', async () => {
    const inactive = idOf('patient', 'a', '04');
    const read = (persona: Persona, choice: string) =>
      database().as(persona, async (session) => {
        await session.script('set local enable_indexscan = off; set local enable_bitmapscan = off');
        const rows = await session.rows<{ id: string }>(
          `select id, set_config('app.current_clinic_id', $1, true) from public.patients`,
          [choice],
        );
        return rows.map(({ id }) => id);
      });
    expect(await read(personas.clinicAdmin, CLINIC_A), 'control').toContain(inactive);
    expect(await read(personas.dual, CLINIC_A)).not.toContain(inactive);
    expect(await read(personas.dual, CLINIC_B), 'choosing B half way').not.toContain(inactive);
  });

  test('opens nothing at another for who chooses that in the middle of a statement [N-21 N-22 S-02 -]', async () => {
    await database().asSuperuser(async (session) => {
      for (const clinic of [CLINIC_A, CLINIC_B]) {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [clinic]);
        await session.rows(
          `update public.organisation_members set role = 'doctor' where organisation_id = $1 and user_id = $2`,
          [clinic, both.userId],
        );
      }
    });
    for (const [n, id] of patients.entries()) {
      await database().as(
        personas.receptionistOfB,
        (session) =>
          session.rows(
            'insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, $3, $4)',
            [CLINIC_B, id, `TWIN-${n}`, 'Twin'],
          ),
        { commit: true },
      );
    }
    await database().as(
      personas.clinicAdminOfB,
      (session) =>
        session.rows(
          `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
           values ($1, $2, $3, 'primary', now() - interval '1 hour')`,
          [CLINIC_B, PATIENT, both.userId],
        ),
      { commit: true },
    );
    await database().as(
      { ...both, settings: { 'app.current_clinic_id': CLINIC_B } },
      (session) => breakGlass(session),
      {
        commit: true,
      },
    );
    expect(await database().as(personas.doctor, charts(CLINIC_A)), 'control: who treats there').not.toBe(0);
    expect(await database().as(both, charts(CLINIC_A)), 'acting in A').toBe(0);
    expect(await database().as(both, charts(CLINIC_B)), 'choosing B half way').toBe(0);
  });
});
