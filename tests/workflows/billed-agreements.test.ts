import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const CHAI = idOf('patient', 'a', '03');
const { clone, begin } = useOpenTransactions();
const finance = personas.finance;

test('an agreement under which an invoice is being issued keeps its payer, whichever comes first, and neither is a deadlock’s victim: one that came under it in the same transaction too [S-34 -, S-34 +]', async () => {
  const commit = { commit: true };
  const agree = async () =>
    (await database().as(
      personas.clinicAdmin,
      (session) =>
        session.value<string>(
          `insert into public.agreements (organisation_id, payer, number, starts_on)
           select $1, 'Payer as agreed', 'AGR-8' || count(*), '2026-01-01' from public.agreements returning id`,
          [CLINIC_A],
        ),
      commit,
    )) ?? '';
  const rename = (agreement: string) => (session: Session) =>
    session.attempt(
      `update public.agreements set payer = 'Another payer' where organisation_id = $1 and id = $2`,
      [CLINIC_A, agreement],
    );
  const own = `where organisation_id = '${CLINIC_A}' and id = '${NOBODY}'`;
  const begin = (agreement: string) => `
    insert into public.invoices (organisation_id, id, number, patient_id, agreement_id, currency)
    values ('${CLINIC_A}', '${NOBODY}', 'INV-RACE', '${CHAI}', ${agreement}, 'EUR')`;
  const ISSUE = `update public.invoices set status = 'issued' ${own}`;
  /** The last of them puts an issued invoice under the agreement. */
  const ISSUES: Record<string, (agreement: string) => readonly string[]> = {
    'came under it and is issued at once': (agreement) => [begin(`'${agreement}'`), ISSUE],
    'was issued before it had one': (agreement) => [
      begin('null'),
      ISSUE,
      `update public.invoices set agreement_id = '${agreement}' ${own}`,
    ],
  };
  const prepare = async (session: Session, statements: readonly string[]) => {
    for (const statement of statements.slice(0, -1)) expect(await session.affected(statement)).toBe(1);
  };
  const takeBack = () =>
    database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.rows(`delete from public.invoices ${own}`);
    });
  for (const [way, statements] of Object.entries(ISSUES)) {
    for (const isKnown of [false, true]) {
      const name = `${way}, ${isKnown ? 'as everybody knew' : 'in one transaction'}`;
      /** What goes before stands already, or comes with it. */
      const before = async (agreement: string) => {
        await takeBack();
        if (isKnown)
          await database().as(finance, (session) => prepare(session, statements(agreement)), commit);
      };
      const issue = async (session: Session, agreement: string) => {
        for (const statement of isKnown ? [] : statements(agreement).slice(0, -1)) {
          const outcome = await session.attempt(statement);
          if (!outcome.ok) return outcome; // what comes under it waits, too
          expect(outcome.count).toBe(1);
        }
        return session.attempt(statements(agreement).at(-1) ?? '');
      };

      // Issued first: the rename waits, and finds it.
      const billed = await agree();
      await before(billed);
      let renamed: Promise<Outcome> | undefined;
      await database().as(
        finance,
        async (session) => {
          expect(await issue(session, billed), name).toMatchObject({ ok: true, count: 1 });
          renamed = database().as(personas.clinicAdmin, rename(billed), commit);
          expect(await Promise.race([renamed, setTimeout(300, 'waits')]), name).toBe('waits');
        },
        commit,
      );
      expect(await renamed, name).toMatchObject({ ok: false, code: 'CD013' });

      // Renamed first: it is issued to the payer as they are called from then on.
      const other = await agree();
      await before(other);
      await database().as(
        personas.clinicAdmin,
        async (session) => {
          expect(await rename(other)(session), 'control').toMatchObject({ ok: true, count: 1 });
          const late = await database().as(finance, async (later) => {
            await later.script(`set local lock_timeout = '300ms'`);
            return issue(later, other);
          });
          expect(late, name).toMatchObject({ ok: false, code: '55P03' });
        },
        commit,
      );
      const later = await database().as(finance, (session) => issue(session, other));
      expect(later, 'control').toMatchObject({ ok: true, count: 1 });
    }
  }
  await takeBack();
});

