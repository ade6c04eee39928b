import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { receiptOf } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { CHILD } from '../support/forms.ts';
import {
  AGAIN,
  born,
  CHAI,
  DONE,
  ends,
  endsAt,
  NO_EFFECT,
  owner,
  proposed,
  sees,
} from '../support/portal-accounts.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
describe('a guardian', () => {
  test('acts for the child until the 18th birthday on the wall of the clinic, and no longer [N-15 +, N-15 -]', async () => {
    await story(async (as) => {
      await born(as, CHILD, '18 years -1 day');
      await proposed(as);
      expect(await ends(await as(personas.clinicAdmin), 'confirmed_at = now()')).toMatchObject({ count: 1 });
      expect(await sees(as), 'a day before').toBe(1);
    });
    await story(async (as) => {
      await proposed(as);
      expect(await ends(await as(personas.clinicAdmin), 'confirmed_at = now()')).toMatchObject({ count: 1 });
      await born(as, CHILD, '18 years');
      expect(await sees(as), 'on the day').toBe(0);
    });
  });

  test('whose time is over reads and takes home nothing more [N-15 -]', async () => {
    const read = async (as: Become) => {
      const guardian = await as(personas.guardian);
      return [
        await guardian.value('select count(*)::integer from public.patients'),
        (await receiptOf(guardian, idOf('consent', 'a', '02'))).ok ? 'receipt' : 'none',
      ];
    };
    const given = async (as: Become) =>
      (await owner(as)).rows(
        `update public.consents set status = 'active' where organisation_id = $1 and id = $2`,
        [CLINIC_A, idOf('consent', 'a', '02')],
      );
    await story(async (as) => {
      await given(as);
      expect(await read(as), 'control').toEqual([1, 'receipt']);
    });
    await story(async (as) => {
      await given(as);
      await (await owner(as)).rows(
        `update public.patient_accounts set ends_at = clock_timestamp() where organisation_id = $1 and user_id = $2`,
        [CLINIC_A, personas.guardian.userId],
      );
      expect(await read(as)).toEqual([0, 'none']);
    });
  });

  test('of an adult is one until the day that whoever confirms it says, and is not confirmed without one that is to come [N-15 +, N-15 -]', async () => {
    await story(async (as) => {
      await proposed(as, CHAI);
      for (const without of ['', ', ends_at = null', ', ends_at = now()', `, ends_at = '2020-01-01'`]) {
        expect(
          await ends(await as(personas.clinicAdmin), `confirmed_at = now()${without}`),
          without,
        ).toMatchObject(NO_EFFECT);
      }
      const confirms = `confirmed_at = now(), ends_at = now() + interval '2 years'`;
      expect(await ends(await as(personas.receptionist), confirms)).toMatchObject({ ok: true, count: 0 });
      expect(await sees(as), 'nobody has').toBe(0);
      expect(await ends(await as(personas.clinicAdmin), confirms)).toMatchObject(DONE);
      expect(await sees(as)).toBe(1);
      const later = `ends_at = now() + interval '4 years'`;
      expect(await ends(await as(personas.clinicAdmin), later), 'later, while it lasts').toMatchObject(DONE);
      expect(await ends(await as(personas.clinicAdmin), 'ends_at = null'), 'by age').toMatchObject(NO_EFFECT);
      expect(await sees(as)).toBe(1);
      expect(await ends(await as(personas.clinicAdmin), 'ends_at = clock_timestamp()')).toMatchObject(DONE);
      expect(await sees(as), 'by a word').toBe(0);
      expect(await ends(await as(personas.clinicAdmin), later)).toMatchObject(NO_EFFECT);
    });
    // The server links and confirms in one: it says until when as well.
    const linked = async (as: Become, until: string, patient = CHAI) =>
      (await as(personas.servicePinned)).attempt(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship, ends_at) values ($1, $2, $3, $4, 'guardian', ${until})`,
        [CLINIC_A, NOBODY, personas.stranger.userId, patient],
      );
    await story(async (as) => {
      expect(await linked(as, 'null')).toMatchObject(NO_EFFECT);
      const over = (await as(personas.servicePinned)).attempt(
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, revoked_at) values ($1, $2, $3, 'guardian', now())`,
        [CLINIC_A, personas.stranger.userId, CHAI],
      );
      expect(await over, 'that it is over').toMatchObject(DONE);
      expect(await linked(as, `now() + interval '2 years'`)).toMatchObject(DONE);
      expect(await sees(as), 'control').toBe(1);
    });
    await story(async (as) => {
      expect(await linked(as, 'null', CHILD), 'of a child').toMatchObject(DONE);
      expect(await sees(as), 'control').toBe(1);
    });
  });

  test('ends by the birth date that is known, one that is written down later too; and the account tells it to nobody [N-15 +, N-15 -]', async () => {
    await story(async (as) => {
      await (await owner(as)).rows(
        'update public.patient_identity set birth_date = null where organisation_id = $1 and id = $2',
        [CLINIC_A, CHILD],
      );
      await proposed(as);
      await ends(await as(personas.clinicAdmin), 'confirmed_at = now()');
      expect(await sees(as), 'unknown').toBe(1);
      await born(as, CHILD, '3 years');
      expect(await sees(as), 'a child').toBe(1);
      await born(as, CHILD, '30 years');
      expect(await sees(as), 'an adult').toBe(0);
      expect(await endsAt(as)).toBeNull();
    });
  });

  test('whose time is over by age is not prolonged either: they are linked again, by two [N-15 -]', async () => {
    await story(async (as) => {
      await proposed(as);
      await ends(await as(personas.clinicAdmin), 'confirmed_at = now()');
      await born(as, CHILD, '18 years');
      expect(await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '1 year'`)).toMatchObject(
        NO_EFFECT,
      );
      expect(await sees(as)).toBe(0);
      expect(await ends(await as(personas.clinicAdmin), 'revoked_at = now()')).toMatchObject({ count: 1 });
      await (await as(personas.receptionist)).rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'guardian')`,
        [CLINIC_A, AGAIN, personas.stranger.userId, CHILD],
      );
      await (await as(personas.clinicAdmin)).rows(
        `update public.patient_accounts set confirmed_at = now(), ends_at = now() + interval '1 year' where organisation_id = $1 and id = $2`,
        [CLINIC_A, AGAIN],
      );
      expect(await sees(as), 'control').toBe(1);
    });
  });
});
