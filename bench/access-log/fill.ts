import type pg from 'pg';
import { progress } from '../../scripts/console/report.ts';

/** Staff and patients of the log, by number; its organisations are the world's. */
export const idOf = (kind: 'user' | 'patient', number: string) => `md5('${kind}' || ${number})::uuid`;

/** Over how much time the rows are spread; how many there are to ask about. */
const MONTHS = 24;
const FIRST = '2024-11-01 00:00+00';
const ORGANISATIONS = 200;
const USERS_EACH = 25;
const PATIENTS_EACH = 500;

/**
 * Rows as the drain writes them, but for their signatures, which no question looks at: two years, two hundred organisations.
 *
 * @param client a superuser.
 */
export async function fillLog(client: pg.Client, rows: number): Promise<void> {
  const each = Math.ceil(rows / MONTHS);
  for (let month = 0; month < MONTHS; month += 1) {
    const from = `(timestamptz '${FIRST}' + interval '${month} months')`;
    await client.query(`select audit.create_access_month(${from})`);
    await client.query(`
      insert into audit.access_log
        (occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, user_id, role, organisation_id, table_name,
         operation, audit_level, outcome, purpose, address_source, user_agent, row_id, patient_id, hmac)
      select
        at, gen_random_uuid(), ('0/' || to_hex(${month}::bigint * ${each} + n)), 1, at, at, 4711, 'provider',
        ${idOf('user', `(o || '/' || n % ${USERS_EACH})`)}, 'doctor', bench.id('organisation', o::integer), 'medical_records', 'SELECT', 'comprehensive',
        'disclosed', 'treatment', 'unknown', 'Mozilla/5.0', gen_random_uuid(), ${idOf('patient', `(o || '/' || n % ${PATIENTS_EACH})`)}, sha256('')
      from (
        select n, ((n * 7919::bigint) % ${ORGANISATIONS})::text as o, ${from} + (n - 1) * (interval '28 days' / ${each}) as at
        from generate_series(1, ${each}) as n
      ) as s`);
    progress(`${((month + 1) * each).toLocaleString('en')} rows in audit.access_log`);
  }
  await client.query('vacuum (analyze) audit.access_log');
}
