import { expect, test } from 'vitest';
import { isKeptByErasure, NEVER_DESTROYED } from '../../scripts/audit/section.mjs';
import { verifyExport } from '../../scripts/audit/verifier.mjs';
import { useDatabase } from '../support/database.ts';
import {
  closedGraves,
  day,
  gone,
  type MadeSeal,
  madeTrail,
  savedLines,
  sha256,
} from '../support/made-trail.ts';
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
      keys_sha256: sha256(keys.map((key) => `{o,${key}}`).join('\n')),
      ...more,
    },
  ],
});
const NAMED = 'the retention run that it names did not destroy just what its tombstones list';
const TOLD = 'the run destroyed more, or less, than its tombstones tell';

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
  const named = { table: GRAVES, what: NAMED };
  const told = { table: RUNS, what: TOLD };
  for (const [runs, graves, findings] of [
    [[run(['a'])], [grave('a'), grave('b')], [named]],
    [[run(['a', 'b'])], [grave('a')], [named]],
    [[run(['a'])], [grave('a', { cause_id: 'another' })], [named, told]],
    [[run(['a'], { organisation_id: 'p' })], [grave('a')], [named]],
    [[run(['a'], { table: 'public.other' })], [grave('a')], [named]],
    [[{ ...run(['a']), rows: 'none' }], [grave('a')], [named]],
  ] as const)
    expect((await verdictOf(ofRuns(runs, graves))).findings).toMatchObject(findings);
  // A part of the trail without its runs is judged by what is in it.
  expect(await verdictOf(ofRuns([], [grave('a')]))).toMatchObject({ count: 0, destroyed: 1 });
});

test('a run of retention has tombstones for all that it destroyed, of tables that are not sealed too [N-49 N-38 S-20 -]', async () => {
  const chart = (more: object = {}) => {
    const { record_keys: _, ...row } = grave('x', { relation: 'public.beds', row_count: '2', ...more });
    return { ...row, keys_sha256: sha256('two beds') };
  };
  const beds = (more: object = {}) => run([], { table: 'public.beds', rows: 2, ...more });
  const of = async (runs: MadeSeal['rows'], graves: MadeSeal['rows']) =>
    (
      await verdictOf(
        madeTrail([
          { table: RUNS, rows: runs },
          { table: GRAVES, rows: graves },
        ]).lines,
      )
    ).findings;
  expect(await of([beds()], [chart()]), 'control').toEqual([]);
  expect(await of([beds({ column: 'packet' })], [chart({ column_name: 'packet' })]), 'control').toEqual([]);
  for (const [runs, graves] of [
    [[beds()], [chart({ row_count: '1' })]],
    [[beds({ rows: 3 })], [chart()]],
    [[beds()], [chart({ column_name: 'packet' })]],
    [[beds()], [chart({ organisation_id: 'p' })]],
    [[beds()], [chart({ relation: 'public.wards' })]],
  ] as const)
    expect(await of(runs, graves)).toMatchObject([{ table: RUNS, what: TOLD }]);
});

const erased = (key: string, more: object = {}) =>
  grave(key, { cause: 'erasure', cause_id: 'asked', destroyed_at: day(1.2), ...more });
const CLOSED = closedGraves([erased('a'), erased('b')], day(1.3));
const burialOf = (graves: MadeSeal['rows'], ...later: MadeSeal['rows'][]) => {
  const seals = [graves, ...later].map((rows) => ({ table: GRAVES, rows, isAsGiven: true }));
  return madeTrail([{ table: LOG, rows: [row('a'), row('b'), row('c')] }, ...seals]).lines;
};
const buried = (lines: readonly string[], ...keys: string[]) =>
  keys.reduce((all, key) => gone(all, LOG, `{o,${key}}`), lines);

test('tombstones are those that the erasure closed: none is added, left out, changed or given to another [N-49 S-20 -]', async () => {
  const [a, b, closing] = CLOSED as [MadeSeal['rows'][0], MadeSeal['rows'][0], MadeSeal['rows'][0]];
  expect(await verdictOf(buried(burialOf([a, b, closing]), 'a', 'b')), 'control').toMatchObject({
    count: 0,
    destroyed: 2,
  });
  expect(await verdictOf(buried(burialOf([closing, b, a]), 'a', 'b')), 'in any order').toMatchObject({
    count: 0,
  });
  const c = { ...closedGraves([erased('c')], day(1.3))[0] };
  const changed = 'are not those that were closed';
  const open = 'nothing closes the tombstones';
  for (const [graves, what] of [
    [[a, b, closing, c], changed],
    [[a, closing], changed],
    [[b, closing], changed],
    [[{ ...a, relation: 'public.beds' }, b, closing], changed],
    [[{ ...a, column_name: 'notes' }, b, closing], changed],
    [[a, b, { ...closing, row_count: '3' }], changed],
    [[a, b, { ...closing, keys_sha256: 'ab'.repeat(32) }], changed],
    [[a, b, closing, { ...closing, id: 'z-again' }], 'were closed twice'],
    [[a, b], open],
    [[a, b, closing, { ...c, cause_id: 'another' }], open],
    [[a, b, closing, { ...c, organisation_id: 'p' }], open],
  ] as const)
    expect((await verdictOf(burialOf(graves))).findings, what).toMatchObject([
      { table: GRAVES, what: expect.stringContaining(what) },
    ]);
  // All of it, given to another request, clinic or cause.
  for (const more of [{ cause_id: 'another' }, { organisation_id: 'p' }, { cause: 'none' }])
    expect(
      (await verdictOf(burialOf(CLOSED.map((grave) => ({ ...grave, ...more }))))).findings,
    ).toMatchObject([{ table: GRAVES, what: expect.stringContaining(changed) }]);
  // Under a later seal, where the first ones stand before it.
  expect(
    (await verdictOf(buried(burialOf(CLOSED, [{ ...c, destroyed_at: day(2.3) }]), 'c'))).findings,
  ).toMatchObject([{ table: GRAVES, what: expect.stringContaining(changed) }]);
});

