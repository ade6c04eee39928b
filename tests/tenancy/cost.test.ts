import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

interface Plan {
  readonly 'Node Type': string;
  readonly 'Subplan Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Index Cond'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** The plan's nodes as they were executed, on tables large enough that an index pays. */
async function executed(persona: Persona, statement: string): Promise<readonly Plan[]> {
  return database().as(persona, (session) => plan(session, statement));
}

async function plan(session: Session, statement: string): Promise<readonly Plan[]> {
  await session.script('set local enable_seqscan = off');
  const [row] = await session.rows<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
    `explain (analyze, buffers, costs off, timing off, format json) ${statement}`,
  );
  const flat = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return row ? flat((row['QUERY PLAN'][0] as { Plan: Plan }).Plan) : [];
}

const READS = [
  'select * from public.patients',
  'select * from public.medical_records',
  'select * from public.medical_record_overview',
];

describe('what a policy asks of others', () => {
  test.each(READS)('is asked once in a statement, however many rows: %s [N-31 N-26 +]', async (statement) => {
    const nodes = await executed(personas.doctor, statement);
    const calls = nodes.filter((node) => node['Subplan Name']?.startsWith('InitPlan'));
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter((node) => node['Actual Loops'] > 1)).toEqual([]);
    expect(nodes.filter((node) => node['Subplan Name']?.startsWith('SubPlan'))).toEqual([]);
  });

  test('verifies the caller once for a patient read by id, fence and audience together [N-31 N-26 +]', async () => {
    const nodes = await executed(
      personas.doctor,
      `select * from public.patients where id = '${idOf('patient', 'a', '01')}'`,
    );
    const calls = nodes.filter(
      (node) => node['Subplan Name']?.startsWith('InitPlan') && node['Actual Loops'] > 0,
    );
    expect(nodes[0]?.['Actual Rows']).toBe(1);
    expect(calls.length).toBe(1);
  });

  test('verifies the caller once a table in a join [N-31 +]', async () => {
    const nodes = await executed(
      personas.doctor,
      `select * from public.patients as p join public.patient_identity as i using (organisation_id, id)
       where p.id = '${idOf('patient', 'a', '01')}'`,
    );
    const calls = nodes.filter(
      (node) => node['Subplan Name']?.startsWith('InitPlan') && node['Actual Loops'] > 0,
    );
    expect(nodes[0]?.['Actual Rows']).toBe(1);
    expect(calls.length).toBe(2);
  });

  test('a second word in the fence would cost a second call, so that this test can fail [N-31 -]', async () => {
    const calls = await database().asSuperuser(
      async (session) => {
        await session.script(
          'alter policy provider_fence on public.patients using (organisation_id = (select authz.organisation_id()))',
        );
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.doctor.claims),
        ]);
        await session.script('set local role authenticated');
        return plan(session, `select * from public.patients where id = '${idOf('patient', 'a', '01')}'`);
      },
      { rollback: true },
    );
    expect(
      calls.filter((node) => node['Subplan Name']?.startsWith('InitPlan') && node['Actual Loops'] > 0).length,
    ).toBe(2);
  });

  test('is asked anew by the next statement: what was revoked between two is gone [N-31 -]', async () => {
    await database().asSuperuser(
      async (session) => {
        const read = async () => {
          await session.rows(
            `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{"x-forwarded-for":"192.0.2.10"}', true)`,
            [JSON.stringify(personas.doctor.claims)],
          );
          await session.script('set local role authenticated');
          const count = await session.value<string>('select count(*) from public.medical_records');
          await session.script('reset role');
          return Number(count);
        };
        expect(await read()).toBeGreaterThan(0);
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [
          'a0000000-0000-7000-8000-000000000001',
        ]);
        await session.script(
          `update public.care_relationships set archived_at = now() where organisation_id = '${CLINIC_A}' and user_id = '${personas.doctor.userId}'`,
        );
        expect(await read()).toBe(0);
      },
      { rollback: true },
    );
  });
});

test('no policy runs under a parallel plan, whatever a planner is offered: before 17 the claims could not be read there [N-31 N-41 -]', async () => {
  const count = 'select count(*) from public.patients';
  const OFFER = `
    set local max_parallel_workers_per_gather = 2; set local min_parallel_table_scan_size = 0;
    set local min_parallel_index_scan_size = 0; set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0;
    set local enable_indexscan = off; set local enable_indexonlyscan = off; set local enable_bitmapscan = off`;
  const planOf = async (session: Session) =>
    (await session.rows<{ 'QUERY PLAN': string }>(`explain ${count}`))
      .map((line) => line['QUERY PLAN'])
      .join('\n');
  await database().as(personas.doctor, async (session) => {
    const plain = await session.value(count);
    await session.script(OFFER);
    expect(await planOf(session)).not.toContain('Gather');
    expect(await session.attempt(count)).toMatchObject({ ok: true, rows: [{ count: plain }] });
    expect(Number(plain)).toBeGreaterThan(0);
  });
  // The offer is real: who has no policies takes it.
  const control = database().asSuperuser(
    async (session) => {
      await session.script(OFFER);
      return planOf(session);
    },
    { rollback: true },
  );
  expect(await control).toContain('Gather');
});

describe('a denial', () => {
  test.each(READS)('reads no row of the table: %s [N-33 N-26 -]', async (statement) => {
    for (const persona of [personas.stranger, personas.signedOut, personas.dualUndecided]) {
      const nodes = await executed(persona, statement);
      const scans = nodes.filter((node) => /Scan/.test(node['Node Type']));
      expect(scans.length).toBeGreaterThan(0);
      for (const scan of scans)
        expect([scan['Actual Rows'], scan['Rows Removed by Filter'] ?? 0]).toEqual([0, 0]);
    }
  });

  test('costs the cheap questions alone: the guard of a branch is not called where the row decides [N-33 +]', async () => {
    const nodes = await executed(
      personas.doctor,
      `select * from public.patients where id = '${idOf('patient', 'a', '01')}'`,
    );
    const never = nodes.filter(
      (node) => node['Subplan Name']?.startsWith('InitPlan') && node['Actual Loops'] === 0,
    );
    expect(never.length, 'authz.holds of clinic_admin').toBe(1);
  });

  test('records are found by patient, not by tenant: no row is read that is neither treated nor of broken glass [N-31 +]', async () => {
    // Enough of them that an index on the tenant alone would not pay.
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.rows(
        `insert into public.medical_records (organisation_id, patient_id, record_type) select $1, $2, 'observation' from generate_series(1, 500)`,
        [CLINIC_A, idOf('patient', 'a', '02')],
      );
      // As many rows as a tenant of a million would have, in the eyes of the planner.
      await session.script(
        'alter table public.medical_records alter column organisation_id set (n_distinct = 1); analyze public.medical_records',
      );
    });
    const nodes = await executed(personas.doctor, 'select * from public.medical_records');
    const scans = nodes.filter((node) => node['Node Type'].includes('Index'));
    expect(scans.map((node) => node['Index Cond'] ?? '').join()).toMatch(/patient_id = ANY/);
    const total = await database().asSuperuser((session) =>
      session.value<string>(
        `select count(*) from public.medical_records where organisation_id = '${CLINIC_A}'`,
      ),
    );
    const read = scans.map((node) => node['Actual Rows']).reduce((sum, rows) => sum + rows, 0);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(Number(total));
  });

  test('control: somebody with rows reads some [N-33 +]', async () => {
    for (const statement of READS) {
      const nodes = await executed(personas.doctor, statement);
      expect(nodes[0]?.['Actual Rows']).toBeGreaterThan(0);
    }
  });
});
