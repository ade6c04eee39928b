import type pg from 'pg';
import { quoteIdentifier } from '../scripts/postgres/quote.ts';
import { contextOf, type Sample } from './people.ts';
import { round } from './results.ts';
import { median, shuffled } from './statistics.ts';

/** One statement over many rows: milliseconds under our policies and without any. */
export interface BulkResult {
  readonly statement: string;
  readonly rows: number;
  readonly limit_ms: number;
  readonly cordon_ms: number;
  readonly ratio: number;
}

const SIDES = [
  { key: 'limit', role: 'bench_limit', tenant: 'organisation_id = $1' },
  { key: 'cordon', role: 'authenticated', tenant: '$1::uuid is not null' },
] as const;

/**
 * Inserts and updates many rows at a time in the big tenant, and takes it back. Triggers fire on both sides.
 *
 * @param client a superuser's connection.
 */
export async function measureBulk(
  client: pg.Client,
  sample: Sample,
  rows: number,
  rounds: number,
  random: () => number,
): Promise<readonly BulkResult[]> {
  const statements = {
    insert: () =>
      `insert into public.patients (organisation_id, mrn, full_name)
       select $1::uuid, gen_random_uuid()::text, 'Lote ' || n from generate_series(1, ${rows}) as n`,
    update: (tenant: string) =>
      `update public.patients set language = 'pt'
       where ${tenant} and id in (select id from bench.patients where organisation_id = $1::uuid limit ${rows})`,
  };
  await client.query('grant select on bench.patients to bench_limit, authenticated');
  await client.query('grant usage on schema bench to authenticated');
  const results: BulkResult[] = [];
  for (const [statement, write] of Object.entries(statements)) {
    const taken = { limit: [] as number[], cordon: [] as number[] };
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const { key, role, tenant } of shuffled(SIDES, random)) {
        taken[key].push(await once(client, sample, role, write(tenant)));
      }
    }
    results.push({
      statement,
      rows,
      limit_ms: round(median(taken.limit), 1),
      cordon_ms: round(median(taken.cordon), 1),
      ratio: round(median(taken.cordon.map((own, place) => own / (taken.limit[place] as number))), 3),
    });
  }
  return results;
}

async function once(client: pg.Client, sample: Sample, role: string, text: string): Promise<number> {
  const context = contextOf(sample, 'receptionist', {});
  await client.query('begin');
  try {
    await client.query(`set local role ${quoteIdentifier(role)}`);
    await client.query(
      `select set_config('request.jwt.claims', $1, true), set_config('app.pinned_organisation_id', $2, true)`,
      [context.claims, context.pinned],
    );
    const started = performance.now();
    await client.query(text, [sample.organisation]);
    return performance.now() - started;
  } finally {
    await client.query('rollback');
  }
}
