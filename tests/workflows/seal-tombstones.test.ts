import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A } from '../support/ids.ts';
import { TestDatabase } from '../support/test-database.ts';
import { connected, EVIDENCE, LOG, rewrite, seal, tamper, useFolder, verdictOf } from '../support/trail.ts';
import { yearIn } from '../support/years.ts';

const folder = useFolder();
const LATER = `${yearIn(64)}-01-01 00:00+00`;

/** Retention deletes what is due then, which is everything that is not held. */
async function purge(database: TestDatabase): Promise<void> {
  await connected(database, 'postgres', async (client) => {
    await client.query(`select set_config('test.now', '${LATER}', false)`);
    await client.query(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
  });
}
async function withPurged(fn: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await TestDatabase.clone(inject('server'));
  try {
    await purge(database);
    await fn(database);
  } finally {
    await database.drop();
  }
}

describe('a sealed row that retention destroyed', () => {
  test('is told from one that was stolen, once its tombstone is sealed [N-49 S-20 +]', async () => {
    await withPurged(async (database) => {
      const before = await verdictOf(database, folder.path());
      expect(before.findings[0]?.what, 'nothing vouches for it yet').toBe('the row is gone');
      await seal(database);
      const verdict = await verdictOf(database, folder.path());
      expect(verdict).toMatchObject({ count: 0, findings: [] });
      expect(verdict.destroyed).toBeGreaterThan(10);
    });
  });

  test('hides no theft: a row beside it that has no tombstone is found [N-49 S-20 -]', async () => {
    await withPurged(async (database) => {
      await seal(database);
      await tamper(database, `delete from ${EVIDENCE} where ctid = (select min(ctid) from ${EVIDENCE})`);
      const { findings, count } = await verdictOf(database, folder.path());
      expect(count).toBe(1);
      expect(findings[0]).toMatchObject({ table: EVIDENCE, what: 'the row is gone' });
    });
  });

  test('needs a tombstone that is whole: one that was bent, taken away or not sealed vouches for nothing [N-49 S-20 -]', async () => {
    await withPurged(async (database) => {
      await seal(database);
      const whole = folder.path();
      expect(await verdictOf(database, whole)).toMatchObject({ count: 0 });
      const { verifyExport } = await import('../../scripts/audit/verifier.mjs');
      const bent = folder.path();
      rewrite(whole, bent, (lines) =>
        lines.map((line) => (line.includes('record_keys') ? line.replace(/-7000-/, '-7001-') : line)),
      );
      expect((await verifyExport(bent)).count).toBeGreaterThan(0);
      const without = folder.path();
      await verdictOf(database, without, undefined, { tables: [LOG, EVIDENCE] });
      expect((await verifyExport(without)).findings[0]?.what).toBe('the row is gone');
    });
  });

  test('was destroyed by name: keys with every sign that a literal quotes are read as they are [N-49 S-20 +]', async () => {
    await withPurged(async (database) => {
      await database.asPostgres((session) =>
        session.rows(
          `select governance.bury($1, 'retention', $1, $2, null, array[array['a"b', 'c\\d', 'e,f}', '']::text, 'plain'], 'x')`,
          [CLINIC_A, LOG],
        ),
      );
      await seal(database);
      expect(await verdictOf(database, folder.path())).toMatchObject({ count: 0 });
    });
  });
});
