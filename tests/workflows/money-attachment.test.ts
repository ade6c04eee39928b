import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const ISSUED = idOf('invoice', 'a', '02');
const FROZEN = idOf('invoice', 'a', '03');
const CASE = idOf('case', 'a', '03');

describe('attaching', () => {
  const attach = (session: Session, organisation: string, invoice: string, to: string) =>
    session.attempt('select public.attach_invoice($1, $2, $3)', [organisation, invoice, to]);

  test('is an agent\u2019s of operations, of an invoice of the same patient, to a case handed over [S-29 S-34 +]', async () => {
    await database().as(personas.opsAgent, async (session) => {
      await session.rows('select public.detach_invoice($1, $2)', [CLINIC_A, FROZEN]);
      expect(await attach(session, CLINIC_A, FROZEN, CASE)).toMatchObject({ ok: true });
      expect(
        await session.rows(
          `select event_type from public.case_timeline where case_id = $1 order by occurred_at desc limit 2`,
          [CASE],
        ),
      ).toEqual([{ event_type: 'invoice.attached' }, { event_type: 'invoice.detached' }]);
      expect(await session.value('select count(*) from public.payments where case_id = $1', [CASE])).not.toBe(
        '0',
      );
    });
  });

  test.each([
    ['of another patient', CLINIC_A, ISSUED, CASE],
    ['to a case not handed over', CLINIC_A, ISSUED, idOf('case', 'a', '01')],
    ["of one clinic to another's case", CLINIC_A, ISSUED, idOf('case', 'b', '03')],
    ['that is attached already', CLINIC_A, FROZEN, CASE],
    ['of nobody', CLINIC_A, NOBODY, CASE],
  ])(
    'never joins an invoice %s, and always answers the same [S-34 S-04 -]',
    async (_, organisation, invoice, to) => {
      const outcome = await database().as(personas.opsAgent, (session) =>
        attach(session, organisation, invoice, to),
      );
      expect(outcome).toMatchObject({ ok: false, code: 'CD010', message: 'invoice or case not found' });
    },
  );

  test.each([
    personas.opsAuditor,
    personas.opsAdmin,
    personas.finance,
    personas.clinicAdmin,
    personas.servicePinned,
  ])('is not for $name [S-29 -]', async (persona) => {
    expect(await database().as(persona, (session) => attach(session, CLINIC_A, FROZEN, CASE))).toMatchObject({
      ok: false,
      code: '42501',
    });
  });
});
