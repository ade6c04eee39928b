import pg from 'pg';
import type { Queryable } from '../catalog/invariants/invariant.ts';
import { isLost } from '../console/denied.ts';
import { misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { type DoctorCheck, type Sight, STATES } from './check.ts';
import { CHECKS } from './checks/index.ts';

/**
 * Looks at a deployment for what no migration can set. One read-only transaction; no row but those of the deployment's own settings is read.
 *
 * @returns what was seen, faults first. What this login may not see is `unseen`, with the server's reason.
 * @throws CommandError (exit code 2) where the database cannot be reached.
 */
export async function examine(url: string): Promise<readonly Sight[]> {
  return withClient(
    url,
    async (client) => {
      await client.query('begin isolation level repeatable read read only');
      await client.query(
        `set local lock_timeout = '2s'; set local statement_timeout = '30s'; set local search_path = pg_catalog`,
      );
      try {
        return await examineThrough(client);
      } finally {
        await rollBack(client);
      }
    },
    { applicationName: 'cordon doctor' },
  );
}

/** Examines through a connection that is in a transaction, whose search path names the catalogs. */
export async function examineThrough(
  client: Queryable,
  checks: readonly DoctorCheck[] = CHECKS,
): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  for (const check of checks) sights.push(...(await ask(client, check)));
  return sights.sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
}

/** No privilege, or nothing of Cordon's there. */
const UNSEEN: readonly string[] = ['42501', '42P01', '3F000'];

async function ask(client: Queryable, check: DoctorCheck): Promise<readonly Sight[]> {
  await client.query('savepoint asked');
  try {
    const { rows } = await client.query<Omit<Sight, 'check'>>(check.query);
    await client.query('release savepoint asked');
    return rows.map(({ object, found, expected, state }) => ({
      check: check.name,
      object,
      found,
      expected,
      state,
    }));
  } catch (error) {
    if (isLost(error)) throw error;
    await client.query('rollback to savepoint asked');
    if (!(error instanceof pg.DatabaseError) || !UNSEEN.includes(error.code ?? '')) {
      throw misuse(
        {
          problem: `the check ${check.name} cannot be asked here: ${error instanceof Error ? error.message : error}`,
          expected: 'PostgreSQL 15 to 18, and catalogs that answer within half a minute',
          remedy: 'connect as the migrating role, directly and not through a pooler',
        },
        { cause: error },
      );
    }
    const reason = error.message;
    return [
      {
        check: check.name,
        object: check.name,
        found: `cannot be seen: ${reason}`,
        expected: check.claim,
        state: 'unseen',
      },
    ];
  }
}