test('an agreement is not put away from under an invoice that stands, by any hand, nor is one issued under what was put away, but voided: nobody would find who pays it [S-16 S-34 -, S-34 +]', async () => {
  const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
  const DRAFT = idOf('invoice', 'a', '01');
  const OTHER = idOf('invoice', 'a', '98');
  for (const hand of [personas.clinicAdmin, personas.servicePinned, owner])
    await tellStory(database(), async (as) => {
      const session = await as(personas.clinicAdmin);
      const agreement = await session.value<string>(
        `insert into public.agreements (organisation_id, payer, number, starts_on) values ($1, 'Payer as agreed', 'AGR-99', '2026-01-01') returning id`,
        [CLINIC_A],
      );
      const archive = async () =>
        (await as(hand)).attempt(
          'update public.agreements set archived_at = now() where organisation_id = $1 and id = $2',
          [CLINIC_A, agreement],
        );
      const change = async (what: string, of = NOBODY) =>
        (await as(finance)).attempt(
          `update public.invoices set ${what} where organisation_id = '${CLINIC_A}' and id = '${of}'`,
        );
      await session.rows(
        `insert into public.invoices (organisation_id, id, number, patient_id, agreement_id, currency)
         values ($1, $2, 'INV-99', $4, $5, 'EUR'), ($1, $3, 'INV-98', $4, $5, 'EUR')`,
        [CLINIC_A, NOBODY, OTHER, CHAI, agreement],
      );
      expect(await change(`status = 'issued'`)).toMatchObject({ ok: true, count: 1 });
      expect(await archive(), hand.name).toMatchObject({ ok: false, code: 'CD013' });
      expect(await change(`status = 'void'`)).toMatchObject({ ok: true, count: 1 });
      expect(await change(`agreement_id = '${agreement}'`, DRAFT)).toMatchObject({ ok: true, count: 1 });
      expect(await archive(), 'control: what was voided is paid by nobody').toMatchObject({
        ok: true,
        count: 1,
      });
      expect(await change(`status = 'issued'`, DRAFT)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await change(`status = 'void'`, DRAFT), 'nobody pays what was never issued').toMatchObject({
        ok: true,
        count: 1,
      });
      expect(await change(`agreement_id = null, status = 'issued'`, OTHER), 'control').toMatchObject({
        ok: true,
        count: 1,
      });
    });
});

test('who issues under two agreements, and who sets the end of both in the other order, are no deadlock: it is no word of the payer [S-34 +]', async () => {
  const db = await clone();
  const commit = { commit: true };
  const [first, second] = ['97', '98'].map((part) => idOf('agreement', 'a', part)) as [string, string];
  await db.as(
    personas.clinicAdmin,
    async (session) => {
      for (const agreement of [first, second]) {
        await session.rows(
          `insert into public.agreements (organisation_id, id, payer, number, starts_on) values ($1, $2, 'Payer as agreed', $3, '2026-01-01')`,
          [CLINIC_A, agreement, `AGR-${agreement.slice(-4)}`],
        );
        await session.rows(
          `insert into public.invoices (organisation_id, number, patient_id, agreement_id, currency) values ($1, $4, $3, $2, 'EUR')`,
          [CLINIC_A, agreement, CHAI, `INV-${agreement.slice(-4)}`],
        );
      }
    },
    commit,
  );
  const cashier = await begin(db, finance);
  const admin = await begin(db, personas.clinicAdmin);
  const issue = (agreement: string) =>
    cashier.query(`update public.invoices set status = 'issued' where agreement_id = $1`, [agreement]);
  const end = (agreement: string) =>
    admin.query(`update public.agreements set ends_on = '2027-01-01' where id = $1`, [agreement]);
  expect(await outcomeOf(issue(second))).toBe(1);
  expect(await outcomeOf(end(first))).toBe(1);
  const issued = outcomeOf(issue(first));
  const ended = outcomeOf(end(second));
  expect(await Promise.all([issued, ended])).toEqual([1, 1]);
  await cashier.query('commit');
  await admin.query('commit');
});

test('who issues while an agreement is put away is issued none under it, also where its end was set just before, beside a draft [S-16 S-34 -, S-34 +]', async () => {
  const AGREEMENT = idOf('agreement', 'a', '97');
  for (const isArchived of [true, false]) {
    const db = await clone();
    const draft = (id: string) =>
      `insert into public.invoices (organisation_id, id, number, patient_id, agreement_id, currency)
       values ('${CLINIC_A}', '${id}', 'INV-${id.slice(-4).toUpperCase()}', '${CHAI}', '${AGREEMENT}', 'EUR')`;
    await db.as(
      personas.clinicAdmin,
      async (session) => {
        await session.rows(
          `insert into public.agreements (organisation_id, id, payer, number, starts_on) values ($1, $2, 'Payer as agreed', 'AGR-97', '2026-01-01')`,
          [CLINIC_A, AGREEMENT],
        );
        await session.script(draft(NOBODY));
      },
      { commit: true },
    );
    const drafting = await begin(db, finance);
    expect(await outcomeOf(drafting.query(draft(idOf('invoice', 'a', '98'))))).toBe(1);
    const admin = await begin(db, personas.clinicAdmin);
    const set = (what: string) =>
      outcomeOf(admin.query(`update public.agreements set ${what} where id = '${AGREEMENT}'`));
    expect(await set(`ends_on = '2026-12-31'`)).toBe(1);
    const putAway = isArchived ? set('archived_at = now()') : set(`payer = 'Another payer'`);
    await setTimeout(200);
    await drafting.query('commit');
    expect(await putAway).toBe(1);
    const issuing = await begin(db, finance);
    const issued = outcomeOf(
      issuing.query(`update public.invoices set status = 'issued' where id = '${NOBODY}'`),
    );
    expect(await Promise.race([issued, setTimeout(200, 'waits')])).toBe('waits');
    await admin.query('commit');
    expect(await issued, isArchived ? 'put away' : 'control').toBe(isArchived ? 'CD010' : 1);
    await issuing.query('rollback');
  }
});
