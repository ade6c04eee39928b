import type pg from 'pg';
import { quoteIdentifier, quoteLiteral } from '../scripts/postgres/quote.ts';
import { contextOf, type Sample, valuesOf } from './people.ts';
import { PARAMETERS, type Query, textOf } from './queries.ts';
import { LIMIT, type Style } from './styles.ts';

/**
 * The plan that a prepared statement keeps, run once, as text without costs and times.
 *
 * @param client a superuser; what the statement does is rolled back.
 */
export async function planOf(
  client: pg.Client,
  query: Query,
  sample: Sample,
  style: Style,
): Promise<readonly string[]> {
  const context = contextOf(sample, query.person, style);
  const text = textOf(query, style.form, style.key.startsWith(LIMIT));
  const values = valuesOf(sample, query.kind === 'denied' && style.role === 'bench_limit')[0] ?? [];
  await client.query('begin');
  try {
    await client.query('set local plan_cache_mode = force_generic_plan');
    await client.query(`set local role ${quoteIdentifier(style.role)}`);
    await client.query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
              set_config('app.current_clinic_id', $3, true), set_config('app.pinned_organisation_id', $4, true)`,
      [context.claims, context.headers, context.clinic, context.pinned],
    );
    await client.query(`prepare bench_plan (${PARAMETERS.join(', ')}) as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off, buffers off)
       execute bench_plan (${values.map(quoteLiteral).join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']);
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
  }
}

/** Tables that a plan reads from end to end. */
export function tablesScanned(plan: readonly string[]): readonly string[] {
  return plan.flatMap((line) => {
    const scanned = /Seq Scan on (\w+)/.exec(line)?.[1];
    return scanned === undefined || /never executed/.test(line) ? [] : [scanned];
  });
}

/** Whether any scan of a plan came upon a row, also one that it threw away. */
export function looksAtRows(plan: readonly string[]): boolean {
  const scans = plan.filter((line) => /Scan/.test(line));
  return (
    scans.some((line) => !/never executed|actual rows=0(\.00)? /.test(line)) ||
    plan.some((line) => /Rows Removed by Filter: [1-9]/.test(line))
  );
}
