import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, asked, clock, erase, LATER, owner, plan, reportOf } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';
import { anotherOfficer, askedBy, step, takenUp } from '../support/subject-exports.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

describe('nothing is erased', () => {
  test.each([
    ['of the patient', ANA],
    ['of the whole clinic', null],
  ])('under a hold %s, until it is released [N-49 -]', async (_, held) => {
    await story(async (as) => {
      const officer = await asked(as);
      await officer.rows(
        `insert into public.legal_holds (organisation_id, id, patient_id, reason) values ($1, $2, $3, 'An order of the court.')`,
        [CLINIC_A, idOf('hold', 'a', '77'), held],
      );
      for (const attempt of [erase, plan])
        expect(await attempt(officer)).toMatchObject({ ok: false, code: 'CD020' });
      await officer.rows('update public.legal_holds set released_at = now() where id = $1', [
        idOf('hold', 'a', '77'),
      ]);
      expect(await erase(officer)).toMatchObject({ ok: true });
    });
  });

  test('by anybody but the officer of the clinic, by another request, twice, or without being taken up [N-49 S-04 -]', async () => {
    await story(async (as) => {
      await asked(as);
      for (const persona of [
        personas.clinicAdmin,
        personas.doctor,
        personas.receptionist,
        personas.patient,
        personas.opsAdmin,
        personas.servicePinned,
        personas.anon,
      ] as Persona[]) {
        for (const attempt of [erase, plan])
          expect(await attempt(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      }
      const officer = await as(personas.privacyOfficer);
      expect(await erase(officer, idOf('request', 'b', '01'))).toMatchObject({
        ok: false,
        code: 'CD010',
        message: 'request not found',
      });
      expect(await erase(officer, idOf('request', 'a', '77'))).toMatchObject({
        ok: false,
        code: 'CD010',
        message: 'request not found',
      });
      expect(await erase(officer, idOf('request', 'a', '01')), 'a request for access').toMatchObject({
        ok: false,
        code: 'CD013',
      });
      expect(await erase(officer)).toMatchObject({ ok: true });
      expect(await erase(officer)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('for a request that the officer took down: somebody else has heard the patient, or another officer erases [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      let officer = await as(personas.privacyOfficer);
      const own = await askedBy(officer, ANA, 'erasure');
      await step(officer, own);
      expect(await plan(officer, own), 'what it would do, anybody may know').toMatchObject({ ok: true });
      expect(await erase(officer, own)).toMatchObject({
        ok: false,
        code: 'CD008',
        message: 'you took this request down yourself',
      });
      const told = await owner(as);
      const phone =
        'select phone is not null from public.patient_identity where organisation_id = $1 and id = $2';
      expect(await told.value(phone, [CLINIC_A, ANA]), 'nothing is half done').toBe(true);
      const other = await takenUp(as, ANA, 'erasure');
      officer = await as(personas.privacyOfficer);
      expect(await erase(officer, other), 'what reception took down').toMatchObject({ ok: true });
      expect(await erase(await anotherOfficer(as), own), 'a colleague').toMatchObject({ ok: true });
    });
  });

  test('where a table has no rule: it is refused, and nothing is half done [N-49 -]', async () => {
    await story(async (as) => {
      await asked(as);
      const session = await owner(as);
      await session.script(`create table public.added (organisation_id uuid, id uuid, patient_id uuid, primary key (organisation_id, id),
        foreign key (organisation_id, patient_id) references public.patients (organisation_id, id))`);
      const officer = await as(personas.privacyOfficer);
      expect(await erase(officer)).toMatchObject({ ok: false, code: 'CD020', detail: 'public.added' });
      const again = await owner(as);
      expect(
        await again.value(
          'select phone is not null from public.patient_identity where organisation_id = $1 and id = $2',
          [CLINIC_A, ANA],
        ),
      ).toBe(true);
    });
  });

  test('of the same id at another clinic [N-49 S-04 -]', async () => {
    await story(async (as) => {
      let session = await owner(as);
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      await session.rows(
        `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'TWIN', 'Twin Id')`,
        [CLINIC_B, ANA],
      );
      const officer = await asked(as);
      await clock(officer, LATER);
      reportOf(await erase(officer));
      session = await owner(as);
      expect(
        await session.value('select full_name from public.patients where organisation_id = $1 and id = $2', [
          CLINIC_B,
          ANA,
        ]),
      ).toBe('Twin Id');
    });
  });
});
