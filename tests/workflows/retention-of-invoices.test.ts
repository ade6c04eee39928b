import type pg from 'pg';
import { expect, inject, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { connected } from '../support/trail.ts';
import { yearIn } from '../support/years.ts';

const INVOICE = idOf('invoice', 'a', '02');
/** Clinic A promised twelve years: what was written today is due, what was written in five years is not. */
const IN_13_YEARS = `${yearIn(13)}-12-31 00:00+00`;
const IN_5_YEARS = `${yearIn(5)}-06-30 00:00+00`;
const IN_19_YEARS = `${yearIn(19)}-12-31 00:00+00`;

async function act<T>(client: pg.Client, at: string, text: string, values: unknown[] = []): Promise<T> {
  await client.query(`select set_config('test.now', $1, false)`, [at]);
  return Object.values((await client.query(text, values)).rows[0] ?? {})[0] as T;
}
async function purge(client: pg.Client, at: string): Promise<void> {
  const digest = await act<string>(client, at, `select governance.plan_retention() ->> 'plan_sha256'`);
  await act(client, at, 'select governance.run_retention($1)', [digest]);
}
const linesOf = (client: pg.Client) =>
  act<number>(
    client,
    '',
    'select count(*)::integer from public.invoice_lines where organisation_id = $1 and invoice_id = $2',
    [CLINIC_A, INVOICE],
  );

test('an invoice that is still open keeps its lines and its payments, and goes with them: it never comes to owe nothing [N-38 N-49 S-34 -, N-49 +]', async () => {
  const database = await TestDatabase.clone(inject('server'));
  try {
    await connected(database, 'superuser', async (client) => {
      await client.query(
        `set app.pinned_organisation_id = '${CLINIC_A}'; update public.legal_holds set released_at = now() where organisation_id = '${CLINIC_A}'`,
      );
      // Somebody paid a part of it in five years.
      await client.query('alter table public.invoices disable trigger user');
      await client.query(
        'update public.invoices set updated_at = $1 where organisation_id = $2 and id = $3',
        [IN_5_YEARS, CLINIC_A, INVOICE],
      );
      const { rows } = await client.query<{ name: string }>(
        `select tgname as name from pg_trigger where tgrelid = 'public.invoices'::regclass and not tgisinternal`,
      );
      for (const { name } of rows)
        await client.query(`alter table public.invoices enable always trigger ${name}`);
      expect(await linesOf(client), 'control').toBeGreaterThan(0);
      await purge(client, IN_13_YEARS);
      expect(
        await act(
          client,
          '',
          'select count(*)::integer from public.invoices where organisation_id = $1 and id = $2',
          [CLINIC_A, idOf('invoice', 'a', '01')],
        ),
        'control: one that nobody touched is gone',
      ).toBe(0);
      expect(await linesOf(client)).toBeGreaterThan(0);
      await client.query(
        'update public.invoices set agreement_id = agreement_id where organisation_id = $1 and id = $2',
        [CLINIC_A, INVOICE],
      );
      expect(
        (
          await client.query(
            'select status, total_minor::int as total, paid_minor::int as paid from public.invoices where organisation_id = $1 and id = $2',
            [CLINIC_A, INVOICE],
          )
        ).rows,
      ).toEqual([{ status: 'partially_paid', total: 30_000, paid: 10_000 }]);
      await purge(client, IN_19_YEARS);
      expect(await linesOf(client)).toBe(0);
    });
  } finally {
    await database.drop();
  }
});

test('an invoice that a younger claim keeps, keeps its lines and its payments, and all go together [N-49 S-34 -, N-49 +]', async () => {
  const database = await TestDatabase.clone(inject('server'));
  const claimed = idOf('invoice', 'a', '03');
  const parts = async (client: pg.Client) =>
    (
      await client.query<{ table: string; count: number }>(
        `select 'invoices' as table, count(*)::int from public.invoices where organisation_id = $1 and id = $2
         union all select 'lines', count(*)::int from public.invoice_lines where organisation_id = $1 and invoice_id = $2
         union all select 'payments', count(*)::int from public.payments where organisation_id = $1 and invoice_id = $2
         union all select 'claims', count(*)::int from public.claims where organisation_id = $1 and invoice_id = $2`,
        [CLINIC_A, claimed],
      )
    ).rows;
  try {
    await connected(database, 'superuser', async (client) => {
      await client.query(
        `set app.pinned_organisation_id = '${CLINIC_A}'; update public.legal_holds set released_at = now() where organisation_id = '${CLINIC_A}'`,
      );
      await client.query('alter table public.claims disable trigger user');
      await client.query(
        'update public.claims set updated_at = $1 where organisation_id = $2 and invoice_id = $3',
        [IN_5_YEARS, CLINIC_A, claimed],
      );
      const { rows } = await client.query<{ name: string }>(
        `select tgname as name from pg_trigger where tgrelid = 'public.claims'::regclass and not tgisinternal`,
      );
      for (const { name } of rows)
        await client.query(`alter table public.claims enable always trigger ${name}`);
      const before = await parts(client);
      expect(
        before.every(({ count }) => count > 0),
        'control',
      ).toBe(true);
      await purge(client, IN_13_YEARS);
      expect(await linesOf(client), 'control: of one that nobody claims for they are gone').toBe(0);
      expect(await parts(client)).toEqual(before);
      await purge(client, IN_19_YEARS);
      expect((await parts(client)).map(({ count }) => count)).toEqual([0, 0, 0, 0]);
    });
  } finally {
    await database.drop();
  }
});
