import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isKeptByErasure, NEVER_DESTROYED } from '../../scripts/audit/section.mjs';
import { verifyExport } from '../../scripts/audit/verifier.mjs';
import { useDatabase } from '../support/database.ts';
import { day, gone, type MadeSeal, madeTrail, savedLines } from '../support/made-trail.ts';
import { useFolder } from '../support/trail.ts';

// Whoever is superuser destroys a row, writes a tombstone for it, and seals that.

const database = useDatabase();
const folder = useFolder();
const LOG = 'public.small_log';
const GRAVES = 'governance.tombstones';
const RUNS = 'governance.retention_runs';
const verdictOf = (lines: readonly string[]) => verifyExport(savedLines(folder.path(), lines));

const row = (id: string) => ({ organisation_id: 'o', id, created_at: day(0), occurred_at: day(0) });
const grave = (key: string, more: object = {}) => ({
  organisation_id: 'o',
  id: `t-${key}`,
  cause: 'retention',
  cause_id: 'r',
  relation: LOG,
  record_keys: `{"{o,${key}}"}`,
  destroyed_at: day(1.3),
  ...more,
});
/** What a run of retention says it destroyed. */
const run = (keys: readonly string[], more: object = {}) => ({
  id: 'r',
  finished_at: day(1.4),
  rows: [
    {
      organisation_id: 'o',
      table: LOG,
      rows: keys.length,
      keys_sha256: createHash('sha256')
        .update(keys.map((key) => `{o,${key}}`).join('\n'))
        .digest('hex'),
      ...more,
    },
  ],
});
const NAMED = 'the retention run that it names did not destroy just what its tombstones list';

test('a tombstone of retention vouches for just what the run that it names destroyed [N-49 N-38 S-20 -]', async () => {
  const ofRuns = (runs: MadeSeal['rows'], graves: MadeSeal['rows']) => {
    const { lines } = madeTrail([
      { table: LOG, rows: [row('a'), row('b'), row('c')] },
      ...(runs.length > 0 ? [{ table: RUNS, rows: runs }] : []),
      { table: GRAVES, rows: graves },
    ]);
    return graves.reduce<readonly string[]>(
      (all, { id }) => gone(all, LOG, `{o,${String(id).slice(2)}}`),
      lines,
    );
  };
  const true_ = ofRuns([run(['a', 'b'])], [grave('b'), grave('a')]);
  expect(await verdictOf(true_), 'in whatever order they were buried').toMatchObject({
    count: 0,
    destroyed: 2,
  });
  for (const [runs, graves] of [
    [[run(['a'])], [grave('a'), grave('b')]],
    [[run(['a', 'b'])], [grave('a')]],
    [[run(['a'])], [grave('a', { cause_id: 'another' })]],
    [[run(['a'], { organisation_id: 'p' })], [grave('a')]],
    [[run(['a'], { table: 'public.other' })], [grave('a')]],
    [[{ ...run(['a']), rows: 'none' }], [grave('a')]],
  ] as const)
    expect((await verdictOf(ofRuns(runs, graves))).findings).toMatchObject([{ table: GRAVES, what: NAMED }]);
  // A part of the trail without its runs is judged by what is in it.
  expect(await verdictOf(ofRuns([], [grave('a')]))).toMatchObject({ count: 0, destroyed: 1 });
});

test('erasure excuses no row of a log: these stay whole [N-49 S-20 -]', async () => {
  const trail = (table: string, cause: string) =>
    gone(
      madeTrail([
        { table, rows: [row('a'), row('b')] },
        { table: GRAVES, rows: [grave('a', { cause, relation: table })] },
      ]).lines,
      table,
      '{o,a}',
    );
  for (const table of ['audit.security_events', 'public.case_activity_log', 'public.disclosures']) {
    expect(await verdictOf(trail(table, 'retention')), 'control').toMatchObject({ count: 0, destroyed: 1 });
    for (const cause of ['erasure', 'none', ''])
      expect((await verdictOf(trail(table, cause))).findings).toMatchObject([
        { table, what: 'the row is gone' },
      ]);
  }
  expect(await verdictOf(trail('public.signed_form_evidence', 'erasure'))).toMatchObject({ count: 0 });
});

test('what erasure destroys of what is sealed is what its rules say [N-49 S-20 +]', async () => {
  const sealed = await database().asSuperuser((session) =>
    session.rows<{ name: string; destroys: boolean }>(
      `select name, exists (
         select from governance.erasure_rules as r
         where r.schema_name || '.' || r.table_name = name and r.action <> 'keep'
       ) as destroys
       from audit.sealed_tables() as name`,
    ),
  );
  for (const { name, destroys } of sealed.filter(({ name }) => !NEVER_DESTROYED.includes(name)))
    expect(isKeptByErasure(name), name).toBe(!destroys);
});

test('a row that is nested without end where a text belongs ends no verifier [S-20 -]', async () => {
  const { lines } = madeTrail([{ table: LOG, rows: [row('a')] }]);
  const loose = (created: string) => {
    const text = `{"v":"cordon.row.1","table":"${LOG}","row":{"organisation_id":"o","id":"b","created_at":${created}}}`;
    return lines
      .toSpliced(-1, 0, JSON.stringify({ unsealed: '{o,b}', row: text }))
      .with(-1, JSON.stringify({ end: { seals: 1, leaves: 1, unsealed: 1 } }));
  };
  expect(await verdictOf(loose(`"${day(1)}"`)), 'control').toMatchObject({ count: 0 });
  expect((await verdictOf(loose(`${'['.repeat(20_000)}${']'.repeat(20_000)}`))).findings).toMatchObject([
    { table: LOG, what: 'the row names no time at which it was written' },
  ]);
});
