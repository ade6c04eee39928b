import { createSlot, drainOnce } from '../../scripts/audit/drain-access-log.ts';
import { progress } from '../../scripts/console/report.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import type { BenchServer } from '../database.ts';
import { round } from '../results.ts';
import type { DrainResult } from './results.ts';

/** As `npm run audit:drain` takes them. */
const BATCH = 20_000;

/** Emits signed records of disclosed rows, the most numerous, as policies do, then drains them in one process, several times over. */
export async function measureDrain(
  server: BenchServer,
  database: string,
  records: number,
  rounds: number,
): Promise<readonly DrainResult[]> {
  return withClient(server.adminUrl(database), async (client) => {
    await createSlot(client);
    // The first run notes the gap before its slot.
    await drainOnce(client, BATCH);
    const results: DrainResult[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      progress(`draining ${records.toLocaleString('en')} records, ${turn + 1} of ${rounds}`);
      await client.query('begin');
      await client.query('set local role cordon_definer');
      await client.query(
        `select count(authz.log_disclosure(
           (select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
         )) from generate_series(1, $1::integer)`,
        [records],
      );
      await client.query('commit');
      const started = performance.now();
      let drained = 0;
      for (let more = true; more; ) {
        const run = await drainOnce(client, BATCH);
        drained += run.records;
        more = run.more;
      }
      const seconds = (performance.now() - started) / 1000;
      if (drained !== records) throw new Error(`${drained} of ${records} records were drained`);
      results.push({
        records,
        batch: BATCH,
        seconds: round(seconds, 2),
        records_per_second: Math.round(records / seconds),
      });
    }
    return results;
  });
}
