import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf, NOBODY } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';
import { type Become, tellStory } from '../support/story.ts';

/* What the diary shows and what opens charts are the same: nobody who may not book ends the one and leaves the other. */

const database = useDatabase();
const EVA = idOf('patient', 'a', '91');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { doctor, nurse, assistant, receptionist, clinicAdmin } = personas;

const treats = async (as: Become, { userId }: Persona = doctor) =>
  (await as(owner)).value<boolean>('select $1 = any (authz.treated_by($2, $3, authz.now()))', [
    EVA,
    CLINIC_A,
    userId,
  ]);
const move = async (as: Become, who: Persona, set: string) =>
  (await as(who)).attempt(`update public.appointments set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
  ]);
const moved = { ok: true, count: 1 };
const refused = { ok: false, code: '42501' };

/** Today's visit of a patient whom nobody treats otherwise. */
const visit = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    await (await as(owner)).rows(
      `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'MRN-91', 'Eva Treated')`,
      [CLINIC_A, EVA],
    );
    await (await as(receptionist)).rows(
      `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
       values ($1, $2, $3, $4, now() + interval '1 hour', now() + interval '90 minutes')`,
      [CLINIC_A, NOBODY, EVA, doctor.userId],
    );
    expect(await treats(as), 'control').toBe(true);
    await tell(as);
  });

describe.each(['cancelled', 'no_show'])('a visit that is %s', (status) => {
  test('is given back by nobody who may not book [N-21 S-05 -, N-21 +]', async () => {
    await visit(async (as) => {
      expect(await move(as, assistant, `status = '${status}'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
      for (const who of [assistant, nurse, doctor])
        for (const to of ['booked', 'confirmed', 'arrived', 'fulfilled'])
          expect(await move(as, who, `status = '${to}'`)).toMatchObject(refused);
      expect(await move(as, assistant, `starts_at = starts_at`), 'control').toMatchObject(moved);
      expect(await move(as, assistant, `status = 'cancelled'`), 'control').toMatchObject(moved);
    });
  });

  test.each([receptionist, clinicAdmin])(
    'is given back by who books, and opens the chart again: $name [N-21 +]',
    async (who) => {
      await visit(async (as) => {
        await move(as, assistant, `status = '${status}'`);
        expect(await treats(as)).toBe(false);
        expect(await move(as, who, `status = 'booked'`)).toMatchObject(moved);
        expect(await treats(as)).toBe(true);
      });
    },
  );

  test('is given back by the server, which opens nothing by it [N-21 S-05 +, N-21 -]', async () => {
    await visit(async (as) => {
      await move(as, assistant, `status = '${status}'`);
      expect(await move(as, personas.servicePinned, `status = 'booked'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
    });
  });
});

describe('a visit that was moved away and back', () => {
  const away = async (as: Become, who = assistant) => {
    for (const by of [`+ interval '30 days'`, `- interval '30 days'`])
      expect(await move(as, who, `starts_at = starts_at ${by}, ends_at = ends_at ${by}`)).toMatchObject(
        moved,
      );
    expect(await treats(as), 'ended').toBe(false);
  };

  test('opens the chart again as reception receives the patient, and not as the ward does [N-21 +, N-21 -]', async () => {
    await visit(async (as) => {
      await away(as);
      expect(await move(as, doctor, `status = 'confirmed'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(false);
      expect(await move(as, receptionist, `status = 'arrived'`)).toMatchObject(moved);
      expect(await treats(as)).toBe(true);
    });
  });

  test('opens it not to whom a clinic_admin put out [N-21 -, N-21 +]', async () => {
    await visit(async (as) => {
      await (await as(clinicAdmin)).rows(
        'update public.care_relationships set ends_at = now() where organisation_id = $1 and ground_id = $2',
        [CLINIC_A, NOBODY],
      );
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as)).toBe(false);
      await move(as, receptionist, `starts_at = starts_at + interval '1 minute'`);
      expect(await treats(as), 'control: booked anew').toBe(true);
    });
  });

  test('nor to who was let in by whose it was, and then took it over [N-21 -, N-21 +]', async () => {
    await visit(async (as) => {
      await (await as(owner)).rows(
        `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'COREN', 'LIC-99') on conflict do nothing`,
        [CLINIC_A, nurse.userId],
      );
      await (await as(doctor)).rows(`select public.assign_care($1, $2, 'covering')`, [EVA, nurse.userId]);
      expect(await treats(as, nurse), 'control').toBe(true);
      expect(await move(as, nurse, `professional_user_id = '${nurse.userId}'`)).toMatchObject(moved);
      await move(as, receptionist, `status = 'arrived'`);
      expect(await treats(as, nurse)).toBe(false);
    });
  });
});
