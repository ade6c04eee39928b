import { createSlot, drainAll } from '../audit/drain-access-log.ts';
import { withClient } from '../postgres/connect.ts';
import { CAST, titleOf } from './cast.ts';
import type { Stage } from './stage.ts';

/** What the policies answered one person about one table, as the privacy officer reads it. */
export interface Asked {
  readonly who: string;
  readonly table: string;
  readonly outcome: string;
  readonly reason: string;
  readonly records: number;
}

interface Row {
  readonly user_id: string;
  readonly table_name: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly records: number;
}

/** From here on, what the policies decide is kept until somebody drains it. @param url of the database, as the role that migrates. */
export async function openAccessLog(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await createSlot(client);
    await drainAll(client);
  });
}

/** Drains the day, also what was rolled back or refused in it, and has the clinic's privacy officer read it. */
export async function accessLogOf(stage: Stage, url: string): Promise<readonly Asked[]> {
  const { records } = await withClient(url, (client) => drainAll(client));
  const rows = await stage.does(
    CAST.officer,
    'reads the access log of the day',
    async (s) => {
      const result = await s.query<Row>(
        `select user_id, table_name, outcome, reason, count(*)::integer as records
         from access_log where user_agent = 'cordon-demo/1.0'
         group by user_id, table_name, outcome, reason order by min(occurred_at)`,
      );
      return result.rows;
    },
    () => `${records} records of both clinics were drained; these are the own one's`,
  );
  return rows.map(({ user_id, table_name, outcome, reason, records: count }) => ({
    who: titleOf(user_id) ?? 'somebody of the seed',
    table: table_name,
    outcome,
    reason: reason ?? '',
    records: count,
  }));
}
