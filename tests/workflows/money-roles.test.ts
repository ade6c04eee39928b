import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { attempts } from '../support/suppressed-writes.ts';

const database = useDatabase();

const DRAFT = idOf('invoice', 'a', '01');
const FROZEN = idOf('invoice', 'a', '03');
const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');
const finance = personas.finance;

describe('a role taken on in mid-statement', () => {
  const AS = (role: string) => `set_config('role', '${role}', true) is not null`;
  test.each([
    ['a change of the invoice', `update public.invoices set agreement_id = null where id = '${FROZEN}' and `],
    [
      'a change of a payment',
      `update public.payments set method = 'transfer' where invoice_id = '${FROZEN}' and `,
    ],
    [
      'a payment',
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) select '${CLINIC_A}', '${FROZEN}', '${CHAI}', 1, 'cash' where `,
    ],
  ])('thaws nothing, and the attempt is on record: %s as operations [S-34 S-35 -]', async (_, statement) => {
    for (const persona of [finance, personas.clinicAdmin]) {
      await database().as(persona, async (session) => {
        expect(await session.attempt(statement + AS('internal_ops'))).toMatchObject({ ok: true, count: 0 });
        await session.script(`set local role ${persona.role}`);
        expect((await attempts(session)).at(-1)).toMatchObject({ realm: 'provider' });
      });
    }
    // The server key has no user to sign as in that role.
    expect(
      await database().as(personas.servicePinned, (session) =>
        session.attempt(statement + AS('internal_ops')),
      ),
    ).toMatchObject({ ok: false, code: '42501', message: 'no live session' });
  });

  test('writes nothing for who holds no office in it, and the log tells whose hand wrote without it [S-18 -, S-18 +]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      const one = idOf('case', 'a', '01');
      const raise = `update public.cases set priority = 'critical' where id = '${one}'`;
      expect(await session.attempt(`${raise} and ${AS('internal_ops')}`)).toMatchObject({
        ok: false,
        code: '42501',
        message: 'no longer yours to write',
      });
      expect(await session.attempt(raise)).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.rows(
          'select actor_user_id, actor_realm from public.case_timeline where case_id = $1 order by occurred_at desc limit 1',
          [one],
        ),
      ).toEqual([{ actor_user_id: personas.clinicAdmin.userId, actor_realm: 'provider' }]);
    });
  });

  test('makes no owner of the server key either: it attaches nothing [S-34 -]', async () => {
    const attach = (role: string) =>
      `update public.invoices set case_id = '${CASE}', patient_id = '${CHAI}' where id = '${DRAFT}' and organisation_id = '${CLINIC_A}' and ${AS(role)}`;
    for (const role of ['none', 'service_role'])
      expect(
        await database().as(personas.servicePinned, (session) => session.attempt(attach(role))),
      ).toMatchObject({ ok: false, code: '42501' });
  });

  test('makes no owner of the invoices of who owns another table [S-34 -]', async () => {
    const outcome = await database().as(personas.servicePinned, async (session) => {
      await session.script(`create temporary table mine (id integer)`);
      expect(
        await session.value(`select pg_get_userbyid(relowner) from pg_class where oid = 'mine'::regclass`),
      ).toBe('service_role');
      return session.attempt(
        `update public.invoices set case_id = '${CASE}', patient_id = '${CHAI}' where id = '${DRAFT}' and organisation_id = '${CLINIC_A}'`,
      );
    });
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });
});
