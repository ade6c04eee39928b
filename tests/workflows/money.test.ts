import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { attempts } from '../support/suppressed-writes.ts';

const database = useDatabase();

const DRAFT = idOf('invoice', 'a', '01');
const ISSUED = idOf('invoice', 'a', '02');
const FROZEN = idOf('invoice', 'a', '03');
const ANA = idOf('patient', 'a', '01');
const CHAI = idOf('patient', 'a', '03');

const finance = personas.finance;
const invoiceOf = async (session: Session, id: string) =>
  (
    await session.rows(
      'select status, total_minor::int as total, paid_minor::int as paid from public.invoices where organisation_id = $1 and id = $2',
      [CLINIC_A, id],
    )
  )[0];
const pay = (session: Session, invoice: string, patient: string, amount: number, id = NOBODY) =>
  session.attempt(
    `insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, $4, $5, 'cash')`,
    [CLINIC_A, id, invoice, patient, amount],
  );
describe('sums', () => {
  test('follow lines and payments, and the status follows the sums [S-34 +]', async () => {
    await database().as(finance, async (session) => {
      expect(await invoiceOf(session, DRAFT)).toEqual({ status: 'draft', total: 30_000, paid: 0 });
      await session.rows(
        `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, quantity, unit_minor)
         select $1, $2, $3, 'Dressing', n, 100 from generate_series(1, 3) as n`,
        [CLINIC_A, DRAFT, ANA],
      );
      expect(await invoiceOf(session, DRAFT)).toEqual({ status: 'draft', total: 30_600, paid: 0 });
      await session.rows(`update public.invoices set status = 'issued' where id = $1`, [DRAFT]);
      expect(await pay(session, DRAFT, ANA, 600)).toMatchObject({ ok: true, count: 1 });
      expect(await invoiceOf(session, DRAFT)).toEqual({ status: 'partially_paid', total: 30_600, paid: 600 });
      expect(await pay(session, DRAFT, ANA, 30_000, idOf('payment', 'a', '90'))).toMatchObject({ count: 1 });
      expect(await invoiceOf(session, DRAFT)).toEqual({ status: 'paid', total: 30_600, paid: 30_600 });
      await session.rows('update public.payments set archived_at = now() where invoice_id = $1', [DRAFT]);
      expect(await invoiceOf(session, DRAFT)).toEqual({ status: 'issued', total: 30_600, paid: 0 });
    });
  });

  test('take nothing onto an invoice that was archived: nobody would find it [S-34 -, S-34 +]', async () => {
    for (const [isArchived, outcome] of [
      [false, { ok: true, count: 1 }],
      [true, { ok: false, code: 'CD010' }],
    ] as const) {
      await database().as(finance, async (session) => {
        const owner = await session.value<string>('select patient_id from public.invoices where id = $1', [
          ISSUED,
        ]);
        const line = `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, quantity, unit_minor) values ($1, $2, $3, 'Dressing', 1, 100)`;
        if (isArchived) {
          await session.rows('update public.payments set archived_at = now() where invoice_id = $1', [
            ISSUED,
          ]);
          await session.rows('update public.invoices set archived_at = now() where id = any ($1)', [
            [ISSUED, DRAFT],
          ]);
        }
        expect(await pay(session, ISSUED, String(owner), 100)).toMatchObject(outcome);
        expect(await session.attempt(line, [CLINIC_A, DRAFT, ANA])).toMatchObject(outcome);
      });
    }
  });

  test('are computed, whatever the server itself writes [S-34 S-05 -]', async () => {
    await database().as(personas.servicePinned, async (session) => {
      await session.rows(
        `update public.invoices set total_minor = 1, paid_minor = 1, status = 'paid' where organisation_id = $1 and id = $2`,
        [CLINIC_A, ISSUED],
      );
      expect(await invoiceOf(session, ISSUED)).toEqual({
        status: 'partially_paid',
        total: 30_000,
        paid: 10_000,
      });
    });
  });

  test.each([
    [
      'pays on a draft',
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${DRAFT}', '${ANA}', 1, 'cash')`,
      'CD013',
    ],
    [
      'changes a line that was issued',
      `update public.invoice_lines set unit_minor = 1 where invoice_id = '${ISSUED}'`,
      'CD013',
    ],
    [
      'adds a line to an issued invoice',
      `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ('${CLINIC_A}', '${ISSUED}', '${ANA}', 'More', 1)`,
      'CD013',
    ],
    ['voids what has payments', `update public.invoices set status = 'void' where id = '${ISSUED}'`, 'CD013'],
    [
      'changes what was paid',
      `update public.payments set amount_minor = 1 where invoice_id = '${ISSUED}'`,
      '42501',
    ],
    [
      'attaches an invoice',
      `update public.invoices set case_id = '${idOf('case', 'a', '01')}' where id = '${ISSUED}'`,
      '42501',
    ],
    [
      'pays with a card number',
      `update public.payments set terminal_reference = '4111111111111111' where invoice_id = '${ISSUED}'`,
      'CD016',
    ],
    [
      'pays on an invoice of nobody',
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${NOBODY}', '${ANA}', 1, 'cash')`,
      'CD010',
    ],
    [
      "pays on another clinic's invoice",
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${idOf('invoice', 'b', '02')}', '${ANA}', 1, 'cash')`,
      'CD010',
    ],
    [
      'pays into another clinic',
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_B}', '${idOf('invoice', 'b', '02')}', '${idOf('patient', 'b', '01')}', 1, 'cash')`,
      '42501',
    ],
    [
      'pays for another patient than the invoice is of',
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${ISSUED}', '${CHAI}', 1, 'cash')`,
      '23503',
    ],
  ])('nobody %s [S-34 S-37 -]', async (_, statement, code) => {
    expect(await database().as(finance, (session) => session.attempt(statement))).toMatchObject({
      ok: false,
      code,
    });
  });

  test('the control: the same payment on the same invoice, right, is taken and stamped [S-16 +]', async () => {
    await database().as(finance, async (session) => {
      expect(await pay(session, ISSUED, ANA, 1)).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.value('select recorded_by_user_id from public.payments where id = $1', [NOBODY]),
      ).toBe(finance.userId);
    });
  });
});

