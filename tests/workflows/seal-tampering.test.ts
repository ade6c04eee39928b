import { describe, expect, test } from 'vitest';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { happen, headOf, LOG, seal, tamper, useFolder, verdictOf, withTrail } from '../support/trail.ts';

const folder = useFolder();

/** The key of the row at a place of the log's tree. */
const keyAt = (database: TestDatabase, place: number) =>
  database.asSuperuser((session) =>
    session.value<string>('select record_key from audit.leaves where table_name = $1 and leaf_index = $2', [
      LOG,
      place,
    ]),
  );
const rowAt = (place: number) =>
  `t.id = (select (record_key::text[])[2]::uuid from audit.leaves where table_name = '${LOG}' and leaf_index = ${place})`;

/** The seal over the first rows of the log. */
const firstSeal = (database: TestDatabase) =>
  database.asSuperuser((session) =>
    session.value<number>('select min(seal)::int from audit.seals where table_name = $1', [LOG]),
  );

const INSERT = (at: string) => `insert into ${LOG}
  (organisation_id, id, entity_type, entity_id, event_type, actor_realm, details, occurred_at, created_at, updated_at)
  values ('${CLINIC_A}', '${NOBODY}', 'case', '${NOBODY}', 'case.opened', 'provider', '{"status": "new", "priority": "routine"}', ${at}, ${at}, ${at})`;

describe('a trail that nobody touched', () => {
  test('is whole, and continues whatever head was kept of it [S-20 +]', async () => {
    await withTrail(async (database, kept) => {
      const verdict = await verdictOf(database, folder.path(), kept);
      expect(verdict).toMatchObject({
        isExport: true,
        findings: [],
        count: 0,
        seals: kept.seal + 1,
        unsealed: 0,
        skipped: [],
      });
      expect(verdict.leaves).toBeGreaterThan(60);
      expect(verdict.head).toEqual(await headOf(database));
      await happen(database, 2);
      await seal(database);
      const later = await verdictOf(database, folder.path(), verdict.head);
      expect(later).toMatchObject({ count: 0, seals: kept.seal + 2 });
      expect(await verdictOf(database, folder.path(), kept)).toMatchObject({ count: 0 });
    });
  });

  test('is whole in part: rows after a seal, rows of one table, and rows that are not sealed yet [S-20 +]', async () => {
    await withTrail(async (database, kept) => {
      await happen(database, 3);
      const part = await verdictOf(database, folder.path(), kept, { from: kept.seal });
      expect(part).toMatchObject({ count: 0, seals: kept.seal + 1, leaves: 5, unsealed: 3 });
      expect(
        await verdictOf(database, folder.path(), kept, { tables: ['signed_form_evidence'] }),
      ).toMatchObject({
        count: 0,
        skipped: expect.arrayContaining([LOG]),
      });
      // From after what was kept, nobody can tell whether it goes on from there.
      const gap = await verdictOf(database, folder.path(), kept, { from: kept.seal + 1 });
      expect(gap.findings[0]?.what).toContain('begins after what was kept');
    });
  });
});

