import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas, transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { ASKED, COMPANY, DRIVEN, dispatch, statusOf } from '../support/transfers.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const { dispatcher } = transporters;

const move = (session: Session, status: string) =>
  session.attempt('update public.transfer_jobs set status = $1 where transfer_id = $2', [status, DRIVEN]);
const conclude = (session: Session, transfer = DRIVEN, at: string | null = null) =>
  session.attempt('select public.conclude_transfer($1, $2)', [transfer, at]);
const cancel = (session: Session) => session.attempt('select public.cancel_transfer($1)', [DRIVEN]);
const DONE = { ok: true, count: 1 };
const OF_THE_JOB = `organisation_id = '${COMPANY}' and origin_organisation_id = '${CLINIC_A}' and transfer_id = '${DRIVEN}'`;

/** As the owner, who alone can: what time does, or retention. */
async function meanwhile(as: Become, sql: string): Promise<void> {
  const owner = await as(personas.servicePinned);
  await owner.script('reset role');
  await owner.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
  await owner.script(sql);
}
const expire = (as: Become) =>
  meanwhile(as, `update public.transfer_jobs set expires_at = statement_timestamp() where ${OF_THE_JOB}`);
const purge = (as: Become) =>
  meanwhile(
    as,
    `delete from public.transfer_job_patients where ${OF_THE_JOB}; delete from public.transfer_jobs where ${OF_THE_JOB}`,
  );

describe('a patient on board of a company that can no longer say so', () => {
  test.each([
    ['a nurse of the clinic', personas.nurse, null],
    ['operations', personas.opsAgent, CLINIC_A],
  ] as const)('has arrived when %s says so [S-18 +]', async (_, who, at) => {
    await story(async (as) => {
      expect(await move(await as(dispatcher), 'picked_up')).toMatchObject(DONE);
      await expire(as);
      expect(await move(await as(dispatcher), 'delivered'), 'control').toMatchObject({ ok: true, count: 0 });
      expect(await cancel(await as(personas.nurse)), 'control').toMatchObject({ ok: false, code: 'CD013' });
      expect(await conclude(await as(who), DRIVEN, at)).toMatchObject({ ok: true });
      const nurse = await as(personas.nurse);
      expect(await statusOf(nurse, DRIVEN)).toBe('delivered');
      expect(
        await nurse.attempt(`update public.transfers set status = 'completed' where id = $1`, [DRIVEN]),
      ).toMatchObject(DONE);
      expect(await conclude(nurse), 'once').toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('because it was closed, has arrived all the same [S-18 +]', async () => {
    await story(async (as) => {
      await move(await as(dispatcher), 'picked_up');
      expect(await conclude(await as(personas.nurse)), 'control').toMatchObject({ ok: false, code: 'CD013' });
      await meanwhile(as, `update public.organisations set archived_at = now() where id = '${COMPANY}'`);
      expect(await conclude(await as(personas.nurse))).toMatchObject({ ok: true });
      expect(await statusOf(await as(personas.nurse), DRIVEN)).toBe('delivered');
    });
  });

  test('because retention took the job, has arrived all the same, and is not stuck before the pickup [N-49 S-18 +]', async () => {
    await story(async (as) => {
      await move(await as(dispatcher), 'picked_up');
      await purge(as);
      expect(await cancel(await as(personas.nurse)), 'on board').toMatchObject({ ok: false, code: 'CD013' });
      expect(await conclude(await as(personas.nurse))).toMatchObject({ ok: true });
      expect(await statusOf(await as(personas.nurse), DRIVEN)).toBe('delivered');
    });
    await story(async (as) => {
      await purge(as);
      expect(await conclude(await as(personas.nurse)), 'nobody was picked up').toMatchObject({
        ok: false,
        code: 'CD013',
      });
      expect(await cancel(await as(personas.nurse))).toMatchObject({ ok: true });
      expect(await statusOf(await as(personas.nurse), DRIVEN)).toBe('cancelled');
    });
  });

  test('is nobody else’s to have arrived: not while the crew can say so, nor for who steers no transfers [N-24 S-18 -]', async () => {
    await story(async (as) => {
      expect(await conclude(await as(personas.nurse)), 'before the pickup').toMatchObject({
        ok: false,
        code: 'CD013',
      });
      await move(await as(dispatcher), 'picked_up');
      for (const who of [personas.nurse, personas.opsAgent])
        expect(await conclude(await as(who), DRIVEN, CLINIC_A), who.name).toMatchObject({
          ok: false,
          code: 'CD013',
        });
      await expire(as);
      for (const who of [personas.receptionist, personas.opsAuditor, dispatcher])
        expect(await conclude(await as(who)), who.name).toMatchObject({ ok: false });
      const theirs = await conclude(await as(personas.nurse), idOf('transfer', 'b', '03'));
      expect(theirs).toMatchObject({ ok: false, code: 'CD010' });
      expect(await conclude(await as(personas.nurse), NOBODY), 'as unknown as none').toEqual(theirs);
      expect(await statusOf(await as(personas.nurse), DRIVEN)).toBe('picked_up');
      expect(await conclude(await as(personas.clinicAdmin)), 'control').toMatchObject({ ok: true });
    });
  });
});

test('a transfer that is being dispatched is not called off without its job: who waited looks again [N-24 S-18 -, S-18 +]', async () => {
  let isDispatched = () => {};
  const dispatched = new Promise<void>((resolve) => {
    isDispatched = resolve;
  });
  await database().as(
    personas.nurse,
    (session) => session.rows(`update public.transfers set status = 'accepted' where id = $1`, [ASKED]),
    { commit: true },
  );
  const [sent, called] = await Promise.all([
    database().as(
      personas.nurse,
      async (session) => {
        const outcome = await dispatch(session, ASKED, COMPANY);
        isDispatched();
        await session.rows('select pg_sleep(0.5)');
        return outcome;
      },
      { commit: true },
    ),
    dispatched.then(() =>
      database().as(
        personas.clinicAdmin,
        (session) => session.attempt('select public.cancel_transfer($1)', [ASKED]),
        { commit: true },
      ),
    ),
  ]);
  expect(sent).toMatchObject({ ok: true });
  expect(called).toMatchObject({ ok: false, code: 'CD013' });
  const again = await database().as(personas.clinicAdmin, async (session) => [
    await statusOf(session, ASKED),
    (await session.attempt('select public.cancel_transfer($1)', [ASKED])).ok,
    await statusOf(session, ASKED),
  ]);
  expect(again).toEqual(['dispatched', true, 'cancelled']);
});