test('attaching is no attempt: nothing of a seeded world was suppressed [S-35 +]', async () => {
  expect(await database().as(finance, attempts)).toEqual([]);
});

describe('an invoice of a case that operations took over', () => {
  const WRITES = {
    'a payment': [
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${FROZEN}', '${CHAI}', 1, 'cash')`,
      'payment',
      'insert',
    ],
    'a line': [
      `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ('${CLINIC_A}', '${FROZEN}', '${CHAI}', 'More', 1)`,
      'invoice_line',
      'insert',
    ],
    'a change of the invoice': [
      `update public.invoices set status = 'void' where id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
      'invoice',
      'update',
    ],
    'a change of a line': [
      `update public.invoice_lines set unit_minor = 1 where invoice_id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
      'invoice_line',
      'update',
    ],
    'a change of a payment': [
      `update public.payments set method = 'transfer' where invoice_id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
      'payment',
      'update',
    ],
    'the archiving of a payment': [
      `update public.payments set archived_at = now() where invoice_id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
      'payment',
      'update',
    ],
  } as const;

  const world = (session: Session) =>
    session.rows(
      `select i.status, i.total_minor, i.paid_minor, i.case_id, i.updated_at,
         (select jsonb_agg(l order by l.id) from public.invoice_lines as l where l.organisation_id = i.organisation_id and l.invoice_id = i.id) as lines,
         (select jsonb_agg(p order by p.id) from public.payments as p where p.organisation_id = i.organisation_id and p.invoice_id = i.id) as payments
       from public.invoices as i where i.organisation_id = $1 and i.id = $2`,
      [CLINIC_A, FROZEN],
    );

  for (const [writer, persona] of [
    ['clinic_admin', personas.clinicAdmin],
    ['finance', finance],
    ['the server', personas.servicePinned],
  ] as [string, Persona][]) {
    test.each(Object.entries(WRITES))(
      `stays as it is under ${writer}'s: %s: 0 rows, no error, and the attempt on record [S-34 S-35 -]`,
      async (_, [statement, entity, operation]) => {
        await database().as(persona, async (session) => {
          const [before, known] = [await world(session), await attempts(session)];
          expect(before).toHaveLength(1);
          expect(await session.attempt(statement)).toMatchObject({ ok: true, count: 0 });
          expect(await world(session)).toEqual(before);
          expect((await attempts(session)).slice(known.length)).toEqual([
            {
              event: `${entity}.frozen_write_suppressed`,
              operation,
              realm: persona.live?.realm === 'service' ? 'system' : 'provider',
            },
          ]);
        });
      },
    );
  }

  test.each([
    [
      'delete',
      `delete from public.payments where invoice_id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
    ],
    [
      'delete of the invoice',
      `delete from public.invoices where id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
    ],
    [
      'update',
      `update public.payments set method = 'transfer' where invoice_id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
    ],
    [
      'detachment',
      `update public.invoices set case_id = null where id = '${FROZEN}' and organisation_id = '${CLINIC_A}'`,
    ],
  ])("outlasts the owner's %s too [S-34 -]", async (_, statement) => {
    await database().asPostgres(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        const before = await world(session);
        expect(await session.attempt(statement)).toMatchObject({ ok: true, count: 0 });
        expect(await world(session)).toEqual(before);
      },
      { rollback: true },
    );
  });

  test.each(['invoices', 'invoice_lines', 'payments'])(
    'is emptied by nobody: truncate %s [S-34 -]',
    async (table) => {
      await database().asSuperuser(
        async (session) => {
          await session.script('set local session_replication_role = replica');
          expect(await session.attempt(`truncate public.${table} cascade`)).toMatchObject({
            ok: false,
            code: 'CD014',
          });
        },
        { rollback: true },
      );
    },
  );

  test('is operations\u2019 to work on: lines, payments, sums, detachment [S-34 S-29 +]', async () => {
    await database().as(personas.opsAgent, async (session) => {
      expect(
        await session.attempt(
          `update public.invoice_lines set unit_minor = 20000 where organisation_id = $1 and invoice_id = $2`,
          [CLINIC_A, FROZEN],
        ),
      ).toMatchObject({ count: 1 });
      expect(await pay(session, FROZEN, CHAI, 30_000)).toMatchObject({ ok: true, count: 1 });
      expect(await invoiceOf(session, FROZEN)).toEqual({
        status: 'paid',
        total: 40_000,
        paid: 30_000 + (await paidBefore(session)),
      });
      await session.rows('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]);
      expect(await invoiceOf(session, FROZEN)).toBe(undefined);
    });
  });

  test('tells the clinic why: evaluate_policy says not_frozen [N-08 S-35 +]', async () => {
    await database().as(finance, async (session) => {
      const answer = (id: string) =>
        session.value<{ allowed: boolean; reason: string }>(
          `select public.evaluate_policy('invoices', 'UPDATE', $1)`,
          [id],
        );
      expect(await answer(FROZEN)).toMatchObject({ allowed: false, reason: 'not met: not_frozen' });
      expect(await answer(ISSUED)).toMatchObject({ allowed: true });
    });
  });
});

/** What was paid on the frozen invoice beside the payment that a test adds. */
async function paidBefore(session: Session): Promise<number> {
  return Number(
    await session.value(
      'select coalesce(sum(amount_minor), 0) from public.payments where organisation_id = $3 and invoice_id = $1 and id <> $2',
      [FROZEN, NOBODY, CLINIC_A],
    ),
  );
}

test('an invoice of the same id at another clinic is neither frozen, nor summed, nor attached with it [S-04 S-34 -]', async () => {
  const TWIN_PATIENT = idOf('patient', 'b', '01');
  await database().asSuperuser(
    async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      for (const id of [FROZEN, ISSUED]) {
        await session.rows(
          `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, $3, $4, 'BRL')`,
          [CLINIC_B, id, `TWIN-${id.slice(-2)}`, TWIN_PATIENT],
        );
        await session.rows(
          `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ($1, $2, $3, 'Twin', 7)`,
          [CLINIC_B, id, TWIN_PATIENT],
        );
      }
      await session.rows(
        `update public.invoices set status = 'issued' where organisation_id = $1 and id = $2`,
        [CLINIC_B, FROZEN],
      );
      expect(
        await session.attempt(
          `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, 7, 'cash')`,
          [CLINIC_B, FROZEN, TWIN_PATIENT],
        ),
      ).toMatchObject({ ok: true, count: 1 });
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      expect(await pay(session, ISSUED, ANA, 1)).toMatchObject({ count: 1 });
      const twins = await session.rows(
        `select status, total_minor::int as total, paid_minor::int as paid, case_id from public.invoices
         where organisation_id = $1 and id = any ($2::uuid[]) order by id`,
        [CLINIC_B, [FROZEN, ISSUED]],
      );
      expect(twins).toEqual([
        { status: 'draft', total: 7, paid: 0, case_id: null },
        { status: 'paid', total: 7, paid: 7, case_id: null },
      ]);
      const own = await session.rows(
        `select total_minor::int as total, paid_minor::int as paid from public.invoices where organisation_id = $1 and id = any ($2::uuid[]) order by id`,
        [CLINIC_A, [FROZEN, ISSUED]],
      );
      expect(own).toEqual([
        { total: 30_000, paid: 10_001 },
        { total: 30_000, paid: expect.any(Number) as number },
      ]);
    },
    { rollback: true },
  );
});
