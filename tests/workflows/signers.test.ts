import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, CHILD, carrying, consentOf, DRAFT, formOf, sign } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

describe('who signs', () => {
  test('a guardian signs for the child, and as what their account says [S-31 N-15 +]', async () => {
    await story(async (as) => {
      await (await as(personas.receptionist)).rows(
        `insert into public.signed_forms (organisation_id, id, patient_id, template_id, capacity) values ($1, $2, $3, $4, 'patient')`,
        [CLINIC_A, NOBODY, CHILD, idOf('template', 'f', '04')],
      );
      expect(await sign(await as(personas.patient), NOBODY)).toMatchObject({ ok: false, code: 'CD010' });
      const guardian = await as(personas.guardian);
      expect(await sign(guardian, NOBODY, 'Bruna Lima', 'assignment_of_benefits')).toMatchObject({
        ok: true,
      });
      expect(await formOf(guardian, NOBODY)).toMatchObject({ capacity: 'guardian' });
    });
  });

  test('a patient signs before a witness, who neither drew the form up nor proposed what it carries [S-31 N-45 +]', async () => {
    await story(async (as) => {
      const reception = await carrying(as);
      expect(await sign(reception, DRAFT)).toMatchObject({ ok: false, code: 'CD017' });
      const nurse = await as(personas.nurse);
      expect(await sign(nurse, DRAFT)).toMatchObject({ ok: true });
      expect(await formOf(nurse, DRAFT)).toMatchObject({
        signed_by_user_id: null,
        witness_user_id: personas.nurse.userId,
      });
      expect(await consentOf(nurse, NOBODY)).toBe('active');
    });
  });

  test('a form, or a consent in it, that nobody is named for is witnessed by nobody; the patient signs it on the portal [N-45 S-33 -]', async () => {
    await story(async (as) => {
      const owner = await as(personas.nurse);
      await owner.script('reset role');
      await owner.rows(`select set_config('request.jwt.claims', '', true)`);
      await owner.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id) values ($1, $2, $3, 'transfer_disclosure', $4)`,
        [CLINIC_A, NOBODY, ANA, DRAFT],
      );
      expect(await sign(await as(personas.nurse), DRAFT)).toMatchObject({ ok: false, code: 'CD017' });
      expect(await sign(await as(personas.patient), DRAFT)).toMatchObject({ ok: true });
    });
  });

  test('a form that nobody is named for is witnessed by nobody either [N-45 S-33 -]', async () => {
    await story(async (as) => {
      const owner = await as(personas.nurse);
      await owner.script('reset role');
      await owner.rows(`select set_config('request.jwt.claims', '', true)`);
      await owner.rows(
        'insert into public.signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)',
        [CLINIC_A, NOBODY, ANA, idOf('template', 'f', '04')],
      );
      const witness = (persona: Persona) =>
        as(persona).then((session) => sign(session, NOBODY, 'Ana Souza', 'assignment_of_benefits'));
      expect(await witness(personas.nurse)).toMatchObject({ ok: false, code: 'CD017' });
      expect(await witness(personas.patient)).toMatchObject({ ok: true });
    });
  });

  test('who proposed a consent into another form may witness this one [N-45 S-31 +]', async () => {
    await story(async (as) => {
      await (await as(personas.receptionist)).rows(
        'insert into public.signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)',
        [CLINIC_A, NOBODY, ANA, idOf('template', 'f', '02')],
      );
      const nurse = await as(personas.nurse);
      await nurse.rows(
        `insert into public.consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, 'treatment', $3)`,
        [CLINIC_A, ANA, NOBODY],
      );
      expect(await sign(nurse, DRAFT)).toMatchObject({ ok: true });
    });
  });

  test('who proposed a consent into the form of a colleague does not witness it either [N-45 S-33 -]', async () => {
    await story(async (as) => {
      const nurse = await as(personas.nurse);
      await nurse.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id) values ($1, $2, $3, 'transfer_disclosure', $4)`,
        [CLINIC_A, NOBODY, ANA, DRAFT],
      );
      expect(await sign(nurse, DRAFT)).toMatchObject({ ok: false, code: 'CD017' });
      expect(await consentOf(nurse, NOBODY)).toBe('proposed');
      expect(await sign(await as(personas.assistant), DRAFT)).toMatchObject({ ok: true });
    });
  });

  test.each([
    personas.clinicAdmin,
    personas.opsAgent,
    personas.formerProxy,
    personas.signedOut,
    personas.sessionless,
    personas.anonymousSignIn,
    personas.recovering,
    personas.servicePinned,
    personas.anon,
  ] as Persona[])('is never $name [N-12 S-31 -]', async (persona) => {
    const outcome = await database().as(persona, (session) => sign(session, DRAFT));
    expect(outcome).toMatchObject({ ok: false });
    expect(['42501', 'CD010']).toContain(!outcome.ok && outcome.code);
  });

  test("another clinic's form is as unknown as a random one, to staff and on the portal [S-04 -]", async () => {
    for (const persona of [personas.nurse, personas.patient, personas.doctorOfB, personas.patientOfB]) {
      await database().as(persona, async (session) => {
        const other = persona.home === 'a' ? idOf('form', 'b', '01') : DRAFT;
        const told = new Set([
          JSON.stringify(await sign(session, other)),
          JSON.stringify(await sign(session, NOBODY)),
        ]);
        expect([...told]).toHaveLength(1);
        expect([...told][0]).toContain('CD010');
      });
    }
  });
});
