import { describe, expect, test } from 'vitest';
import { withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const CHILD = idOf('patient', 'a', '02');
const WHY = 'They objected, and the board agreed.';

/** The officer relies on another basis for the child, who has consented to nothing. */
const relying = (tell: (as: Become, basis: string) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(personas.clinicAdmin)).affected(
      `update public.organisation_settings set legal_bases = '{consent,legal_obligation}'`,
    );
    const basis = await (await as(personas.privacyOfficer)).value<string>(
      `select public.rely_on_legal_basis($1, 'research', 'legal_obligation', 'A notifiable disease, by decision of the board.')`,
      [CHILD],
    );
    await tell(as, String(basis));
  });
const statusOf = async (as: Become, basis: string) =>
  (await as(personas.clinicAdmin)).value<string>('select status from public.consents where id = $1', [basis]);

describe('another legal basis than consent', () => {
  test('is not withdrawn, expired or called a mistake on the portal: the patient objects [N-45 N-50 -, N-49 +]', async () => {
    await relying(async (as, basis) => {
      const guardian = await as(personas.guardian);
      const by = (text: string) => guardian.attempt(text, [basis]);
      for (const status of ['withdrawn', 'expired', 'entered_in_error']) {
        expect(
          await by(`update public.consents set status = '${status}' where id = $1`),
          status,
        ).toMatchObject({
          ok: false,
          code: 'CD005',
        });
        expect(
          await by(
            `update public.consents set status = '${status}' where id = $1 and set_config('role', 'authenticated', true) is not null`,
          ),
          `${status}, the role put off`,
        ).toMatchObject({ ok: false, code: 'CD005' });
        await as(personas.guardian);
      }
      expect(await withdraw(guardian, basis)).toMatchObject({ ok: false, code: 'CD005' });
      expect(
        await guardian.attempt(
          `insert into public.subject_requests (organisation_id, patient_id, kind) values ($1, $2, 'objection')`,
          [CLINIC_A, CHILD],
        ),
      ).toMatchObject({ ok: true, count: 1 });
      expect(await statusOf(as, basis)).toBe('active');
    });
  });

  test('is ended by the officer or the clinic_admin, with why, and not by reception [N-45 +, N-45 -]', async () => {
    for (const [persona, outcome, status] of [
      [personas.receptionist, { ok: false, code: 'CD005' }, 'active'],
      [personas.clinicAdmin, { ok: true }, 'withdrawn'],
      [personas.privacyOfficer, { ok: true }, 'withdrawn'],
    ] as const) {
      await relying(async (as, basis) => {
        expect(await withdraw(await as(persona), basis, WHY), persona.name).toMatchObject(outcome);
        expect(await statusOf(as, basis), persona.name).toBe(status);
      });
    }
  });
});
