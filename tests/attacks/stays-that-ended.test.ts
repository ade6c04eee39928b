import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const STAY = idOf('admission', 'a', '01');
const [WAS, FREE] = [idOf('bed', 'a', '02'), idOf('bed', 'a', '01')];
const REFUSED = { ok: false, code: 'CD013' };
const DONE = { ok: true, count: 1 };

const set = (session: Session, what: string) =>
  session.attempt(`update public.admissions set ${what} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    STAY,
  ]);
const told = (session: Session) =>
  session.rows(
    `select event_type, details from public.case_activity_log
     where organisation_id = $1 and entity_id = $2 and event_type in ('admission.moved', 'admission.discharged')
     order by occurred_at`,
    [CLINIC_A, STAY],
  );

test('a stay ends in the bed that it was in: none is written in with the discharge, nor after it, by staff or the server [S-17 S-18 -, S-17 S-18 +]', async () => {
  for (const who of [personas.nurse, personas.clinicAdmin, personas.servicePinned]) {
    await tellStory(database(), async (as) => {
      const session = await as(who);
      expect(await session.value('select bed_id from public.admissions where id = $1', [STAY])).toBe(WAS);
      expect(
        await set(session, `status = 'discharged', disposition = 'home', bed_id = '${FREE}'`),
        `${who.name}, with it`,
      ).toMatchObject(REFUSED);
      expect(await set(session, `status = 'discharged', disposition = 'home'`), 'control').toMatchObject(
        DONE,
      );
      expect(await set(session, `bed_id = '${FREE}'`), `${who.name}, after it`).toMatchObject(REFUSED);
      expect(
        await set(session, `disposition = 'transferred', bed_id = '${FREE}'`),
        `${who.name}, with what is corrected`,
      ).toMatchObject(REFUSED);
      expect(await set(session, `disposition = 'transferred'`), 'control: corrected').toMatchObject(DONE);
      expect(await told(await as(personas.nurse))).toEqual(
        ['home', 'transferred'].map((disposition) => ({
          event_type: 'admission.discharged',
          details: { bed_id: WAS, disposition },
        })),
      );
    });
  }
});

test('who is moved first is told to have been: the move, and the discharge from there [S-17 S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const nurse = await as(personas.nurse);
    expect(await set(nurse, `bed_id = '${FREE}'`)).toMatchObject(DONE);
    expect(await set(nurse, `status = 'discharged', disposition = 'home'`)).toMatchObject(DONE);
    expect(await told(nurse)).toEqual([
      { event_type: 'admission.moved', details: { from: WAS, to: FREE } },
      { event_type: 'admission.discharged', details: { bed_id: FREE, disposition: 'home' } },
    ]);
  });
});

test('nor is one written in as the stay is archived, or after that: the bed that it left is told, and no other [S-17 S-18 -, S-17 S-18 +]', async () => {
  for (const who of [personas.clinicAdmin, personas.servicePinned]) {
    await tellStory(database(), async (as) => {
      const session = await as(who);
      expect(await set(session, `archived_at = now(), bed_id = '${FREE}'`), who.name).toMatchObject(REFUSED);
      expect(await set(session, 'archived_at = now()'), 'control').toMatchObject(DONE);
      expect(await set(session, `bed_id = '${FREE}'`), `${who.name}, after it`).toMatchObject(REFUSED);
      expect(await told(await as(personas.nurse))).toEqual([]);
      const server = await as(personas.servicePinned);
      expect(
        await set(server, `archived_at = null, bed_id = '${FREE}'`),
        'control: brought back, where a bed is free',
      ).toMatchObject(DONE);
    });
  }
});
