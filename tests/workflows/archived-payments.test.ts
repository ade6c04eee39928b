import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const ISSUED = idOf('invoice', 'a', '02');

test('a payment that is put away is told of, with its amount, whatever becomes of its invoice; nothing else of it is [S-34 N-37 +, N-37 -]', async () => {
  await tellStory(database(), async (as) => {
    const events = (session: Session) =>
      session.rows(
        `select event_type as what, actor_user_id as by, actor_realm as realm, details from public.security_events
         where entity_id = $1 order by occurred_at`,
        [NOBODY],
      );
    const set = (session: Session, what: string) =>
      session.attempt(
        `update public.payments set ${what} where organisation_id = '${CLINIC_A}' and id = '${NOBODY}'`,
      );
    const cashier = await as(personas.finance);
    await cashier.rows(
      `insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method)
       select i.organisation_id, $2, i.id, i.patient_id, 500, 'cash' from public.invoices as i where i.id = $1`,
      [ISSUED, NOBODY],
    );
    const server = await as(personas.servicePinned);
    expect(await set(server, `terminal_reference = 'T-1'`), 'control').toMatchObject({ count: 1 });
    expect(await set(await as(personas.finance), 'archived_at = now()')).toMatchObject({
      ok: true,
      count: 1,
    });
    const back = await as(personas.servicePinned);
    expect(await set(back, 'archived_at = null')).toMatchObject({ ok: true, count: 1 });

    const details = {
      invoice_id: ISSUED,
      amount_minor: 500,
      currency: await back.value(
        'select currency from public.invoices where organisation_id = $1 and id = $2',
        [CLINIC_A, ISSUED],
      ),
    };
    for (const reader of [personas.auditor, personas.privacyOfficer])
      expect(await events(await as(reader)), reader.name).toEqual([
        { what: 'payment.archived', by: personas.finance.userId, realm: 'provider', details },
        { what: 'payment.restored', by: null, realm: 'system', details },
      ]);
    expect(await events(await as(personas.finance)), 'who took it reads no events').toEqual([]);
  });
});

test('what was taken for lines that operations took off, and is put away for its method, the server records anew, and nobody before they detach the invoice [S-34 +, S-34 -]', async () => {
  const FROZEN = idOf('invoice', 'a', '03');
  await tellStory(database(), async (as) => {
    const pay = async (who: Persona) =>
      (await as(who)).attempt(
        `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
         values ($1, $2, $3, 10000, 'cash')`,
        [CLINIC_A, FROZEN, idOf('patient', 'a', '03')],
      );
    const agent = await as(personas.opsAgent);
    expect(
      await agent.affected(`update public.invoice_lines set unit_minor = 1000 where invoice_id = $1`, [
        FROZEN,
      ]),
    ).toBeGreaterThan(0);
    expect(await pay(personas.opsAgent)).toMatchObject({ ok: false, code: 'CD013' });
    expect(await pay(personas.servicePinned)).toMatchObject({ ok: true, count: 0 });
    await (await as(personas.opsAgent)).rows('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]);
    expect(
      await (await as(personas.finance)).affected(
        `update public.payments set archived_at = now() where invoice_id = $1`,
        [FROZEN],
      ),
    ).toBe(1);
    expect(await pay(personas.finance)).toMatchObject({
      ok: false,
      code: 'CD013',
      hint: expect.stringContaining('the server records'),
    });
    expect(await pay(personas.servicePinned)).toMatchObject({ ok: true, count: 1 });
  });
});
