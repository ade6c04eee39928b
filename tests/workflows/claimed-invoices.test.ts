import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { race } from '../support/race.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Of the seed: attached to the case, in BRL, and claimed for in a draft. */
const FROZEN = idOf('invoice', 'a', '03');
const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');
const GUARANTEE = idOf('guarantee', 'a', '01');
const CLAIM = idOf('claim', 'a', '01');

const claim = (session: Session) =>
  session.attempt(
    `insert into public.claims (organisation_id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
     values ($1, $2, $3, $4, $5, 100, 'BRL')`,
    [CLINIC_A, CASE, CHAI, GUARANTEE, FROZEN],
  );
const own = (set: string) => (session: Session) =>
  session.attempt(`update public.claims set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    CLAIM,
  ]);
const step = (status: string) => own(`status = '${status}'`);
const DONE = { ok: true, count: 1 };

describe('an invoice that is being claimed for', () => {
  const change = (set: string) => (session: Session) =>
    session.attempt(`update public.invoices set ${set} where organisation_id = $1 and id = $2`, [
      CLINIC_A,
      FROZEN,
    ]);
  const unpaid = (session: Session) =>
    session.rows(
      'update public.payments set archived_at = now() where organisation_id = $1 and invoice_id = $2',
      [CLINIC_A, FROZEN],
    );

  test.each([['archived_at = now()'], [`status = 'void'`]])(
    'is there until the claim is rejected, or archived as a mistake, by the server where it was paid: %s [S-29 S-34 -, S-34 +]',
    async (set) => {
      for (const last of ['submitted', 'accepted', 'paid'])
        await story(async (as) => {
          const agent = await as(personas.opsAgent);
          await unpaid(agent);
          for (const status of ['submitted', 'accepted', 'paid'].slice(
            0,
            ['submitted', 'accepted', 'paid'].indexOf(last) + 1,
          ))
            expect(await step(status)(agent), status).toMatchObject(DONE);
          expect(await change(set)(agent), last).toMatchObject({ ok: false, code: 'CD013' });
          if (last === 'submitted') await step('rejected')(agent);
          else await own('archived_at = now()')(last === 'paid' ? await as(personas.servicePinned) : agent);
          await as(personas.opsAgent);
          expect(await change(set)(agent)).toMatchObject(DONE);
        });
    },
  );

  test('is not void when the claim is drawn up, or submitted [S-34 -]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await unpaid(agent);
      expect(await claim(agent), 'control').toMatchObject(DONE);
      expect(await change(`status = 'void'`)(agent)).toMatchObject(DONE);
      expect(await claim(agent)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await step('submitted')(agent)).toMatchObject({ ok: false, code: 'CD010' });
    });
  });

  test('is archived before the claim is submitted, or not at all, however close [S-34 -]', async () => {
    for (let round = 0; round < 6; round++) {
      const apart = await TestDatabase.clone(inject('server'));
      try {
        const start = race();
        const [one, other] = round % 2 ? [start.second, start.first] : [start.first, start.second];
        const meet =
          (ready: () => Promise<void>, act: (session: Session) => Promise<Outcome>) =>
          async (session: Session) => {
            await session.rows('select 1');
            await ready();
            return act(session);
          };
        const [archived, submitted] = await Promise.all([
          apart.as(personas.opsAgent, meet(one, change('archived_at = now()')), { commit: true }),
          apart.as(personas.opsAgent, meet(other, step('submitted')), { commit: true }),
        ]);
        expect([archived.ok, submitted.ok].filter(Boolean), `round ${round}`).toHaveLength(1);
      } finally {
        await apart.drop();
      }
    }
  });
});
