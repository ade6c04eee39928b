import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { PATIENT } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { clock } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const ENTRY = idOf('record', 'a', '78');
/** Of the seed, which a server wrote. */
const NOBODYS = idOf('record', 'a', '01');
/** Likewise, and without details. */
const NOBODYS_WITHOUT = idOf('record', 'a', '03');
const REFUSED = {
  ok: false,
  code: 'CD011',
  message: 'an entry of a chart is changed by its author, within a day',
};

/** What an entry says, column by column. */
const COLUMNS = [
  ['medical_records', `vitals = '{"heart_rate": 9}'`],
  ['medical_records', `medications = '["another"]'`],
  ['medical_record_details', `diagnosis = 'Another'`],
  ['medical_record_details', `codes = '{A00}'`],
  ['medical_record_details', `treatment_plan = 'Another'`],
  ['medical_record_details', `physician_notes = 'Another'`],
] as const;

const change = (session: Session, table: string, set: string, id = ENTRY) =>
  session.attempt(`update public.${table} set ${set} where organisation_id = '${CLINIC_A}' and id = '${id}'`);
/** Under what is theirs, whom no policy binds and every trigger does. */
async function written(as: Become, author: Persona): Promise<void> {
  const session = await as(author);
  await session.script('reset role');
  await session.rows(
    `insert into public.medical_records (organisation_id, id, patient_id, record_type) values ($1, $2, $3, 'observation')`,
    [CLINIC_A, ENTRY, PATIENT],
  );
  await session.rows(
    `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ($1, $2, $3, 'Synthetic')`,
    [CLINIC_A, ENTRY, PATIENT],
  );
}
const diagnose = (session: Session, id = ENTRY, more = '') =>
  session.attempt(
    `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis)
     values ('${CLINIC_A}', '${id}', '${PATIENT}', 'Another') ${more}`,
  );
