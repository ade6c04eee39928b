import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';
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

describe('who has no part in the money of their clinic', () => {
  /** How an invoice can stand, with the row of it that is tried. */
  const STANDS = ['attached to a case', 'a draft', 'void', 'archived', 'locked', 'not there'] as const;
  const TRIED = {
    payments: `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, 1, 'cash')`,
    invoice_lines: `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, quantity, unit_minor) values ($1, $2, $3, 'One', 1, 1)`,
  };

  test.each(Object.entries(TRIED))(
    'is told nothing of how an invoice stands by what is tried on it, waits for nobody, and writes nothing down: %s [S-03 S-34 S-35 -, S-03 S-35 +]',
    async (_, statement) => {
      const [ana, other] = [idOf('patient', 'a', '01'), idOf('invoice', 'a', '02')];
      await database().asSuperuser(
        async (keeper) => {
          await keeper.rows('select from public.invoices where organisation_id = $1 and id = $2 for update', [
            CLINIC_A,
            other,
          ]);
          const tried = async (persona: Persona, stands: (typeof STANDS)[number]) => {
            const came: { outcome?: Outcome; written?: number } = {};
            await tellStory(database(), async (as) => {
              const owner = await as(personas.servicePinned);
              if (stands === 'void' || stands === 'archived')
                await owner.rows(
                  `update public.invoices set ${stands === 'void' ? `status = 'void'` : 'archived_at = now()'} where organisation_id = $1 and id = $2`,
                  [CLINIC_A, DRAFT],
                );
              const id =
                { 'attached to a case': FROZEN, locked: other, 'not there': NOBODY }[stands as string] ??
                DRAFT;
              const session = await as(persona);
              await session.script(`set local lock_timeout = '200ms'`);
              came.outcome = await session.attempt(statement, [
                CLINIC_A,
                id,
                stands === 'attached to a case' ? CHAI : ana,
              ]);
              came.written = (await attempts(await as(personas.clinicAdmin))).length;
            });
            return came;
          };
          const plain = await tried(personas.nurse, 'not there');
          expect(plain.outcome).toMatchObject({ ok: false, code: '42501' });
          for (const stands of STANDS) {
            expect(await tried(personas.nurse, stands), stands).toEqual(plain);
          }
          // Of operations, an agent is told of what is attached, and of nothing else of a clinic.
          for (const stands of STANDS.slice(1)) {
            expect((await tried(personas.opsAgent, stands)).outcome, `operations: ${stands}`).toMatchObject({
              ok: false,
              code: '42501',
            });
          }
          const control = await tried(finance, 'attached to a case');
          expect(control.outcome, 'control').toMatchObject({ ok: true, count: 0 });
          expect(control.written, 'control').toBe(Number(plain.written) + 1);
          expect((await tried(finance, 'locked')).outcome, 'control').toMatchObject({ code: '55P03' });
          expect((await tried(finance, 'not there')).outcome, 'control').toMatchObject({ code: 'CD010' });
        },
        { rollback: true },
      );
    },
  );
});
