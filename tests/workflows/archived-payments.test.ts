import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
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
