import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const HANDS = [personas.servicePinned, owner];
const [DRAFT, ISSUED, FROZEN] = ['01', '02', '03'].map((part) => idOf('invoice', 'a', part));
const CLAIM = idOf('claim', 'a', '01');
const GUARANTEE = 'a9600000-0000-7000-8000-000000000001';
const REFUSED = { ok: false, code: 'CD013' };
const DONE = { ok: true, count: 1 };

const change = (table: string, id: string | undefined) => (session: Session, what: string) =>
  session.attempt(`update public.${table} set ${what} where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    id,
  ]);
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

describe('what a patient was billed, and a payer asked for, is in the currency and under the number that they were told, by whatever hand', () => {
  test('an invoice, once it is issued [S-34 -, S-34 +]', async () => {
    for (const hand of HANDS) {
      await story(async (as) => {
        const session = await as(hand);
        for (const what of [`currency = 'USD'`, `number = 'INV-OTHER'`]) {
          expect(await change('invoices', ISSUED)(session, what), `${hand.name}: ${what}`).toMatchObject(
            REFUSED,
          );
          expect(await change('invoices', DRAFT)(session, what), 'control: a draft').toMatchObject(DONE);
        }
        await session.rows(
          'update public.payments set archived_at = now() where organisation_id = $1 and invoice_id = $2',
          [CLINIC_A, ISSUED],
        );
        expect(
          await change('invoices', ISSUED)(session, `status = 'void', currency = 'USD'`),
          'with another step',
        ).toMatchObject(REFUSED);
        expect(await change('invoices', ISSUED)(session, `status = 'void'`), 'control').toMatchObject(DONE);
      });
    }
  });

  test('the payer of an agreement, once an invoice is issued under it [S-34 -, S-34 +]', async () => {
    for (const hand of [personas.clinicAdmin, ...HANDS]) {
      await story(async (as) => {
        const server = await as(personas.servicePinned);
        const agreements = await server.rows<{ id: string }>(
          `insert into public.agreements (organisation_id, payer, number, starts_on)
           select $1, 'Payer of the agreement', 'AGR-90' || n, '2026-01-01' from generate_series(1, 2) as n returning id`,
          [CLINIC_A],
        );
        const [billed, drafted] = agreements.map(({ id }) => id);
        const [{ id: unagreed } = { id: undefined }] = await server.rows<{ id: string }>(
          `insert into public.invoices (organisation_id, number, patient_id, currency)
           select organisation_id, 'INV-UNAGREED', patient_id, currency from public.invoices where organisation_id = $1 and id = $2 returning id`,
          [CLINIC_A, DRAFT],
        );
        expect(await change('invoices', unagreed)(server, `status = 'issued'`)).toMatchObject(DONE);
        // Issued before it had one, it may be given one; and no other, nor none, to get round what the agreement keeps.
        expect(await change('invoices', unagreed)(server, `agreement_id = '${billed}'`)).toMatchObject(DONE);
        for (const other of ['null', `'${drafted}'`]) {
          expect(
            await change('invoices', unagreed)(await as(hand), `agreement_id = ${other}`),
            `${hand.name}: ${other}`,
          ).toMatchObject(REFUSED);
        }
        expect(await change('invoices', DRAFT)(server, `agreement_id = '${drafted}'`)).toMatchObject(DONE);
        const session = await as(hand);
        const rename = (id: string | undefined) =>
          change('agreements', id)(session, `payer = 'Another payer'`);
        expect(await rename(billed), hand.name).toMatchObject(REFUSED);
        expect(await rename(drafted), 'control: a draft').toMatchObject(DONE);
        expect(
          await change('agreements', billed)(session, `ends_on = '2030-01-01'`),
          'control',
        ).toMatchObject(DONE);
      });
    }
  });

  test('a claim, once it is submitted: it goes to no other invoice and no other guarantee, where more would be claimed than there is [S-29 S-34 -, S-34 +]', async () => {
    for (const hand of HANDS) {
      await story(async (as) => {
        const agent = await as(personas.opsAgent);
        await agent.rows(
          `insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, limit_minor, currency)
           select organisation_id, $2, case_id, patient_id, 'Another payer', 1, currency
           from public.guarantees_of_payment where organisation_id = $1 and id = $3`,
          [CLINIC_A, NOBODY, GUARANTEE],
        );
        const claim = change('claims', CLAIM);
        expect(await claim(await as(hand), `guarantee_id = '${NOBODY}'`), 'control: a draft').toMatchObject(
          DONE,
        );
        await claim(await as(hand), `guarantee_id = '${GUARANTEE}'`);
        for (const status of ['submitted', 'accepted', 'paid']) {
          expect(await claim(await as(personas.opsAgent), `status = '${status}'`)).toMatchObject(DONE);
          const session = await as(hand);
          for (const what of [`guarantee_id = '${NOBODY}'`, `currency = 'USD'`]) {
            expect(await claim(session, what), `${hand.name}, ${status}: ${what}`).toMatchObject(REFUSED);
          }
        }
      });
    }
  });

  test('a guarantee, from the start: what was vouched for is in its currency [S-34 -]', async () => {
    for (const hand of HANDS) {
      await story(async (as) => {
        const session = await as(hand);
        const guarantee = change('guarantees_of_payment', GUARANTEE);
        expect(await guarantee(session, `currency = 'USD'`), hand.name).toMatchObject(REFUSED);
        expect(await guarantee(session, `policy_number = 'POL-2'`), 'control').toMatchObject(DONE);
      });
    }
  });
});

test('nor is an attached invoice billed in another currency by operations’ own hand [S-34 -]', async () => {
  await story(async (as) => {
    const agent = await as(personas.opsAgent);
    expect(await change('invoices', FROZEN)(agent, `currency = 'USD'`)).toMatchObject({
      ok: false,
      code: '42501',
    });
  });
});

describe('what was paid was paid, once, one way, and for something that is there', () => {
  const PAID = idOf('payment', 'a', '02');

  test('nobody makes cash of a card, or takes another receipt for it, the server’s key and the owner included [S-34 S-16 -, S-34 +]', async () => {
    for (const hand of [personas.finance, personas.clinicAdmin, ...HANDS]) {
      await story(async (as) => {
        const session = await as(hand);
        for (const what of [`method = 'cash'`, `terminal_reference = 'T-0002'`, 'terminal_reference = null'])
          expect(await change('payments', PAID)(session, what), `${hand.name}: ${what}`).toMatchObject(
            REFUSED,
          );
        expect(
          await change('payments', PAID)(session, `method = 'card', terminal_reference = 'T-0001'`),
          'control',
        ).toMatchObject(DONE);
        await session.rows(
          `insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method)
           select organisation_id, $2, invoice_id, patient_id, 1, 'card' from public.payments where organisation_id = $1 and id = $3`,
          [CLINIC_A, NOBODY, PAID],
        );
        const late = change('payments', NOBODY);
        expect(
          await late(session, `terminal_reference = 'T-0003'`),
          'a receipt that comes later',
        ).toMatchObject(DONE);
        expect(await late(session, `terminal_reference = 'T-0004'`)).toMatchObject(REFUSED);
      });
    }
  });

  test('nobody archives the invoice under it: it would have been paid for nothing [S-34 -, S-34 +]', async () => {
    for (const hand of [personas.finance, personas.clinicAdmin, ...HANDS]) {
      await story(async (as) => {
        const session = await as(hand);
        const archive = () => change('invoices', ISSUED)(session, 'archived_at = now()');
        expect(await archive(), hand.name).toMatchObject(REFUSED);
        expect(await change('payments', PAID)(session, 'archived_at = now()')).toMatchObject(DONE);
        expect(await archive(), 'control: once the payment is archived as a mistake').toMatchObject(DONE);
      });
    }
  });

  test('nobody takes more for an invoice than it asks for, at once or by and by; a server records what a bank says was paid, and what operations take off the bill leaves what was paid [S-34 -, S-34 +]', async () => {
    const pay = (session: Session, invoice: string | undefined, ...amounts: number[]) =>
      session.attempt(
        `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
         select i.organisation_id, i.id, i.patient_id, a, 'cash' from public.invoices as i, unnest($3::bigint[]) as a
         where i.organisation_id = $1 and i.id = $2`,
        [CLINIC_A, invoice, amounts],
      );
    for (const [hand, invoice] of [
      [personas.finance, ISSUED],
      [personas.clinicAdmin, ISSUED],
      [personas.opsAgent, FROZEN],
    ] as const) {
      await story(async (as) => {
        const session = await as(hand);
        const open = Number(
          await session.value(
            'select total_minor - paid_minor from public.invoices where organisation_id = $1 and id = $2',
            [CLINIC_A, invoice],
          ),
        );
        expect(open).toBeGreaterThan(2);
        for (const amounts of [[open + 1], [1, open]])
          expect(await pay(session, invoice, ...amounts), `${hand.name}: ${amounts}`).toMatchObject(REFUSED);
        expect(await pay(session, invoice, open - 1), 'control').toMatchObject(DONE);
        expect(await pay(session, invoice, 2), hand.name).toMatchObject(REFUSED);
        expect(await pay(session, invoice, 1), 'control: to the last cent').toMatchObject(DONE);
        expect(await pay(session, invoice, 1), hand.name).toMatchObject(REFUSED);
        if (hand !== personas.opsAgent) {
          expect(await pay(await as(personas.servicePinned), invoice, 1), 'a server').toMatchObject(DONE);
          return;
        }
        expect(
          await session.attempt(
            'update public.invoice_lines set unit_minor = 1 where organisation_id = $1 and invoice_id = $2',
            [CLINIC_A, invoice],
          ),
        ).toMatchObject({ ok: true });
        expect(
          await session.value('select status from public.invoices where organisation_id = $1 and id = $2', [
            CLINIC_A,
            invoice,
          ]),
        ).toBe('paid');
      });
    }
  });

  test('no agent puts a claim away that was paid, to have the payer pay again; the server repairs [S-29 S-34 -, S-34 +]', async () => {
    await story(async (as) => {
      const [put, pay] = [change('claims', CLAIM), (status: string) => `status = '${status}'`];
      for (const status of ['submitted', 'accepted', 'paid'])
        expect(await put(await as(personas.opsAgent), pay(status))).toMatchObject(DONE);
      expect(await put(await as(personas.opsAgent), 'archived_at = now()')).toMatchObject(REFUSED);
      expect(await put(await as(personas.servicePinned), 'archived_at = now()'), 'control').toMatchObject(
        DONE,
      );
    });
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      for (const what of [`status = 'submitted'`, `status = 'accepted'`, 'archived_at = now()'])
        expect(await change('claims', CLAIM)(agent, what), 'control').toMatchObject(DONE);
    });
  });
});

describe('nor is any of it undone by what is put away, and brought back', () => {
  const [claim, guarantee] = [change('claims', CLAIM), change('guarantees_of_payment', GUARANTEE)];

  test('nobody archives the guarantee from under a claim, by any hand: the clinic would find nobody who vouches for it [S-29 S-34 -, S-34 +]', async () => {
    for (const status of ['submitted', 'accepted', 'paid']) {
      for (const hand of [personas.opsAgent, ...HANDS]) {
        await story(async (as) => {
          for (const step of ['submitted', 'accepted', 'paid']) {
            expect(await claim(await as(personas.opsAgent), `status = '${step}'`)).toMatchObject(DONE);
            if (step === status) break;
          }
          const session = await as(hand);
          const what = `${hand.name}, ${status}`;
          expect(await guarantee(session, 'archived_at = now()'), what).toMatchObject(REFUSED);
          const agent = await as(personas.opsAgent);
          await guarantee(agent, `status = 'granted'`);
          expect(await guarantee(agent, `status = 'revoked'`), 'control: it may end').toMatchObject(DONE);
        });
      }
    }
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      for (const status of ['submitted', 'rejected'])
        expect(await claim(agent, `status = '${status}'`)).toMatchObject(DONE);
      expect(await guarantee(agent, 'archived_at = now()'), 'control').toMatchObject(DONE);
    });
  });

  test('the server brings back no claim for which there is no room any more: what was asked for since would be asked for twice [S-29 S-34 -, S-34 +]', async () => {
    for (const hand of HANDS) {
      await story(async (as) => {
        const agent = await as(personas.opsAgent);
        const steps = ['amount_minor = 30000', `status = 'submitted'`, 'archived_at = now()'];
        for (const what of steps) expect(await claim(agent, what)).toMatchObject(DONE);
        await agent.rows(
          `insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
           select organisation_id, $2, case_id, patient_id, id, $3::uuid, 30000, currency
           from public.guarantees_of_payment where organisation_id = $1 and id = $4`,
          [CLINIC_A, NOBODY, FROZEN, GUARANTEE],
        );
        const other = change('claims', NOBODY);
        expect(await other(agent, `status = 'submitted'`), 'all that the invoice asks for').toMatchObject(
          DONE,
        );
        const back = async () => claim(await as(hand), 'archived_at = null');
        expect(await back(), hand.name).toMatchObject(REFUSED);
        expect(await other(await as(personas.opsAgent), `status = 'rejected'`)).toMatchObject(DONE);
        expect(await guarantee(await as(personas.opsAgent), 'archived_at = now()')).toMatchObject(DONE);
        expect(await back(), 'nor on a guarantee that is archived').toMatchObject({
          ok: false,
          code: 'CD010',
        });
        expect(await guarantee(await as(hand), 'archived_at = null')).toMatchObject(DONE);
        expect(await back(), 'control').toMatchObject(DONE);
      });
    }
  });

  test('the server brings back no payment of an invoice that is archived: it would have been paid for nothing [S-34 -, S-34 +]', async () => {
    for (const hand of HANDS) {
      await story(async (as) => {
        const session = await as(personas.finance);
        const put = (who: Session, at: string) =>
          who.attempt(
            `update public.payments set archived_at = ${at} where organisation_id = $1 and invoice_id = $2`,
            [CLINIC_A, ISSUED],
          );
        expect(await put(session, 'now()')).toMatchObject(DONE);
        expect(await change('invoices', ISSUED)(session, 'archived_at = now()')).toMatchObject(DONE);
        expect(await put(await as(hand), 'null'), hand.name).toMatchObject({ ok: false, code: 'CD010' });
        expect(await change('invoices', ISSUED)(await as(hand), 'archived_at = null')).toMatchObject(DONE);
        expect(await put(await as(hand), 'null'), 'control').toMatchObject(DONE);
      });
    }
  });
});