test('a tombstone that no seal holds yet is held against what closed the others [N-49 S-20 -]', async () => {
  const loose = (lines: readonly string[], grave: Readonly<Record<string, unknown>>) => {
    const text = JSON.stringify({ v: 'cordon.row.1', table: GRAVES, row: grave });
    const at = lines.findIndex((line) => line.startsWith(`{"table":"${LOG}"`));
    const end = JSON.parse(lines.at(-1) as string).end;
    return lines
      .toSpliced(at, 0, JSON.stringify({ unsealed: `{o,${grave.id}}`, row: text }))
      .with(-1, JSON.stringify({ end: { ...end, unsealed: 1 } }));
  };
  const [grave] = closedGraves([erased('c', { destroyed_at: day(2) })], day(2));
  expect((await verdictOf(burialOf(CLOSED))).count, 'control').toBe(0);
  expect(
    (await verdictOf(loose(burialOf(CLOSED), grave as object as Record<string, unknown>))).findings,
  ).toMatchObject([{ table: GRAVES, what: expect.stringContaining('are not those that were closed') }]);
});

test('a part of the trail has its own tombstones closed in it: what is put beside earlier ones is told there too [N-49 S-20 +, N-49 S-20 -]', async () => {
  const later = (id: string) =>
    closedGraves([erased('c', { cause_id: id, destroyed_at: day(2.2) })], day(2.3));
  const part = async (graves: MadeSeal['rows']) => {
    const { lines, subtrees } = madeTrail([
      { table: LOG, rows: [row('a'), row('b'), row('c')] },
      { table: GRAVES, rows: CLOSED, isAsGiven: true },
      { table: GRAVES, rows: graves, isAsGiven: true },
    ]);
    const size = CLOSED.length;
    const at = lines.findIndex((line) => line.startsWith(`{"table":"${GRAVES}"`));
    const head = {
      table: GRAVES,
      key: ['organisation_id', 'id'],
      first: size,
      subtrees: subtrees(GRAVES, size),
    };
    const log = lines.findIndex((line) => line.startsWith(`{"table":"${LOG}"`));
    const kept = lines.toSpliced(log, 4).toSpliced(at, size + 1, JSON.stringify(head));
    const end = { end: { seals: 3, leaves: graves.length, unsealed: 0 } };
    return (
      await verifyExport(savedLines(folder.path(), kept.with(-1, JSON.stringify(end))), {
        tables: [GRAVES],
        from: 2,
      })
    ).findings;
  };
  expect(await part(later('another')), 'control').toEqual([]);
  for (const graves of [later('asked').slice(0, 1), later('another').slice(0, 1), later('another').slice(1)])
    expect(await part(graves)).toMatchObject([{ table: GRAVES }]);
});

test('a tombstone lists the keys that its digest is of, each of them and no other [N-49 S-20 -]', async () => {
  const twice = (keys: string, more: object) => [erased('a', { record_keys: keys, ...more })];
  const both = '{"{o,a}","{o,b}"}';
  const told = { row_count: '2', keys_sha256: sha256('{o,a}\n{o,b}') };
  const trail = (keys: string, more: object) =>
    madeTrail([
      { table: LOG, rows: [row('a'), row('b')] },
      { table: GRAVES, rows: twice(keys, more) },
    ]).lines;
  expect(await verdictOf(buried(trail(both, told), 'a', 'b')), 'control').toMatchObject({
    count: 0,
    destroyed: 2,
  });
  for (const [keys, more] of [
    ['{"{o,a}"}', told],
    ['{"{o,a}","{o,c}"}', told],
    [both, { ...told, row_count: '1' }],
    [both, { ...told, keys_sha256: sha256('{o,a}') }],
  ] as const)
    expect((await verdictOf(trail(keys, more))).findings).toMatchObject([
      { table: GRAVES, what: 'the tombstone lists other keys than its digest is of' },
    ]);
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
