import type pg from 'pg';
import { finding } from '../console/errors.ts';
import type { Migration } from '../migrate/history.ts';
import { proposalsOf, sharedObjects } from './proposal.ts';
import { answerTo, isProtected } from './store.ts';

/**
 * In a protected database, refuses to begin where a pending migration touches what operations hold and they have not acknowledged
 * exactly this file. Nothing is applied then, the harmless ones before it included. [S-28]
 *
 * @throws CommandError (1) naming each migration, what it touches and what was answered.
 */
export async function requireAcknowledged(
  client: pg.ClientBase,
  pending: readonly Migration[],
): Promise<void> {
  if (!(await isProtected(client))) return;
  const refused: string[] = [];
  for (const [at, proposal] of (await proposalsOf(pending, await sharedObjects(client))).entries()) {
    if (proposal.shared.length === 0) continue;
    const { answer, note } = await answerTo(client, proposal);
    if (answer === 'acknowledged') continue;
    const said = { unknown: 'not proposed', proposed: 'waits for operations', rejected: `rejected: ${note}` };
    refused.push(`${pending[at]?.fileName}: ${said[answer]}`, `  touches ${proposal.shared.join(', ')}`);
  }
  if (refused.length === 0) return;
  throw finding({
    problem: 'operations have not acknowledged what touches theirs',
    expected:
      'an acknowledgement of exactly these files: this database requires one (authz.deployment_settings)',
    details: refused,
    remedy:
      'npm run db:handshake -- --propose, and have an admin of operations answer: select acknowledge_schema_change(version, checksum)',
  });
}
