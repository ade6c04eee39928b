import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { useDatabase } from '../support/database.ts';
import { connected } from '../support/trail.ts';

const database = useDatabase({ twins: false });

/** Waits until somebody waits for the lock of a table. */
async function waited(table: string): Promise<void> {
  for (;;) {
    const waiting = await database().asSuperuser((session) =>
      session.value<boolean>(
        'select exists (select from pg_locks where relation = $1::regclass and not granted and database = (select oid from pg_database where datname = current_database()))',
        [table],
      ),
    );
    if (waiting) return;
  }
}

describe('retention, beside who writes', () => {
  test('that would wait for what it has locked, ends with the error that says to ask again, and they go on [N-49 -, N-50 +]', async () => {
    await connected(database(), 'superuser', (writer) =>
      connected(database(), 'postgres', async (owner) => {
        // The test is about what retention is told: it is the one that looks whether everybody waits.
        await writer.query(
          `begin; set local deadlock_timeout = '1min'; set local app.pinned_organisation_id = '${CLINIC_A}'`,
        );
        await writer.query('lock table public.transfer_jobs in row exclusive mode');
        await owner.query(`select set_config('test.now', (now() + interval '400 days')::text, false)`);
        const run = () =>
          owner.query(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`).then(
            () => 'ran',
            (error: { code?: string }) => error.code,
          );
        const ran = run();
        await waited('public.transfer_jobs');
        // Of a table that has rows due, and comes before.
        const written = writer.query(
          `update public.document_upload_grants set used_at = used_at where id = $1`,
          [idOf('upload', 'a', '01')],
        );
        expect(await ran).toBe('CD018');
        expect((await written).rowCount).toBe(1);
        await writer.query('commit');
        expect(await run(), 'control').toBe('ran');
      }),
    );
  });
});
