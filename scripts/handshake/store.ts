import type pg from 'pg';
import type { Proposal } from './proposal.ts';

/** What operations have said to a proposal. `unknown`: nobody has asked them. */
export type Answer = 'unknown' | 'proposed' | 'acknowledged' | 'rejected';

/** Whether this database refuses what operations have not acknowledged. One that is too old to know of it does not. */
export async function isProtected(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select exists (
       select from pg_attribute
       where attrelid = to_regclass('authz.deployment_settings') and attname = 'require_acknowledgement' and not attisdropped
     ) and to_regclass('governance.schema_changes') is not null as exists`,
  );
  if (!rows[0]?.exists) return false;
  const { rows: settings } = await client.query<{ on: boolean }>(
    'select bool_or(require_acknowledgement) as on from authz.deployment_settings',
  );
  return settings[0]?.on === true;
}

/** What was answered to exactly this file: an edited one has another checksum, and nobody has seen it. */
export async function answerTo(
  client: pg.ClientBase,
  { version, checksum }: Pick<Proposal, 'version' | 'checksum'>,
): Promise<{ readonly answer: Answer; readonly note: string | null }> {
  const { rows } = await client.query<{ answer: Answer; note: string | null }>(
    'select status as answer, note from governance.schema_changes where version = $1 and checksum = $2',
    [version, checksum],
  );
  return rows[0] ?? { answer: 'unknown', note: null };
}

/** Asks operations, once per file. */
export async function propose(client: pg.ClientBase, proposal: Proposal): Promise<void> {
  await client.query(
    `insert into governance.schema_changes (version, checksum, name, access, shared_objects)
     values ($1, $2, $3, $4, $5) on conflict (version, checksum) do nothing`,
    [proposal.version, proposal.checksum, proposal.name, proposal.access, proposal.shared],
  );
}
