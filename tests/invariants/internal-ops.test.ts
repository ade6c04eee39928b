import { describe, expect, test } from 'vitest';
import { REACH_OF_OPERATIONS } from '../../scripts/catalog/queries/reach-of-operations.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** All that makes up the reach of operations: policies, rights on relations and columns, functions. One line each, sorted. */
async function reachOfOperations(session: Session): Promise<string> {
  const rows = await session.rows<{ line: string }>(REACH_OF_OPERATIONS);
  return `${rows.map(({ line }) => line.replaceAll(/\s+/g, ' ')).join('\n')}\n`;
}

const inAWorldWhere = (change: string) =>
  database().asSuperuser(
    async (session) => {
      if (change !== '') await session.script(change);
      return reachOfOperations(session);
    },
    { rollback: true },
  );

describe('the reach of operations', () => {
  // Whoever changes this file changes what SOSCOMMAND may do: their review, not the clinic's.
  test('is what was agreed, line by line: internal-ops.txt [S-29 S-30 +]', async () => {
    await expect(await inAWorldWhere('')).toMatchFileSnapshot('internal-ops.txt');
  });

  test.each([
    ['drops a policy of theirs', 'drop policy internal_ops_select on public.cases'],
    ['widens one', 'alter policy internal_ops_select on public.cases using (true)'],
    ['adds one', 'create policy more on public.patients for select to internal_ops using (true)'],
    ['grants a column', 'grant select (full_name) on public.patients to internal_ops'],
    ['revokes a table', 'revoke select on public.case_activity_log from internal_ops'],
    ['grants a function', 'grant execute on function public.admit_patient(uuid, uuid, uuid) to internal_ops'],
  ])('is not what was agreed once somebody %s [S-29 -]', async (_, change) => {
    expect(await inAWorldWhere(change)).not.toBe(await inAWorldWhere(''));
  });

  test('is the same after a clinic has changed what its own may do [S-29 +]', async () => {
    const change = `
      drop policy provider_update on public.cases;
      create policy provider_more on public.cases for select to authenticated using (false);
      grant select (number) on public.cases to authenticated;`;
    expect(await inAWorldWhere(change)).toBe(await inAWorldWhere(''));
  });
});