describe('a superuser with every trigger off', () => {
  test.each<[string, number, string, (database: TestDatabase) => string | Promise<string>]>([
    [
      'edits a row',
      7,
      'the row was changed',
      () => `update ${LOG} as t set actor_realm = 'patient' where ${rowAt(7)}`,
    ],
    [
      'edits a time by a microsecond',
      63,
      'the row was changed',
      () => `update ${LOG} as t set occurred_at = occurred_at + interval '1 microsecond' where ${rowAt(63)}`,
    ],
    [
      'edits a detail',
      3,
      'the row was changed',
      () =>
        `alter table ${LOG} drop constraint case_activity_log_details_check; update ${LOG} as t set details = details || '{"planted": null}' where ${rowAt(3)}`,
    ],
    [
      'fills a column that was empty',
      11,
      'the row was changed',
      () => `update ${LOG} as t set archived_at = now() where ${rowAt(11)}`,
    ],
    ['deletes a row', 12, 'the row is gone', () => `delete from ${LOG} as t where ${rowAt(12)}`],
    [
      'gives a row another key',
      9,
      'the row is gone',
      () => `update ${LOG} as t set id = '${NOBODY}' where ${rowAt(9)}`,
    ],
    ['empties the table', 0, 'the row is gone', () => `truncate ${LOG}`],
    [
      'swaps what two rows say',
      4,
      'the row was changed',
      () => `update ${LOG} as t set event_type = o.event_type, entity_type = o.entity_type, details = o.details, occurred_at = o.occurred_at, entity_id = o.entity_id
        from ${LOG} as o where (${rowAt(4)} and ${rowAt(8).replace('t.id', 'o.id')}) or (${rowAt(8)} and ${rowAt(4).replace('t.id', 'o.id')})`,
    ],
    [
      'edits a leaf',
      20,
      'the leaf was changed',
      () => `update audit.leaves set leaf_hash = sha256('x') where table_name = '${LOG}' and leaf_index = 20`,
    ],
    [
      'points a leaf at nothing',
      21,
      'the row is gone',
      () =>
        `update audit.leaves set record_key = '{nobody,"' where table_name = '${LOG}' and leaf_index = 21`,
    ],
    [
      'deletes a leaf',
      30,
      'a leaf is missing',
      () => `delete from audit.leaves where table_name = '${LOG}' and leaf_index = 30`,
    ],
  ])('%s: found, by table, place and key [S-20 -]', async (_, place, what, sql) => {
    await withTrail(async (database, kept) => {
      const key = await keyAt(database, place);
      await tamper(database, await sql(database));
      const { findings, count } = await verdictOf(database, folder.path());
      expect(findings[0]).toMatchObject({ table: LOG, position: place, what: expect.stringContaining(what) });
      if (!/leaf/.test(what) && !/points/.test(_)) expect(findings[0]?.key).toBe(key);
      expect(count).toBeGreaterThan(0);
      expect(JSON.stringify(findings)).not.toContain('provider');
      expect((await verdictOf(database, folder.path(), kept)).count).toBeGreaterThan(0);
    });
  });

  test('edits a row, its leaf and the nodes above: found by the root [S-20 -]', async () => {
    await withTrail(async (database) => {
      await tamper(database, `update ${LOG} as t set actor_realm = 'patient' where ${rowAt(7)}`);
      await tamper(
        database,
        `update audit.leaves as l set leaf_hash = r.hash
         from (select u.leaf_index, sha256(decode('00', 'hex') || convert_to(u.record, 'UTF8')) as hash from audit.sealed_records('${LOG}', 7, 8) as u) as r
         where l.table_name = '${LOG}' and l.leaf_index = r.leaf_index;
         delete from audit.nodes where table_name = '${LOG}';
         select audit.grow_tree('${LOG}', 0, (select max(tree_size) from audit.seals where table_name = '${LOG}'))`,
      );
      const { findings } = await verdictOf(database, folder.path());
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        table: LOG,
        seal: await firstSeal(database),
        what: expect.stringContaining('do not give the sealed root'),
      });
    });
  });

  test('moves leaves: found by the root [S-20 -]', async () => {
    await withTrail(async (database) => {
      await tamper(
        database,
        `update audit.leaves set leaf_index = -1 - leaf_index where false;
         alter table audit.leaves drop constraint leaves_leaf_index_check;
         update audit.leaves set leaf_index = -5 where table_name = '${LOG}' and leaf_index = 5;
         update audit.leaves set leaf_index = 5 where table_name = '${LOG}' and leaf_index = 6;
         update audit.leaves set leaf_index = 6 where table_name = '${LOG}' and leaf_index = -5`,
      );
      const { findings } = await verdictOf(database, folder.path());
      expect(findings[0]).toMatchObject({
        table: LOG,
        seal: await firstSeal(database),
        what: expect.stringContaining('moved'),
      });
    });
  });

  test.each([
    ['before anybody seals again', false],
    ['and has it sealed with the next', true],
  ])('puts in a backdated row %s: found by its date [S-20 -]', async (_, sealedToo) => {
    await withTrail(async (database) => {
      await tamper(database, INSERT(`now() - interval '3 days'`));
      if (sealedToo) await seal(database);
      const { findings } = await verdictOf(database, folder.path());
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({ table: LOG, what: expect.stringContaining('backdated') });
      expect(findings[0]?.key).toContain(NOBODY);
    });
    // As honest a row, written now, is none.
    await withTrail(async (database) => {
      await tamper(database, INSERT('clock_timestamp()'));
      if (sealedToo) await seal(database);
      expect(await verdictOf(database, folder.path())).toMatchObject({ count: 0 });
    });
  });

  test.each<[string, number, string, string]>([
    [
      'edits the root of a seal',
      1,
      'was changed',
      `update audit.seals set root = sha256('x') where seal = 1`,
    ],
    ['edits who sealed', 2, 'was changed', `update audit.seals set sealed_by = 'nobody' where seal = 2`],
    [
      'edits when',
      1,
      'was changed',
      `update audit.seals set closed_at = closed_at - interval '1 day' where seal = 1`,
    ],
    ['deletes a seal', 2, 'the chain is broken', 'delete from audit.seals where seal = 2'],
    ['deletes the first seal', 1, 'the chain is broken', 'delete from audit.seals where seal = 1'],
    [
      'replaces a seal by one that hashes well',
      3,
      'the chain is broken',
      `update audit.seals set sealed_by = 'nobody' where seal = 2;
       update audit.seals as s set hash = sha256(convert_to(audit.head_text(s), 'UTF8')) where seal = 2`,
    ],
  ])('%s: found, by its number [S-20 -]', async (_, number, what, sql) => {
    await withTrail(async (database, kept) => {
      await tamper(database, sql);
      const { findings } = await verdictOf(database, folder.path());
      expect(findings[0]).toMatchObject({ seal: number, what: expect.stringContaining(what) });
      expect((await verdictOf(database, folder.path(), kept)).count).toBeGreaterThan(0);
    });
  });

  test('takes the last seal back, and its leaves: found by a head that was kept of it, and where leaves were forgotten without [S-20 -]', async () => {
    await withTrail(async (database) => {
      const kept = await headOf(database);
      const { tree_size: before } = (
        await database.asSuperuser((session) =>
          session.rows<{ tree_size: string }>(
            'select tree_size from audit.seals where table_name = $1 order by seal',
            [LOG],
          ),
        )
      )[0] as { tree_size: string };
      await tamper(database, 'delete from audit.seals where seal = (select max(seal) from audit.seals)');
      const forgotten = await verdictOf(database, folder.path());
      expect(forgotten.findings[0]).toMatchObject({ table: LOG, what: 'no seal is over this leaf' });
      expect(
        await database.asPostgres((session) => session.attempt('select seal_records()'), { rollback: true }),
      ).toMatchObject({ ok: false, code: 'CD019' });

      await tamper(
        database,
        `delete from audit.leaves where table_name = '${LOG}' and leaf_index >= ${before}`,
      );
      expect(await verdictOf(database, folder.path())).toMatchObject({ count: 0 });
      const found = await verdictOf(database, folder.path(), kept);
      expect(found.findings.map(({ what }) => what).join()).toMatch(/seals were taken away/);
    });
  });

  test('edits a row and seals everything anew: whole to whoever kept nothing, found by whoever kept a head [S-20 -]', async () => {
    await withTrail(async (database, kept) => {
      await tamper(
        database,
        `update ${LOG} as t set actor_realm = 'patient' where ${rowAt(7)};
         truncate audit.seals, audit.leaves, audit.nodes`,
      );
      await seal(database);
      expect(await verdictOf(database, folder.path())).toMatchObject({ count: 0, findings: [] });
      const { findings } = await verdictOf(database, folder.path(), kept);
      expect(findings[0]).toMatchObject({
        seal: kept.seal,
        what: expect.stringContaining('not the seal that was kept'),
      });
      expect(findings).toContainEqual(
        expect.objectContaining({
          table: LOG,
          what: expect.stringContaining('are not those that were kept'),
        }),
      );
    });
  });

  test('takes the guards off for good: the table stays in the trail [S-20 -]', async () => {
    await withTrail(async (database) => {
      await database.asSuperuser((session) =>
        session.script(`drop trigger _020_append_only on ${LOG}; drop trigger _021_no_truncate on ${LOG}`),
      );
      await happen(database);
      expect(await seal(database)).toMatchObject([{ table: LOG, row_count: 1 }]);
    });
  });
});
