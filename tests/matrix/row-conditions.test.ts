import { describe, expect, inject, test } from 'vitest';
import { withClient } from '../../scripts/postgres/connect.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { differingColumns, observeColumns } from '../support/matrix/columns.ts';
import type { StateCell } from '../support/matrix/row-states/cell.ts';
import { differingStates, observeRowStates } from '../support/matrix/row-states.ts';

const database = useDatabase();

describe('rows that do not satisfy the rules', () => {
  let cells: readonly StateCell[] = [];

  test('are out of reach for whom they would otherwise be in reach, and in reach again once they do [N-02 N-14 N-15 N-25 N-27 N-45 +]', async () => {
    cells = await statesOf(database());
    expect(differingStates(cells)).toEqual([]);
    expect(cells.filter(({ observed }) => observed === 'allow').length).toBeGreaterThan(100);
  });

  test('are not found, without an error, and no write brings one about [N-02 N-14 N-15 N-25 N-27 N-45 -]', () => {
    const refused = cells.filter(({ expected }) => expected !== 'allow');
    expect(refused.length).toBeGreaterThan(200);
    expect(refused.filter(({ observed }) => observed === 'allow')).toEqual([]);
  });
});

describe('columns', () => {
  test('are in reach of exactly the roles that the rules name, for reading, creating and changing [S-16 N-11 N-19 +]', async () => {
    const cells = await database().asSuperuser((session) => observeColumns(session), { rollback: true });
    expect(differingColumns(cells)).toEqual([]);
    expect(cells.filter(({ observed }) => observed).length).toBeGreaterThan(500);
  });

  test('that no rule names are refused, stamps and projections among them [S-16 N-11 N-19 -]', async () => {
    const cells = await database().asSuperuser((session) => observeColumns(session), { rollback: true });
    const written = cells.filter(
      ({ column, role, privilege, observed }) =>
        /^(created|updated)_|^actor_kind$|^patient_status$/.test(column) &&
        /^(authenticated|patient|internal_ops|anon)$/.test(role) &&
        privilege !== 'select' &&
        observed,
    );
    expect(written).toEqual([]);
  });
});

describe('both can fail', () => {
  async function planted<T>(plant: string, look: (clone: TestDatabase) => Promise<T>): Promise<T> {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      await clone.asSuperuser((session) => session.script(plant));
      return await look(clone);
    } finally {
      await clone.drop();
    }
  }

  test('a policy that forgets that the patient is inactive shows [N-27 N-42 -]', async () => {
    const forgets = `alter policy provider_update_rows on public.appointments
      using (archived_at is null) with check (archived_at is null)`;
    const differing = await planted(forgets, async (clone) =>
      differingStates(await statesOf(clone, ['public.appointments'])),
    );
    expect(differing).toContain(
      'doctor of A, leave public.appointments of an inactive patient: no_row, got allow',
    );
  });

  test('a column that somebody grants shows [S-16 N-42 -]', async () => {
    const grant = 'grant update (patient_status) on public.appointments to authenticated';
    const differing = await planted(grant, (clone) =>
      clone.asSuperuser(async (session) => differingColumns(await observeColumns(session)), {
        rollback: true,
      }),
    );
    expect(differing).toEqual(['authenticated reaches public.appointments: update (patient_status)']);
  });
});

function statesOf(on: TestDatabase, tables?: readonly string[]): Promise<readonly StateCell[]> {
  return withClient(on.url('superuser'), (client) => observeRowStates(client, tables && { tables }));
}
