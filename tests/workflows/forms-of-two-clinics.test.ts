import { expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { SIGNED, sign } from '../support/forms.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const at = (organisation: string): Persona => ({
  ...personas.patient,
  settings: { 'app.current_clinic_id': organisation },
});
const exported = (session: Session) =>
  session.attempt(`select public.export_signed_form($1) #>> '{form,organisation_id}' as organisation`, [
    SIGNED,
  ]);

test('who is a patient of two clinics has the evidence of the one that they name, whatever ids the other gives its forms [S-04 S-31 +, S-04 S-31 -]', async () => {
  await tellStory(database(), async (as) => {
    const patient = idOf('patient', 'b', '01');
    expect(await exported(await as(personas.patient)), 'control').toMatchObject({
      ok: true,
      rows: [{ organisation: CLINIC_A }],
    });
    const owner = await as(personas.patient);
    await owner.script('reset role');
    await owner.rows(
      `select set_config('request.jwt.claims', '', true), set_config('app.pinned_organisation_id', $1, true)`,
      [CLINIC_B],
    );
    await owner.rows(
      `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'self')`,
      [CLINIC_B, personas.patient.userId, patient],
    );
    // A clinic chooses the ids of its forms.
    await (await as(personas.receptionistOfB)).rows(
      'insert into public.signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)',
      [CLINIC_B, SIGNED, patient, idOf('template', 'f', '04')],
    );
    expect(await sign(await as(at(CLINIC_B)), SIGNED, 'Ana Souza', 'acknowledgement')).toMatchObject({
      ok: true,
    });
    for (const organisation of [CLINIC_A, CLINIC_B])
      expect(await exported(await as(at(organisation))), organisation).toMatchObject({
        ok: true,
        rows: [{ organisation }],
      });
    expect(await exported(await as(personas.patient)), 'no guess where nobody says').toMatchObject({
      ok: false,
      code: 'CD010',
    });
  });
});
