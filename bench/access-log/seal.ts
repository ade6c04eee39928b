import type pg from 'pg';
import { round } from '../results.ts';
import type { SealResult } from './results.ts';

/** Seals what was drained and no seal holds yet, once: a second time there is nothing to seal. @param client a superuser. */
export async function measureSeal(client: pg.Client): Promise<SealResult> {
  const started = performance.now();
  const { rows } = await client.query<{ rows: number }>(
    `select (audit.seal_table('audit.access_log') ->> 'row_count')::integer as rows`,
  );
  const seconds = (performance.now() - started) / 1000;
  return { rows: rows[0]?.rows ?? 0, seconds: round(seconds, 2) };
}
