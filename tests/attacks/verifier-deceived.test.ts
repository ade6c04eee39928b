import { expect, test } from 'vitest';
import { verifyProof } from '../../scripts/audit/proof.mjs';
import { NEVER_DESTROYED } from '../../scripts/audit/section.mjs';
import { verifyExport } from '../../scripts/audit/verifier.mjs';
import { useDatabase } from '../support/database.ts';
import { day, gone, madeTrail, savedLines, withRow } from '../support/made-trail.ts';
import { useFolder } from '../support/trail.ts';
import { yearIn } from '../support/years.ts';

// Whoever bends a trail, or carries its export, and a verifier that must neither call it whole nor blame what is whole.

const database = useDatabase();
const folder = useFolder();
const LOG = 'public.small_log';
const GRAVES = 'governance.tombstones';
/** Whatever column tells when a row was written. */
const TIMES = { occurred_at: day(0), noticed_at: day(0), finished_at: day(0) };
const row = (number: number, more: object = {}) => ({
  id: `k${String(number).padStart(2, '0')}`,
  created_at: day(number / 100),
  ...more,
});
const rowText = (content: object) => JSON.stringify({ v: 'cordon.row.1', table: LOG, row: content });
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => row(from + n));
const verdictOf = (lines: readonly string[], options: Parameters<typeof verifyExport>[1] = {}) =>
  verifyExport(savedLines(folder.path(), lines), options);

test('rows left out before a seal are found, under a head that was kept too, unless that part was asked for [S-20 -]', async () => {
  const { lines, head, subtrees } = madeTrail([
    { table: LOG, rows: rows(0, 3) },
    { table: LOG, rows: [row(60)] },
  ]);
  expect(await verdictOf(lines, { head }), 'all of it').toMatchObject({ count: 0, leftOut: 0 });
  const at = lines.findIndex((line) => line.startsWith('{"table"'));
  const part = lines
    .toSpliced(at, 4, JSON.stringify({ table: LOG, key: ['id'], first: 3, subtrees: subtrees(LOG, 3) }))
    .with(-1, JSON.stringify({ end: { seals: 2, leaves: 1, unsealed: 0 } }));
  for (const options of [{}, { head }, { head, from: 0 }]) {
    const { findings, count } = await verdictOf(part, options);
    expect(count).toBe(1);
    expect(findings[0]).toMatchObject({
      table: LOG,
      what: expect.stringContaining('first 3 rows were left out'),
    });
  }
  expect(await verdictOf(part, { head, from: 1 })).toMatchObject({ count: 0, leftOut: 3 });
  // All rows left out, none looked at.
  const none = part
    .toSpliced(-2, 1)
    .with(at, JSON.stringify({ table: LOG, key: ['id'], first: 4, subtrees: subtrees(LOG, 4) }))
    .with(-1, JSON.stringify({ end: { seals: 2, leaves: 0, unsealed: 0 } }));
  expect((await verdictOf(none, { head })).count).toBe(1);
  expect((await verdictOf(none, { head, from: 1 })).count).toBe(1);
});

test('the first bent row is told first, however many are gone behind it [S-20 -]', async () => {
  const { lines } = madeTrail([{ table: LOG, rows: rows(0, 40) }]);
  let bent = withRow(lines, LOG, '{k03}', (entry) => ({ ...entry, row: entry.row.replace('"id"', '"Id"') }));
  for (let number = 10; number < 40; number++) bent = gone(bent, LOG, `{k${number}}`);
  const { findings, count } = await verdictOf(bent);
  expect(findings[0]).toMatchObject({ position: 3, what: expect.stringContaining('the row was changed') });
  expect(findings[1]).toMatchObject({ position: 10, what: 'the row is gone' });
  expect([findings.length, count]).toEqual([20, 31]);
});

