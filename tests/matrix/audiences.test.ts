import { expect, test } from 'vitest';
import { CAPABILITIES, PROVIDER_ROLES } from '../../policies/vocabulary.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { useDatabase } from '../support/database.ts';
import { AUDIENCES, observeAudiences } from '../support/matrix/audiences.ts';
import { type Cell, differingCells } from '../support/matrix/cell.ts';

const database = useDatabase();

async function observed(
  plant = 'select 1',
  options: Parameters<typeof observeAudiences>[1] = {},
): Promise<readonly Cell[]> {
  return withClient(database().url('superuser'), async (client) => {
    await client.query('begin');
    await client.query(plant);
    return observeAudiences(client, options);
  });
}

test('a role gets of every table what the rules give it, with each capability and with all of them, and no more [N-02 N-04 N-14 S-02 +, N-02 N-04 N-14 S-02 -]', async () => {
  const cells = await observed();
  expect(differingCells({ cells, unruled: [] })).toEqual([]);
  expect(new Set(cells.map(({ persona }) => persona)).size).toBe(AUDIENCES.length);
  expect(AUDIENCES.length).toBeGreaterThan(PROVIDER_ROLES.length * (CAPABILITIES.length - 1));
  expect(cells.filter(({ observed }) => observed === 'allow').length).toBeGreaterThan(1000);
}, 240_000);

test('a role that is let in beside a capability shows [N-04 N-42 -]', async () => {
  const widened = `alter policy provider_insert on public.agreements with check
    (organisation_id = (select authz.organisation_for('{clinic_admin,doctor}', '{}')))`;
  const cells = await observed(widened, {
    tables: ['public.agreements'],
    audiences: [
      { role: 'doctor', capabilities: ['finance'] },
      { role: 'nurse', capabilities: ['finance'] },
    ],
  });
  expect(
    differingCells({ cells, unruled: [] }).map(
      ({ persona, operation, whose, expected, observed }) =>
        `${persona} ${operation} ${whose}: ${expected}, got ${observed}`,
    ),
  ).toEqual(['doctor with finance INSERT own: no_row, got allow']);
});