/** An entry without details yet. */
const begun = async (as: Become, author: Persona) =>
  (await as(author)).rows(
    `insert into public.medical_records (organisation_id, id, patient_id, record_type) values ($1, $2, $3, 'observation')`,
    [CLINIC_A, ENTRY, PATIENT],
  );
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('an entry of a chart', () => {
  test.each(COLUMNS)(
    'of %s is changed by its author, and by no colleague: %s [S-16 N-37 +, S-16 -]',
    async (table, set) => {
      for (const [author, answer] of [
        [personas.doctor, { ok: true, count: 1 }],
        [personas.breakGlass, REFUSED],
        [personas.nurse, REFUSED],
      ] as const) {
        await tellStory(database(), async (as) => {
          await written(as, author);
          expect(await change(await as(personas.doctor), table, set), author.name).toMatchObject(answer);
        });
      }
    },
  );

  test.each(COLUMNS)(
    'of %s is changed within a day, and by nobody but the server after it: %s [S-16 +, S-16 -]',
    async (table, set) => {
      await tellStory(database(), async (as) => {
        await written(as, personas.doctor);
        const at = async (who: Persona, hours: number) => {
          const session = await as(who);
          await clock(session, inHours(hours));
          await session.rows(`savepoint before`);
          const outcome = await change(session, table, set);
          if (outcome.ok) await session.rows('rollback to savepoint before');
          return outcome;
        };
        // Whose chart is open at any hour.
        await (await as(personas.servicePinned)).rows(
          `update public.organisation_settings set business_hours = '{"start": 0, "end": 24}' where organisation_id = $1`,
          [CLINIC_A],
        );
        expect(await at(personas.doctor, 23.9), 'control').toMatchObject({ ok: true, count: 1 });
        expect(await at(personas.doctor, 24.1)).toMatchObject(REFUSED);
        expect(await at(personas.servicePinned, 24.1)).toMatchObject({ ok: true, count: 1 });
      });
    },
  );

  test('that a server wrote is nobody’s to write over, is corrected by a version, and is protected as before [S-16 N-01 +, S-16 -]', async () => {
    await tellStory(database(), async (as) => {
      const doctor = await as(personas.doctor);
      for (const [table, set] of COLUMNS)
        expect(await change(doctor, table, set, NOBODYS), set).toMatchObject(REFUSED);
      expect(await change(doctor, 'medical_records', `segments = '{HIV}'`, NOBODYS)).toMatchObject({
        ok: true,
        count: 1,
      });
      const version = await doctor.attempt(
        `insert into public.medical_records (organisation_id, patient_id, record_type, vitals, supersedes_id)
         values ('${CLINIC_A}', '${PATIENT}', 'observation', '{"heart_rate": 9}', '${NOBODYS}') returning version`,
      );
      expect(version).toMatchObject({ ok: true, rows: [{ version: 2 }] });
    });
  });

  test('is not written over by who takes their claims off in the middle of the statement [S-16 N-11 -]', async () => {
    await tellStory(database(), async (as) => {
      await written(as, personas.breakGlass);
      const doctor = await as(personas.doctor);
      expect(
        await doctor.attempt(
          `update public.medical_records set vitals = jsonb_build_object('forged', set_config('request.jwt.claims', '', true))
           where organisation_id = $1 and id = $2`,
          [CLINIC_A, ENTRY],
        ),
      ).toMatchObject({ ok: false, code: '42501' });
    });
  });

  test('is given its diagnosis by its author, and by no colleague, whom it would be read as saying it: not under what a server wrote either [S-16 N-37 +, S-16 -]', async () => {
    for (const [author, answer] of [
      [personas.doctor, { ok: true, count: 1 }],
      [personas.breakGlass, REFUSED],
      [personas.nurse, REFUSED],
    ] as const)
      await tellStory(database(), async (as) => {
        await begun(as, author);
        expect(await diagnose(await as(personas.doctor)), author.name).toMatchObject(answer);
        const server = author === personas.doctor ? NOBODYS_WITHOUT : ENTRY;
        expect(await diagnose(await as(personas.servicePinned), server), 'an import').toMatchObject({
          ok: true,
          count: 1,
        });
      });
    await tellStory(database(), async (as) => {
      expect(await diagnose(await as(personas.doctor), NOBODYS_WITHOUT)).toMatchObject(REFUSED);
      const upsert = 'on conflict (organisation_id, id) do update set diagnosis = excluded.diagnosis';
      expect(await diagnose(await as(personas.doctor), NOBODYS, upsert)).toMatchObject(REFUSED);
    });
  });

  test('is given its diagnosis within a day, and later by a version, which carries its own, a colleague’s too [S-16 +, S-16 -]', async () => {
    for (const [hours, answer] of [
      [23.9, { ok: true, count: 1 }],
      [24.1, REFUSED],
    ] as const)
      await tellStory(database(), async (as) => {
        await begun(as, personas.doctor);
        const doctor = await as(personas.doctor);
        await clock(doctor, inHours(hours));
        expect(await diagnose(doctor), String(hours)).toMatchObject(answer);
      });
    await tellStory(database(), async (as) => {
      await begun(as, personas.nurse);
      const version = idOf('record', 'a', '79');
      const doctor = await as(personas.doctor);
      await doctor.rows(
        `insert into public.medical_records (organisation_id, id, patient_id, record_type, supersedes_id)
         values ($1, $2, $3, 'observation', $4)`,
        [CLINIC_A, version, PATIENT, ENTRY],
      );
      expect(await diagnose(doctor, version)).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('tells who may add nothing to it no more than an id that nobody gave [S-16 N-14 -, S-16 +]', async () => {
    await tellStory(database(), async (as) => {
      await begun(as, personas.doctor);
      for (const who of [personas.nurse, personas.clinicAdmin, personas.doctorOfB])
        for (const id of [ENTRY, idOf('record', 'a', '99')])
          expect(await diagnose(await as(who), id), who.name).toMatchObject({ ok: false, code: '42501' });
      expect(await diagnose(await as(personas.doctor)), 'control').toMatchObject({ ok: true });
    });
  });
});
