import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { race } from '../support/race.ts';

const database = useDatabase();

const FROZEN = idOf('invoice', 'a', '03');
const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');

const finance = personas.finance;
const attempts = (session: Session) =>
  session.rows<{ event: string }>(
    `select event_type as event from public.case_timeline where event_type like '%frozen_write_suppressed'`,
  );

describe('a change of a payment and the attachment of its invoice, at once', () => {
  test('do not lock each other, and the change is either before the freeze or on record: 80 rounds [S-34 S-35 -]', async () => {
    const commit = { commit: true };
    const told = new Set<string>();
    const suppressed = async () => (await database().as(finance, attempts)).length;
    for (let round = 0; round < 80; round += 1) {
      await database().as(
        personas.opsAgent,
        (session) => session.rows('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]),
        commit,
      );
      const before = await suppressed();
      const { first, second } = race();
      const changing = database().as(
        finance,
        async (session) => {
          await (round % 2 === 0 ? first() : second());
          return session.attempt(`update public.payments set method = method where id = $1`, [
            idOf('payment', 'a', '03'),
          ]);
        },
        commit,
      );
      const attaching = database().as(
        personas.opsAgent,
        async (session) => {
          await (round % 2 === 0 ? second() : first());
          return session.attempt('select public.attach_invoice($1, $2, $3)', [CLINIC_A, FROZEN, CASE]);
        },
        commit,
      );
      const [changed, attached] = await Promise.all([changing, attaching]);
      expect([changed, attached]).toMatchObject([{ ok: true }, { ok: true }]);
      const count = changed?.ok ? changed.count : -1;
      expect(await suppressed()).toBe(before + (count === 1 ? 0 : 1));
      told.add(String(count));
    }
    expect(told).toEqual(new Set(['0', '1']));
  }, 60_000);
});

describe('a payment and the attachment of its invoice, at once', () => {
  const ROUNDS = 150;

  test(`never leave a payment on a frozen invoice that operations did not make, nor lock each other: ${ROUNDS} rounds in both orders [S-34 S-35 -]`, async () => {
    const commit = { commit: true };
    const seen = { before: 0, after: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      await database().as(
        personas.opsAgent,
        (session) => session.rows('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]),
        commit,
      );
      const { first, second } = race();
      const attaching = database().as(
        personas.opsAgent,
        async (session) => {
          await (round % 2 === 0 ? second() : first());
          await session.rows('select public.attach_invoice($1, $2, $3)', [CLINIC_A, FROZEN, CASE]);
        },
        commit,
      );
      const paying = database().as(
        finance,
        async (session) => {
          await (round % 2 === 0 ? first() : second());
          return session.attempt(
            `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, 1, 'cash')`,
            [CLINIC_A, FROZEN, CHAI],
          );
        },
        commit,
      );
      const [payment] = await Promise.all([paying, attaching]);
      expect(payment).toMatchObject({ ok: true });
      const count = payment.ok ? payment.count : -1;
      seen[count === 1 ? 'before' : 'after'] += 1;
      const [invoice] = await database().as(personas.opsAgent, (session) =>
        session.rows<{ paid: boolean; late: string }>(
          `select i.paid_minor = (select sum(p.amount_minor) from public.payments as p where p.organisation_id = i.organisation_id and p.invoice_id = i.id) as paid,
             (select count(*) from public.payments as p where p.organisation_id = i.organisation_id and p.invoice_id = i.id and p.case_id is null) as late
           from public.invoices as i where i.organisation_id = $1 and i.id = $2`,
          [CLINIC_A, FROZEN],
        ),
      );
      expect(invoice).toEqual({ paid: true, late: '0' });
    }
    const suppressed = await database().as(finance, attempts);
    expect(
      suppressed.filter(({ event }) => event === 'payment.frozen_write_suppressed').length,
    ).toBeGreaterThanOrEqual(seen.after);
    expect(seen.before, 'payments that came first').toBeGreaterThan(0);
    expect(seen.after, 'payments that came too late').toBeGreaterThan(0);
  }, 60_000);
});

test('two who take the rest of an invoice at once have taken it once: 20 rounds [S-34 -, S-34 +]', async () => {
  const ISSUED = idOf('invoice', 'a', '02');
  const commit = { commit: true };
  for (let round = 0; round < 20; round += 1) {
    const { first, second } = race();
    const taken = await Promise.all(
      [first, second].map((begin) =>
        database().as(
          finance,
          async (session) => {
            await begin();
            return session.attempt(
              `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
               select organisation_id, id, patient_id, total_minor - 10000, 'card' from public.invoices where organisation_id = $1 and id = $2
               returning id`,
              [CLINIC_A, ISSUED],
            );
          },
          commit,
        ),
      ),
    );
    const done = taken.flatMap((outcome) => (outcome.ok ? outcome.rows : []));
    expect(done).toHaveLength(1);
    expect(taken.filter(({ ok }) => !ok)).toMatchObject([{ code: 'CD013' }]);
    await database().as(
      finance,
      (session) =>
        session.rows('update public.payments set archived_at = now() where id = $1', [done[0]?.id]),
      commit,
    );
  }
});