test('one tombstone that was bent blames no row that another buries [N-49 S-20 -]', async () => {
  const grave = (id: string, key: string) => ({
    organisation_id: 'o',
    id,
    relation: LOG,
    record_keys: `{"{o,${key}}"}`,
    destroyed_at: day(0.9),
  });
  const of = (number: number) => row(number, { organisation_id: 'o' });
  const { lines } = madeTrail([
    { table: LOG, rows: [of(0), of(1), of(2)] },
    { table: GRAVES, rows: [grave('t0', 'k00'), grave('t1', 'k01')] },
  ]);
  const destroyed = gone(gone(lines, LOG, '{o,k00}'), LOG, '{o,k01}');
  expect(await verdictOf(destroyed)).toMatchObject({ count: 0, destroyed: 2 });
  // A bent tombstone vouches for nothing: what it buried is gone, and that alone.
  const row1 = withRow(destroyed, GRAVES, '{o,t1}', (entry) => ({
    ...entry,
    row: entry.row.replace(':"o"', ':"p"'),
  }));
  const bent = await verdictOf(row1);
  expect(bent.findings.map(({ table, key }) => [table, key])).toEqual([
    [GRAVES, '{o,t1}'],
    [LOG, '{o,k01}'],
  ]);
  // Where its leaf was bent, the tombstone is what was sealed.
  const leaf1 = withRow(destroyed, GRAVES, '{o,t1}', (entry) => ({ ...entry, hash: 'ab'.repeat(32) }));
  expect((await verdictOf(leaf1)).findings).toMatchObject([
    { table: GRAVES, key: '{o,t1}', what: expect.stringContaining('the leaf was changed') },
  ]);
});

test.each<[string, object]>([
  ['closes no row', { tree_size: 2, row_count: 0 }],
  ['has a size that is a text', { tree_size: '02', row_count: '2' }],
  ['has a size that no number holds', { tree_size: 2 ** 53, row_count: 2 ** 53 - 2 }],
])('a seal that %s is found, and takes the root of no later one away [S-20 -]', async (_, says) => {
  const [first, second, third] = [
    { table: LOG, rows: rows(0, 2) },
    { table: LOG, rows: [] },
    { table: LOG, rows: [row(160)] },
  ];
  expect((await verdictOf(madeTrail([first, third]).lines)).count).toBe(0);
  const trail =
    typeof Object.values(says)[0] === 'string'
      ? [{ ...first, says }, third]
      : [first, { ...second, says }, third];
  const root = 'ab'.repeat(32);
  const { lines } = madeTrail(trail.with(-1, { ...third, says: { root } }));
  const { findings } = await verdictOf(lines);
  expect(findings[0]).toMatchObject({ what: expect.stringContaining('does not follow the one before it') });
  expect(findings).toContainEqual(
    expect.objectContaining({ what: expect.stringContaining('do not give the sealed root') }),
  );
});

test('a row without the time that rows before it tell is found, and none of a table that got the column later [S-20 -]', async () => {
  const timeless = ({ id }: { id: string }) => ({ id });
  const trail = (...all: object[]) =>
    madeTrail(all.map((content) => ({ table: LOG, rows: [content as Record<string, unknown>] }))).lines;
  expect((await verdictOf(trail(timeless(row(0)), timeless(row(1)), row(160)))).count).toBe(0);
  const { findings, count } = await verdictOf(trail(row(0), row(110), timeless(row(120))));
  expect(count).toBe(1);
  expect(findings[0]).toMatchObject({ position: 2, what: 'the row names no time at which it was written' });
});

test.each([
  ['audit.context_log', 'occurred_at'],
  ['audit.security_events', 'occurred_at'],
  ['audit.deployment_events', 'occurred_at'],
  ['audit.app_events', 'occurred_at'],
  ['audit.access_log_exceptions', 'noticed_at'],
  ['governance.retention_runs', 'finished_at'],
  ['governance.tombstones', 'destroyed_at'],
])('a backdated row of %s is found by its %s, and one that hides it [S-20 -]', async (table, column) => {
  const trail = (written: string | undefined) =>
    madeTrail([
      { table, rows: [{ id: 'k0', [column]: day(0) }] },
      { table, rows: [{ id: 'k1', ...(written && { [column]: written }) }] },
    ]).lines;
  expect((await verdictOf(trail(day(0.8)))).count).toBe(0);
  for (const [written, what] of [
    [day(0.2), 'backdated'],
    [undefined, 'names no time'],
  ] as const) {
    const { findings, count } = await verdictOf(trail(written));
    expect(count).toBe(1);
    expect(findings[0]).toMatchObject({ table, key: '{k1}', what: expect.stringContaining(what) });
  }
});

test('a decision is drained after it was made, and no row of the access log is called backdated for that [S-20 +]', async () => {
  const record = (id: string, at: number) => ({
    table: 'audit.access_log',
    rows: [{ id, occurred_at: day(at) }],
  });
  expect((await verdictOf(madeTrail([record('k0', 0), record('k1', 0.2)]).lines)).count).toBe(0);
});

