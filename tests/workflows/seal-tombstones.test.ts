import { describe, expect, inject, test } from 'vitest';
import { verifyExport } from '../../scripts/audit/verifier.mjs';
import { CLINIC_A } from '../../testing/ids.ts';
import { TestDatabase } from '../../testing/test-database.ts';
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

  /** A leaf of an export, and its line. */
  interface Leaf {
    readonly at: number;
    readonly leaf: number;
    readonly key: string;
    readonly row: string | null;
  }
  function leavesOf(lines: readonly string[], table: string): Leaf[] {
    const start = lines.findIndex((line) => line.startsWith(`{"table":"${table}"`)) + 1;
    const end = lines.findIndex((line, at) => at >= start && !line.startsWith('{"leaf"'));
    return lines.slice(start, end).map((line, place) => ({ ...JSON.parse(line), at: start + place }));
  }
  const isGone = ({ row }: Leaf) => row === null;
  const stolen = (lines: readonly string[], { at }: Leaf, key: string) =>
    lines.with(at, JSON.stringify({ ...JSON.parse(lines[at] as string), key, row: null }));

  test('lends its key to no other: stolen rows whose leaves name it are found, against a head that was kept too [N-49 S-20 -]', async () => {
    await withPurged(async (database) => {
      await seal(database);
      const whole = folder.path();
      const { head, count, destroyed } = await verdictOf(database, whole);
      expect(count).toBe(0);
      const bent = folder.path();
      let victims: Leaf[] = [];
      rewrite(whole, bent, (lines) => {
        const leaves = leavesOf(lines, EVIDENCE);
        const lender = leaves.find(isGone) as Leaf;
        victims = leaves.filter((leaf) => !isGone(leaf)).slice(0, 2);
        return victims.reduce<string[]>((all, victim) => stolen(all, victim, lender.key), lines);
      });
      expect(victims).toHaveLength(2);
      const verdict = await verifyExport(bent, { head });
      expect(verdict.findings.filter(({ what }) => what === 'the row is gone')).toHaveLength(2);
      expect(verdict).toMatchObject({ count: 2, destroyed });
    });
  });

  test('lends a key that no leaf ever had, and no organisation, to no row [N-49 S-20 -]', async () => {
    await withPurged(async (database) => {
      const never = ['{0}', '{g}'];
      await database.asPostgres((session) =>
        session.rows(
          `select governance.bury($1, 'erasure', $1, $2, null, $3, 'x'), governance.close_burial($1, 'erasure', $1, 'x')`,
          [CLINIC_A, EVIDENCE, never],
        ),
      );
      await seal(database);
      const whole = folder.path();
      const { head, count, destroyed } = await verdictOf(database, whole);
      expect(count).toBe(0);
      for (const key of never) {
        const bent = folder.path();
        rewrite(whole, bent, (lines) => {
          const there = leavesOf(lines, EVIDENCE).filter((leaf) => !isGone(leaf));
          // Before everything that stands before the last one, behind everything that follows the first.
          return stolen(lines, there.at(key === '{0}' ? -1 : 0) as Leaf, key);
        });
        // Of two that are gone and stand in the wrong order, nothing tells which one lies.
        const verdict = await verifyExport(bent, { head });
        expect(verdict.destroyed).toBeLessThanOrEqual(destroyed);
        expect(verdict.findings[0]).toMatchObject({
          table: EVIDENCE,
          what: 'the row is gone',
        });
      }
    });
  });

  test('was destroyed by the run that its tombstone names: a log that somebody buries himself is stolen [N-49 N-38 S-20 -]', async () => {
    await withPurged(async (database) => {
      await seal(database);
      expect(await verdictOf(database, folder.path()), 'control').toMatchObject({ count: 0 });
      const lost = (await database.asSuperuser((session) =>
        session.value<string>(`select array[organisation_id, id]::text from ${LOG} order by id limit 1`),
      )) as string;
      await tamper(database, `delete from ${LOG} where array[organisation_id, id]::text = '${lost}'`);
      const run = `(select id from governance.retention_runs order by finished_at desc limit 1)`;
      const bury = (cause: string, id: string) =>
        database.asPostgres((session) =>
          session.rows(
            `select governance.bury(($2::text[])[1]::uuid, '${cause}', ${id}, $1, null, array[$2::text], 'x')`,
            [LOG, lost],
          ),
        );
      const graves = 'governance.tombstones';
      const unclosed = { table: graves, what: expect.stringContaining('nothing closes the tombstones') };
      const changed = { table: graves, what: expect.stringContaining('are not those that were closed') };
      const stolen = { table: LOG, key: lost, what: 'the row is gone' };
      await bury('erasure', `'${CLINIC_A}'`);
      expect((await verdictOf(database, folder.path())).findings, 'before a seal').toMatchObject([
        unclosed,
        stolen,
      ]);
      await seal(database);
      expect((await verdictOf(database, folder.path())).findings).toMatchObject([unclosed, stolen]);
      await bury('retention', run);
      await seal(database);
      // As many as were forged: nobody buries beside what was closed.
      expect((await verdictOf(database, folder.path())).findings).toMatchObject([
        changed,
        { table: graves, what: expect.stringContaining('the retention run that it names') },
        unclosed,
      ]);
    });
  });

  test('needs a tombstone that is whole: one that was bent, taken away or not sealed vouches for nothing [N-49 S-20 -]', async () => {
    await withPurged(async (database) => {
      await seal(database);
      const whole = folder.path();
      expect(await verdictOf(database, whole)).toMatchObject({ count: 0 });
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
          `select governance.bury($1, 'erasure', $1, $2, null, array[array['a"b', 'c\\d', 'e,f}', '']::text, 'plain'], 'x'),
             governance.close_burial($1, 'erasure', $1, 'x')`,
          [CLINIC_A, EVIDENCE],
        ),
      );
      await seal(database);
      expect(await verdictOf(database, folder.path())).toMatchObject({ count: 0 });
    });
  });
});
