import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { breakGlass } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const CONSENT = idOf('consent', 'a', '91');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const HANDS = [personas.servicePinned, owner];

/** Taken back: one that awaits its review would stand in the way of the next. */
const opens = async (as: Become) => {
  const session = await as(personas.breakGlass);
  return (await session.undone(() => breakGlass(session, ANA))).ok;
};

describe('a refusal that the server puts away', () => {
  test('is lifted with it, for all to see: it does not come back as if it had held meanwhile [N-18 N-21 -, N-18 +]', async () => {
    for (const hand of HANDS) {
      await tellStory(database(), async (as) => {
        const set = async (what: string) =>
          (await as(hand)).affected(
            `update public.access_restrictions set ${what} where organisation_id = $1 and patient_id = $2 and created_by_user_id = $3`,
            [CLINIC_A, ANA, personas.patient.userId],
          );
        await (await as(personas.patient)).rows(
          'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2)',
          [CLINIC_A, ANA],
        );
        expect(await opens(as), 'control').toBe(false);
        expect(await set('archived_at = now()')).toBe(1);
        expect(await opens(as)).toBe(true);
        expect(await set('archived_at = null'), hand.name).toBe(1);
        const patient = await as(personas.patient);
        expect(
          await patient.value(
            'select lifted_at is not null from public.access_restrictions where patient_id = $1 and created_by_user_id = $2',
            [ANA, personas.patient.userId],
          ),
          hand.name,
        ).toBe(true);
      });
    }
  });

  test('in a consent holds on, until the patient speaks again [N-18 -, N-18 +]', async () => {
    const LATER = idOf('consent', 'a', '92');
    for (const hand of HANDS) {
      for (const end of ['', 'withdrawn', 'expired']) {
        await tellStory(database(), async (as) => {
          const agree = async (id: string, isAllowed: boolean) => {
            await (await as(personas.receptionist)).rows(
              'insert into public.consents (organisation_id, id, patient_id, purpose, break_glass_allowed) values ($1, $2, $3, $4, $5)',
              [CLINIC_A, id, ANA, 'scheduling', isAllowed],
            );
            await (await as(personas.patient)).rows(
              `update public.consents set status = 'active' where id = $1`,
              [id],
            );
          };
          const set = async (what: string) =>
            (await as(hand)).attempt(
              `update public.consents set ${what} where organisation_id = $1 and id = $2`,
              [CLINIC_A, CONSENT],
            );
          await agree(CONSENT, false);
          expect(await opens(as), 'control').toBe(false);
          if (end !== '') await set(`status = '${end}'`);
          expect(await set('archived_at = now()')).toMatchObject({ ok: true, count: 1 });
          expect(await opens(as), `${hand.name} ${end}`).toBe(false);
          // Of this very transaction: what is given comes after what was put away at its beginning.
          await agree(LATER, true);
          expect(await opens(as), 'control: the patient allows it').toBe(true);
        });
      }
    }
  });
});