test('a tombstone vouches for rows of its own organisation alone, and for none that nothing of ours destroys [N-49 S-02 S-20 -]', async () => {
  const trail = (table: string, organisation: string, content: Record<string, unknown>, key: string) =>
    gone(
      madeTrail([
        { table, rows: [content] },
        {
          table: GRAVES,
          rows: [
            {
              organisation_id: organisation,
              id: 't',
              relation: table,
              record_keys: `{"${key}"}`,
              destroyed_at: day(0.9),
            },
          ],
        },
      ]).lines,
      table,
      key,
    );
  const ofClinic = row(0, { organisation_id: 'o' });
  expect(await verdictOf(trail(LOG, 'o', ofClinic, '{o,k00}'))).toMatchObject({ count: 0, destroyed: 1 });
  expect(await verdictOf(trail(LOG, 'p', ofClinic, '{o,k00}'))).toMatchObject({
    destroyed: 0,
    findings: [{ table: LOG, what: 'the row is gone' }],
  });
  for (const table of NEVER_DESTROYED)
    expect(
      (await verdictOf(trail(table, 'o', { ...row(0), ...TIMES }, '{k00}'))).findings,
      table,
    ).toMatchObject([{ table, what: 'the row is gone' }]);
});

test('what nothing of ours destroys is what retention and erasure pass over [N-49 S-20 +]', async () => {
  const passed = await database().asSuperuser((session) =>
    session.rows<{ name: string }>(
      `select name from audit.sealed_tables() as name
       where name like 'governance.%' or not exists (
         select from pg_attribute as a where a.attrelid = name::regclass and a.attname = 'organisation_id'
       ) order by name`,
    ),
  );
  expect(passed.map(({ name }) => name)).toEqual([...NEVER_DESTROYED].sort());
});

test('a proof that comes with its row is of that row: another key, table or place is none [S-20 -]', () => {
  const { lines, head } = madeTrail([{ table: LOG, rows: [row(0)] }]);
  const leaf = JSON.parse(lines.find((line) => line.startsWith('{"leaf"')) as string);
  const proof = {
    format: 'cordon.inclusion.1',
    table: LOG,
    key: leaf.key,
    leaf_index: 0,
    leaf_hash: leaf.hash,
    tree_size: 1,
    root: head.trees[LOG]?.root,
    path: [],
    row: leaf.row,
  };
  expect(verifyProof(proof, head)).toEqual({ holds: true, isKept: true });
  const { row: _, ...untold } = proof;
  expect(verifyProof(untold, head)).toEqual({ holds: true, isKept: true });
  for (const change of [
    { key: '{k99}' },
    { key: '{}' },
    { table: 'public.other_log' },
    { leaf_index: 0.5 },
    { leaf_index: [] },
  ])
    expect(verifyProof({ ...proof, ...change }, head)?.holds, JSON.stringify(change)).toBe(false);
});

test('what stands where the row stood that was destroyed is read by nobody: it is found [N-49 S-20 -]', async () => {
  const content = row(0, { organisation_id: 'o' });
  const { lines } = madeTrail([
    { table: LOG, rows: [content] },
    {
      table: GRAVES,
      rows: [
        { organisation_id: 'o', id: 't', relation: LOG, record_keys: '{"{o,k00}"}', destroyed_at: day(0.9) },
      ],
    },
  ]);
  expect((await verdictOf(gone(lines, LOG, '{o,k00}'))).count).toBe(0);
  for (const made of [{ v: 'cordon.row.1', table: LOG, row: content }, 0, ['never']]) {
    const bent = withRow(lines, LOG, '{o,k00}', (entry) => ({ ...entry, row: made }));
    expect((await verdictOf(bent)).findings[0]).toMatchObject({ what: 'this line is none of an export' });
  }
});

