import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { actAs } from '../support/act-as.ts';
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

const claim = (session: Session, invoice = FROZEN, currency = 'BRL') =>
  session.attempt(
    `insert into public.claims (organisation_id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
     values ($1, $2, $3, $4, $5, 100, $6)`,
    [CLINIC_A, CASE, CHAI, GUARANTEE, invoice, currency],
  );
const own = (table: 'claims' | 'guarantees_of_payment', set: string) => (session: Session) =>
  session.attempt(`update public.${table} set ${set} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    table === 'claims' ? CLAIM : GUARANTEE,
  ]);
const step = (status: string) => own('claims', `status = '${status}'`);
const detach = (session: Session) =>
  session.attempt('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]);
const DONE = { ok: true, count: 1 };

describe('a claim', () => {
  test('is for an invoice that is attached to its case, in its currency [S-29 S-34 +, S-29 S-34 -]', async () => {
    await story(async (as) => {
      const invoice = await (await as(personas.finance)).attempt(
        `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, 'INV-CLAIM', $3, 'BRL')`,
        [CLINIC_A, NOBODY, CHAI],
      );
      expect(invoice, 'control').toMatchObject(DONE);
      const agent = await as(personas.opsAgent);
      expect(await claim(agent)).toMatchObject(DONE);
      expect(await claim(agent, NOBODY), 'of the same patient, and the clinic\u2019s').toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await claim(agent, idOf('invoice', 'b', '03')), 'of nobody here').toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await claim(agent, FROZEN, 'USD')).toMatchObject({ ok: false, code: 'CD010' });
    });
  });

  test('is on a guarantee that stands, when it is drawn up and when it is submitted [S-34 -]', async () => {
    for (const end of [['declined'], ['granted', 'revoked']]) {
      await story(async (as) => {
        const agent = await as(personas.opsAgent);
        for (const status of end)
          expect(await own('guarantees_of_payment', `status = '${status}'`)(agent)).toMatchObject(DONE);
        expect(await claim(agent)).toMatchObject({ ok: false, code: 'CD010' });
        expect(await step('submitted')(agent)).toMatchObject({ ok: false, code: 'CD010' });
      });
    }
  });

  test('that was accepted is paid, whatever became of the guarantee [S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      for (const status of ['submitted', 'accepted'])
        expect(await step(status)(agent), status).toMatchObject(DONE);
      for (const status of ['granted', 'revoked'])
        expect(await own('guarantees_of_payment', `status = '${status}'`)(agent)).toMatchObject(DONE);
      expect(await step('paid')(agent)).toMatchObject(DONE);
    });
  });

  test('keeps its amount once it was submitted, until it is rejected [S-34 -, S-34 +]', async () => {
    const ask = own('claims', 'amount_minor = amount_minor + 1');
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      expect(await ask(agent), 'a draft').toMatchObject(DONE);
      for (const status of ['submitted', 'rejected']) await step(status)(agent);
      expect(await ask(agent), 'rejected').toMatchObject(DONE);
      for (const status of ['submitted', 'accepted', 'paid']) {
        expect(await step(status)(agent), status).toMatchObject(DONE);
        expect(await ask(agent), status).toMatchObject({ ok: false, code: 'CD013' });
        expect(await ask(await as(personas.servicePinned)), 'nor the server').toMatchObject({
          ok: false,
          code: 'CD013',
        });
        await as(personas.opsAgent);
      }
    });
  });

  test('keeps its invoice attached from when it is submitted until it is rejected [S-34 -, S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await step('submitted')(agent);
      expect(await detach(agent)).toMatchObject({ ok: false, code: 'CD013' });
      await step('rejected')(agent);
      expect(await detach(agent)).toMatchObject({ ok: true });
      expect(await step('submitted')(agent), 'nor is it submitted for what was given back').toMatchObject({
        ok: false,
        code: 'CD010',
      });
    });
  });

  test('is submitted before its invoice is given back, or not at all, however close [S-34 -]', async () => {
    const commit = { commit: true };
    const rounds = [];
    for (let round = 0; round < 20; round++) {
      const [given, submitted] = await Promise.all([
        database().as(personas.opsAgent, detach, commit),
        database().as(personas.opsAgent, step('submitted'), commit),
      ]);
      rounds.push([given.ok, submitted.ok]);
      expect([given.ok, submitted.ok].filter(Boolean), `round ${round}`).toHaveLength(1);
      await database().as(
        personas.opsAgent,
        async (session) => {
          if (submitted.ok) await step('rejected')(session);
          else await session.rows('select public.attach_invoice($1, $2, $3)', [CLINIC_A, FROZEN, CASE]);
        },
        commit,
      );
    }
  });
});

describe('what is claimed on one guarantee', () => {
  /** Of the seed: up to 500000; and a second claim on it, beside the seed's. */
  const LIMIT = 500_000;
  const another = (session: Session, amount: number) =>
    session.attempt(
      `insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
       values ($1, $2, $3, $4, $5, $6, $7, 'BRL')`,
      [CLINIC_A, NOBODY, CASE, CHAI, GUARANTEE, FROZEN, amount],
    );
  /** The invoice asks for more than the guarantee vouches for: the guarantee alone is the limit here. */
  const dear = (session: Session) =>
    session.rows(
      'update public.invoice_lines set quantity = 1, unit_minor = 10000000 where organisation_id = $1 and invoice_id = $2',
      [CLINIC_A, FROZEN],
    );
  const stepOf = (id: string, status: string) => (session: Session) =>
    session.attempt('update public.claims set status = $3 where organisation_id = $1 and id = $2', [
      CLINIC_A,
      id,
      status,
    ]);

  test('is never above its limit, and may reach it [S-34 -, S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await dear(agent);
      await own('claims', `amount_minor = ${LIMIT + 1}`)(agent);
      expect(await step('submitted')(agent), 'alone').toMatchObject({ ok: false, code: 'CD013' });
      await own('claims', `amount_minor = ${LIMIT}`)(agent);
      expect(await step('submitted')(agent)).toMatchObject(DONE);
      expect(await another(agent, 1)).toMatchObject(DONE);
      for (const status of ['accepted', 'paid']) {
        expect(await stepOf(NOBODY, 'submitted')(agent), 'with another').toMatchObject({
          ok: false,
          code: 'CD013',
        });
        expect(await step(status)(agent), status).toMatchObject(DONE);
      }
      expect(
        await stepOf(NOBODY, 'submitted')(await as(personas.servicePinned)),
        'nor the server',
      ).toMatchObject({
        ok: false,
        code: 'CD013',
      });
      await as(personas.opsAgent);
      expect(await own('guarantees_of_payment', `limit_minor = ${LIMIT + 1}`)(agent)).toMatchObject(DONE);
      expect(await stepOf(NOBODY, 'submitted')(agent), 'once it vouches for more').toMatchObject(DONE);
    });
  });

  test('leaves room again where it is rejected or archived [S-34 +]', async () => {
    for (const end of [step('rejected'), own('claims', 'archived_at = now()')])
      await story(async (as) => {
        const agent = await as(personas.opsAgent);
        await dear(agent);
        await own('claims', `amount_minor = ${LIMIT}`)(agent);
        await step('submitted')(agent);
        await another(agent, LIMIT);
        expect(await end(agent)).toMatchObject(DONE);
        expect(await stepOf(NOBODY, 'submitted')(agent)).toMatchObject(DONE);
      });
  });

  test('keeps its limit from falling below it [S-34 -, S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await step('submitted')(agent);
      expect(await own('guarantees_of_payment', 'limit_minor = 19999')(agent)).toMatchObject({
        ok: false,
        code: 'CD013',
      });
      expect(await own('guarantees_of_payment', 'limit_minor = 20000')(agent)).toMatchObject(DONE);
      await step('rejected')(agent);
      expect(await own('guarantees_of_payment', 'limit_minor = 19999')(agent)).toMatchObject(DONE);
    });
  });

  test('is not above it however close two are submitted, nor in a snapshot [S-34 -, S-34 +]', async () => {
    const commit = { commit: true };
    const own = await TestDatabase.clone(inject('server'));
    try {
      await own.as(
        personas.opsAgent,
        async (session) => {
          await dear(session);
          await session.rows(
            'update public.claims set amount_minor = 300000 where organisation_id = $1 and id = $2',
            [CLINIC_A, CLAIM],
          );
          await another(session, 300_000);
        },
        commit,
      );
      const told = new Set<string>();
      for (let round = 0; round < 20; round++) {
        const { first, second } = race();
        const submitting = (id: string, start: () => Promise<void>) =>
          own.as(
            personas.opsAgent,
            async (session) => {
              await start();
              return stepOf(id, 'submitted')(session);
            },
            commit,
          );
        const outcomes = await Promise.all([
          submitting(CLAIM, round % 2 ? first : second),
          submitting(NOBODY, round % 2 ? second : first),
        ]);
        expect(
          outcomes.filter(({ ok }) => ok),
          `round ${round}`,
        ).toHaveLength(1);
        expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ code: 'CD013' });
        const id = outcomes[0]?.ok ? CLAIM : NOBODY;
        told.add(id);
        await own.as(personas.opsAgent, stepOf(id, 'rejected'), commit);
      }
      expect(told.size, 'each came first').toBe(2);
      const late = await own.as(personas.opsAgent, async (session) => {
        await session.script('rollback; begin isolation level repeatable read');
        await actAs(session, personas.opsAgent);
        return stepOf(CLAIM, 'submitted')(session);
      });
      expect(late).toMatchObject({ ok: false, code: 'CD007' });
    } finally {
      await own.drop();
    }
  });
});

describe('a guarantee', () => {
  test('that has ended keeps its limit and its policy [S-34 -, S-34 +]', async () => {
    const change = own('guarantees_of_payment', `limit_minor = limit_minor + 1, policy_number = 'POL-2'`);
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      for (const status of ['granted', 'revoked']) {
        expect(await change(agent), 'control').toMatchObject(DONE);
        await own('guarantees_of_payment', `status = '${status}'`)(agent);
      }
      expect(await change(agent)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await own('guarantees_of_payment', 'archived_at = now()')(agent)).toMatchObject(DONE);
    });
  });
});
