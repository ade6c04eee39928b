import { progress } from '../../scripts/console/report.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { prepareDatabase, startServer } from '../database.ts';
import { contextOf, sampleOf } from '../people.ts';
import { worldOf } from '../world.ts';
import { measureDrain } from './drain.ts';
import { fillLog } from './fill.ts';
import { appointAuditor, askLog } from './questions.ts';
import type { AccessLogReport } from './results.ts';
import { measureSeal } from './seal.ts';

export interface AccessLogOptions {
  /** Rows of the log that is asked. */
  readonly rows: number;
  /** Records that the drain takes. */
  readonly records: number;
  readonly rounds: number;
  readonly sharedBuffers: string;
}

/** Patients of the world around the log: its organisations and their staff are what counts. */
const PATIENTS = 100_000;

/** Builds a server that decodes its WAL, drains records and asks a big log, and removes it again. */
export async function runAccessLog(options: AccessLogOptions): Promise<AccessLogReport> {
  const server = await startServer(undefined, options.sharedBuffers, {
    wal_level: 'logical',
    max_replication_slots: '4',
  });
  try {
    const patients = Math.min(PATIENTS, Math.max(2_000, options.rows / 10));
    const database = await prepareDatabase(server, patients);
    return await withClient(server.adminUrl(database), async (client) => {
      const drain = await measureDrain(server, database, options.records, options.rounds);
      // What fills the log would be kept for the drain.
      await client.query('select pg_drop_replication_slot(slot_name) from pg_replication_slots');
      progress('sealing what was drained');
      const seal = await measureSeal(client);
      await client.query(`set work_mem = '256MB'`);
      await fillLog(client, options.rows);
      const sample = await sampleOf(client, worldOf(patients), 'big');
      await appointAuditor(client, sample.organisation, sample.logins.doctor.user);
      progress('asking the log');
      const questions = await askLog(client, contextOf(sample, 'doctor', {}), options.rounds);
      return { server: `PostgreSQL ${server.version}`, drain, seal, rows: options.rows, questions };
    });
  } finally {
    await server.remove();
  }
}