test('a key that was buried and that no leaf ever had is lent to no row in whose place it cannot have stood [N-49 S-20 -]', async () => {
  const { lines } = madeTrail([
    { table: LOG, rows: [10, 11, 12].map((number) => row(number, { organisation_id: 'o' })) },
    {
      table: GRAVES,
      rows: [
        {
          organisation_id: 'o',
          id: 't',
          relation: LOG,
          record_keys: '{"{o,k00}","{o,k11}","{o,k99}"}',
          destroyed_at: day(0.9),
        },
      ],
    },
  ]);
  const stolen = (key: string, lent: string) =>
    withRow(lines, LOG, key, (entry) => ({ ...entry, key: lent, row: null }));
  expect(await verdictOf(stolen('{o,k11}', '{o,k11}'))).toMatchObject({ count: 0, destroyed: 1 });
  for (const [key, lent] of [
    ['{o,k12}', '{o,k00}'],
    ['{o,k10}', '{o,k99}'],
  ] as const)
    expect(await verdictOf(stolen(key, lent))).toMatchObject({
      count: 1,
      destroyed: 0,
      findings: [{ table: LOG, key: lent, what: expect.stringContaining('does not belong in this place') }],
    });
});

test('a tombstone whose keys are no literal, or one that is huge, keeps nobody waiting and ends nothing [N-49 S-20 -]', async () => {
  const content = row(0, { organisation_id: 'o' });
  const trail = (keys: string) =>
    gone(
      madeTrail([
        { table: LOG, rows: [content] },
        {
          table: GRAVES,
          rows: [{ organisation_id: 'o', id: 't', relation: LOG, record_keys: keys, destroyed_at: day(0.9) }],
        },
      ]).lines,
      LOG,
      '{o,k00}',
    );
  expect((await verdictOf(trail('{"{o,\\"k\\\\00\\"}","{o,k00}",plain}'))).count).toBe(0);
  for (const keys of [`{"${'\\"'.repeat(200_000)}}`, `{"${'a'.repeat(30_000_000)}"}`])
    expect((await verdictOf(trail(keys))).findings).toMatchObject([{ what: 'the row is gone' }]);
});

test('what is no text where one belongs is a finding of its line, and ends nothing [S-20 -]', async () => {
  const none = { toString: 1 };
  const bent = [
    madeTrail([{ table: LOG, rows: rows(0, 2), says: { table: none } }]).lines,
    madeTrail([{ table: LOG, rows: rows(0, 2), says: { closed_at: none } }]).lines,
    madeTrail([{ table: LOG, rows: [row(0), row(1, { created_at: none })] }]).lines,
    withRow(madeTrail([{ table: LOG, rows: rows(0, 2) }]).lines, LOG, '{k01}', (entry) => ({
      ...entry,
      key: none,
    })),
  ];
  for (const lines of bent) expect((await verdictOf(lines)).count).toBeGreaterThan(0);
  const unread = {
    table: GRAVES,
    rows: [{ id: 't', relation: none, record_keys: '{a}', destroyed_at: day(0) }],
  };
  expect((await verdictOf(madeTrail([unread]).lines)).count).toBe(0);
});

test('a row that is dated ahead is found, sealed or not, and so is a seal [S-20 -]', async () => {
  const ahead = 'the row is dated ahead: it stood there before the time that it names';
  const future = `${yearIn(2)}-01-01T00:00:00.000000Z`;
  const made = (of: string, last = day(1.4)) =>
    madeTrail([
      { table: LOG, rows: [row(0), { ...row(1), created_at: of }] },
      { table: LOG, rows: [{ ...row(60), created_at: last }] },
    ]).lines;
  // Whoever writes while a seal reads may stand in it: by the next one that time is over.
  expect(await verdictOf(made(day(1.2))), 'control').toMatchObject({ count: 0 });
  for (const of of [day(1.6), future])
    expect((await verdictOf(made(of))).findings).toMatchObject([{ what: ahead, position: 1, key: '{k01}' }]);
  expect((await verdictOf(made(day(0.1), future))).findings).toMatchObject([{ what: ahead, position: 2 }]);
  const unsealed = madeTrail([{ table: LOG, rows: [row(0)] }]).lines;
  const loose = (at: string) =>
    unsealed
      .toSpliced(-1, 0, JSON.stringify({ unsealed: '{k09}', row: rowText({ ...row(9), created_at: at }) }))
      .with(-1, JSON.stringify({ end: { seals: 1, leaves: 1, unsealed: 1 } }));
  expect(await verdictOf(loose(day(2))), 'control').toMatchObject({ count: 0, unsealed: 1 });
  expect((await verdictOf(loose(future))).findings).toMatchObject([{ what: ahead, key: '{k09}' }]);
  const seals = madeTrail([{ table: LOG, rows: [row(0)], says: { closed_at: future } }]).lines;
  expect((await verdictOf(seals)).findings).toMatchObject([
    { seal: 1, what: expect.stringContaining('the seal is dated ahead') },
  ]);
});
