import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createSlot, type Drained, drainAll } from '../../scripts/audit/drain-access-log.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

/** A row of the log, as far as tests look at it. */
interface Row {
  readonly id: string;
  readonly lsn: string;
  readonly key_id: string;
  readonly role: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly realm: string;
  readonly user_id: string | null;
  readonly organisation_id: string | null;
  readonly table_name: string;
  readonly operation: string;
  readonly transaction_id: string | null;
  readonly row_id: string | null;
  readonly patient_id: string | null;
  readonly statement_at: Date;
  readonly user_agent: string | null;
  readonly purpose: string | null;
  readonly justification: string | null;
}

/** The log of one test database: its slot, which the server would not let the database be dropped with, and who drains. */
export interface AccessLog {
  /** As whoever migrates: a role with REPLICATION, and no superuser. */
  readonly drain: (batch?: number) => Promise<Drained>;
  /** What was logged since the last call, in the order of the WAL. */
  readonly news: () => Promise<readonly Row[]>;
  readonly client: pg.Client;
}

/** @returns a function that gives it; call it inside tests and hooks. Must stand after useDatabase. */
export function useAccessLog(database: () => TestDatabase): () => AccessLog {
  let log: (AccessLog & { readonly admin: pg.Client }) | undefined;
  beforeAll(async () => {
    const client = new pg.Client({ connectionString: database().url('postgres') });
    const admin = new pg.Client({ connectionString: database().url('superuser') });
    await Promise.all([client.connect(), admin.connect()]);
    await createSlot(client);
    let seen = '0/0';
    log = {
      client,
      admin,
      drain: (batch) => drainAll(client, () => {}, batch),
      news: async () => {
        await drainAll(client);
        const { rows } = await admin.query<Row>(
          `select * from audit.access_log where lsn::pg_lsn > $1 and user_agent is distinct from 'seed' order by lsn::pg_lsn`,
          [seen],
        );
        seen = rows.at(-1)?.lsn ?? seen;
        return rows;
      },
    };
  });
  afterAll(async () => {
    await log?.admin.query(
      `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()`,
    );
    await Promise.all([log?.client.end(), log?.admin.end()]);
  });
  return () => {
    if (!log) throw new Error('the log exists only while tests and hooks run');
    return log;
  };
}
