import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportTrail } from '../audit/export-trail.ts';
import { type Finding, verifyExport } from '../audit/verifier.mjs';
import { finding } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';

const LOG = 'public.case_activity_log';

export interface Trail {
  readonly root: string;
  readonly seals: number;
  readonly rows: number;
  readonly whole: boolean;
  /** What is found once the server's own superuser has bent one row, with every trigger off. */
  readonly bent: Finding | undefined;
}

/**
 * Exports the sealed day and verifies the file; then once more, after a superuser has bent a row.
 *
 * @param url of the database, as the role that migrates.
 * @param superuser the same database, as who can do anything there.
 */
export async function trailOf(url: string, superuser: string): Promise<Trail> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-demo-'));
  try {
    const verified = async (name: string) => {
      const file = join(folder, name);
      await withClient(url, (client) => exportTrail(client, file));
      return verifyExport(file);
    };
    const before = await verified('before.ndjson');
    await withClient(superuser, (client) =>
      client.query(`alter table ${LOG} disable trigger user;
        update ${LOG} set actor_user_id = null where id = (select id from ${LOG} where actor_user_id is not null order by created_at limit 1)`),
    );
    const after = await verified('after.ndjson');
    return {
      root: before.head?.trees[LOG]?.root ?? '',
      seals: before.seals,
      rows: before.leaves,
      whole: before.count === 0,
      bent: after.findings[0],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the day closes with: that it is whole, and that what was bent is found. Told, it must be so. @throws CommandError (1) where it is not. */
export function requireTold({ whole, bent }: Pick<Trail, 'whole' | 'bent'>): void {
  if (whole && bent) return;
  throw finding({
    problem: whole
      ? 'a superuser bent a row of the record, and nobody noticed'
      : 'the record of the day is not whole',
    expected: 'a sealed day that is whole, and not once a row of it is bent',
    remedy: 'npm run audit:seal, audit:export and audit:verify tell more; mend what they find',
  });
}
