import { describe, expect, inject, test } from 'vitest';
import { CLINIC_B } from '../../testing/ids.ts';
import { personas, transporters } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { race } from '../support/race.ts';
import { type Become, tellStory } from '../support/story.ts';
import { COMPANY, DRIVEN, statusOf } from '../support/transfers.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const { dispatcher } = transporters;

const close = (session: Session, organisation = COMPANY) =>
  session.attempt('update public.organisations set archived_at = now() where id = $1', [organisation]);
const move = (session: Session, status: string) =>
  session.attempt('update public.transfer_jobs set status = $1 where transfer_id = $2', [status, DRIVEN]);
const DONE = { ok: true, count: 1 };

describe('a company that has a patient on board', () => {
  test('is not archived before they arrived: nobody else could say so [S-18 -, S-18 +]', async () => {
    await story(async (as) => {
      expect(await move(await as(dispatcher), 'picked_up')).toMatchObject(DONE);
      expect(await close(await as(personas.opsAdmin))).toMatchObject({ ok: false, code: 'CD013' });
      expect(
        await close(await as(personas.opsAdmin), CLINIC_B),
        'control: who has nobody on board',
      ).toMatchObject(DONE);
      expect(await move(await as(dispatcher), 'delivered')).toMatchObject(DONE);
      expect(await statusOf(await as(personas.nurse), DRIVEN)).toBe('delivered');
      expect(await close(await as(personas.opsAdmin))).toMatchObject(DONE);
    });
  });

  test('is archived by the server, which repairs what it does [S-18 +]', async () => {
    await story(async (as) => {
      await move(await as(dispatcher), 'picked_up');
      const server = await as(personas.servicePinned);
      await server.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
      expect(await close(server)).toMatchObject(DONE);
    });
  });

  test('and was closed meanwhile picks nobody up: the clinic cancels, and asks another [S-18 -]', async () => {
    await story(async (as) => {
      expect(await close(await as(personas.opsAdmin))).toMatchObject(DONE);
      expect(await move(await as(dispatcher), 'picked_up')).toMatchObject({ ok: true, count: 0 });
      const nurse = await as(personas.nurse);
      await nurse.rows('select public.cancel_transfer($1)', [DRIVEN]);
      expect(await statusOf(nurse, DRIVEN)).toBe('cancelled');
    });
  });

  test('picks up before it is closed, or not at all, however close [S-18 -]', async () => {
    for (let round = 0; round < 8; round++) {
      const own = await TestDatabase.clone(inject('server'));
      try {
        const start = race();
        const [closing, picking] = round % 2 ? [start.second, start.first] : [start.first, start.second];
        const meet =
          (ready: () => Promise<void>, act: (session: Session) => Promise<Outcome>) =>
          async (session: Session) => {
            await session.rows('select 1');
            await ready();
            return act(session);
          };
        const [closed, picked] = await Promise.all([
          own.as(personas.opsAdmin, meet(closing, close), { commit: true }),
          own.as(
            dispatcher,
            meet(picking, (session) => move(session, 'picked_up')),
            { commit: true },
          ),
        ]);
        const is = [closed.ok && closed.count === 1, picked.ok && picked.count === 1];
        expect(is.filter(Boolean), JSON.stringify([closed, picked])).toHaveLength(1);
      } finally {
        await own.drop();
      }
    }
  });
});
