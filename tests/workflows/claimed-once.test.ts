import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { race } from '../support/race.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Of the seed: attached to the case, of 30000, and claimed for in a draft on a guarantee of up to 500000. */
const FROZEN = idOf('invoice', 'a', '03');
const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');
const CLAIM = idOf('claim', 'a', '01');
const TOTAL = 30_000;
const DONE = { ok: true, count: 1 };
const REFUSED = { ok: false, code: 'CD013' };

/** Another payer vouches, and is claimed from for the same invoice. */
async function another(session: Session, amount: number): Promise<void> {
  await session.rows(
    `insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, limit_minor, currency)
     values ($1, $2, $3, $4, 'Another payer', 500000, 'BRL')`,
    [CLINIC_A, NOBODY, CASE, CHAI],
  );
  await session.rows(
    `insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
     values ($1, $2, $3, $4, $2, $5, $6, 'BRL')`,
    [CLINIC_A, NOBODY, CASE, CHAI, FROZEN, amount],
  );
}
const set = (id: string, what: string) => (session: Session) =>
  session.attempt(`update public.claims set ${what} where organisation_id = $1 and id = $2`, [CLINIC_A, id]);
const ask = (amount: number) => (session: Session) =>
  session.attempt(
    'update public.invoice_lines set quantity = 1, unit_minor = $3 where organisation_id = $1 and invoice_id = $2',
    [CLINIC_A, FROZEN, amount],
  );

describe('what is claimed for one invoice', () => {
  test('is never more than it asks for, from however many payers, and may be all of it [S-29 S-34 -, S-29 S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await set(CLAIM, `amount_minor = ${TOTAL + 1}`)(agent);
      expect(await set(CLAIM, `status = 'submitted'`)(agent), 'alone').toMatchObject(REFUSED);
      await set(CLAIM, `amount_minor = ${TOTAL - 1}`)(agent);
      expect(await set(CLAIM, `status = 'submitted'`)(agent)).toMatchObject(DONE);
      await another(agent, 2);
      for (const status of ['accepted', 'paid']) {
        expect(await set(NOBODY, `status = 'submitted'`)(agent), 'with another').toMatchObject(REFUSED);
        expect(await set(CLAIM, `status = '${status}'`)(agent), status).toMatchObject(DONE);
      }
      expect(
        await set(NOBODY, `status = 'submitted'`)(await as(personas.servicePinned)),
        'nor by the server',
      ).toMatchObject(REFUSED);
      await as(personas.opsAgent);
      await set(NOBODY, 'amount_minor = 1')(agent);
      expect(await set(NOBODY, `status = 'submitted'`)(agent), 'to the last cent').toMatchObject(DONE);
    });
  });

  test('leaves room again where it is rejected [S-34 +, S-34 -]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await set(CLAIM, `amount_minor = ${TOTAL}`)(agent);
      await set(CLAIM, `status = 'submitted'`)(agent);
      await another(agent, TOTAL);
      expect(await set(NOBODY, `status = 'submitted'`)(agent)).toMatchObject(REFUSED);
      await set(CLAIM, `status = 'rejected'`)(agent);
      expect(await set(NOBODY, `status = 'submitted'`)(agent)).toMatchObject(DONE);
    });
  });

  test('keeps it from asking for less, and not for more [S-34 -, S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      expect(await ask(TOTAL - 1)(agent), 'control: a draft asks for nothing').toMatchObject(DONE);
      await ask(TOTAL)(agent);
      await set(CLAIM, `amount_minor = ${TOTAL}`)(agent);
      await set(CLAIM, `status = 'submitted'`)(agent);
      expect(await ask(TOTAL - 1)(agent)).toMatchObject(REFUSED);
      expect(await ask(TOTAL + 1)(agent)).toMatchObject(DONE);
      expect(await ask(TOTAL)(agent), 'and back').toMatchObject(DONE);
      await set(CLAIM, `status = 'rejected'`)(agent);
      expect(await ask(TOTAL - 1)(agent)).toMatchObject(DONE);
    });
  });

  test('is not more however close two are submitted, or one and a lower bill [S-34 -]', async () => {
    for (const [other, rounds] of [
      [set(NOBODY, `status = 'submitted'`), 6],
      [ask(TOTAL - 1), 6],
    ] as const) {
      const apart = await TestDatabase.clone(inject('server'));
      const commit = { commit: true };
      try {
        await apart.as(
          personas.opsAgent,
          async (session) => {
            await set(CLAIM, `amount_minor = ${TOTAL}`)(session);
            await another(session, TOTAL);
          },
          commit,
        );
        for (let round = 0; round < rounds; round++) {
          const { first, second } = race();
          const meet = (start: () => Promise<void>, act: (session: Session) => Promise<Outcome>) =>
            apart.as(
              personas.opsAgent,
              async (session) => {
                await start();
                return act(session);
              },
              commit,
            );
          const outcomes = await Promise.all([
            meet(round % 2 ? first : second, set(CLAIM, `status = 'submitted'`)),
            meet(round % 2 ? second : first, other),
          ]);
          expect(
            outcomes.filter(({ ok }) => ok),
            `round ${round}`,
          ).toHaveLength(1);
          expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ code: 'CD013' });
          await apart.as(
            personas.opsAgent,
            async (session) => {
              for (const id of [CLAIM, NOBODY]) await set(id, `status = 'rejected'`)(session);
              await ask(TOTAL)(session);
            },
            commit,
          );
        }
      } finally {
        await apart.drop();
      }
    }
  });
});
