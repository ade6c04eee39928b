import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Listing, verifyListing } from '../../scripts/audit/listing.mjs';
import { leafHash, Tree } from '../../scripts/audit/merkle.mjs';
import type { Head } from '../../scripts/audit/section.mjs';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { happen, LOG, seal, useFolder } from '../support/trail.ts';

const database = useDatabase();
const folder = useFolder();
const GRAVES = 'governance.tombstones';
const ACCESS = 'audit.access_log';

interface Counted {
  readonly table_name: string;
  readonly records: string;
  readonly changed: string;
  readonly gone: string;
  readonly destroyed: string;
  readonly unsealed: string;
}
const listed = async (session: Session, table = LOG, from = 0, to: number | null = null) =>
  (await session.value<Listing>('select public.list_sealed_records($1, $2, $3)', [
    table,
    from,
    to,
  ])) as Listing;
const counted = async (session: Session, table = LOG) =>
  (await session.rows<Counted & Record<string, unknown>>('select * from public.count_sealed_records()')).find(
    ({ table_name }) => table_name === table,
  ) as Counted;
const headOf = async (session: Session) => (await session.value<Head>('select public.seal_head()')) as Head;
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
/** What a superuser can do. */
async function bend(as: Become, ...statements: readonly string[]): Promise<void> {
  const session = await as(personas.auditor);
  await session.script(
    `reset role; alter table ${LOG} disable trigger user; alter table audit.leaves disable trigger user; alter table ${GRAVES} disable trigger user`,
  );
  for (const statement of statements) await session.rows(statement);
}

beforeAll(async () => {
  await happen(database(), 3);
  await seal(database());
});

const mine: readonly { readonly persona: Persona; readonly own: string }[] = [
  { persona: personas.auditor, own: CLINIC_A },
  { persona: personas.privacyOfficer, own: CLINIC_A },
  { persona: personas.auditorOfB, own: CLINIC_B },
];

describe('who examines a clinic', () => {
  test.each(mine)(
    '$persona.name: has all of its sealed rows listed, and counted, under a head that they keep [S-20 S-02 +]',
    async ({ persona, own }) => {
      const there = await database().asSuperuser((session) =>
        session.rows<{ key: string }>(
          `select array[organisation_id, id]::text as key from ${LOG} where organisation_id = $1 order by 1`,
          [own],
        ),
      );
      await database().as(persona, async (session) => {
        const listing = await listed(session);
        expect(listing.records.map(({ key }) => key).sort()).toEqual(there.map(({ key }) => key).sort());
        expect(verifyListing(listing, await headOf(session), undefined)).toEqual({
          holds: true,
          isKept: true,
          records: there.length,
          destroyed: 0,
          changed: [],
          gone: [],
          left: [],
        });
        expect(await counted(session)).toMatchObject({
          records: String(there.length),
          changed: '0',
          gone: '0',
          destroyed: '0',
          unsealed: '0',
        });
      });
    },
  );

  test('gets the hash of whatever is of others, and none of their keys [S-02 S-20 -]', async () => {
    for (const { persona, own } of mine)
      await database().as(persona, async (session) => {
        for (const table of [LOG, 'public.disclosures', 'audit.security_events', GRAVES]) {
          const text = JSON.stringify(await listed(session, table));
          expect(text, table).toContain(own);
          expect(text, table).not.toContain(own === CLINIC_A ? CLINIC_B : CLINIC_A);
        }
      });
  });

  test('has any part of it listed, from one size to another, and each holds [S-20 +]', async () => {
    await database().as(personas.auditor, async (session) => {
      const { tree_size: size, records } = await listed(session);
      for (const [from, to] of [
        [0, 1],
        [0, size - 1],
        [1, size],
        [size - 1, size],
        [size, size],
        [3, Math.floor(size / 2)],
      ] as const) {
        const part = await listed(session, LOG, from, to);
        expect(verifyListing(part, undefined, undefined).holds, `${from} to ${to}`).toBe(true);
        expect(part.records).toEqual(
          records.filter(({ leaf_index }) => leaf_index >= from && leaf_index < to),
        );
      }
    });
  });

  test('is refused of what is not sealed, of no clinic, or of no size; and nobody else is told anything [S-20 S-02 -]', async () => {
    const list = 'select public.list_sealed_records($1, $2, $3)';
    await database().as(personas.auditor, async (session) => {
      const { tree_size: size } = await listed(session);
      for (const values of [
        ['public.patients', 0, null],
        ['public.never', 0, null],
        [null, 0, null],
        ['governance.retention_runs', 0, null],
        [LOG, -1, null],
        [LOG, null, null],
        [LOG, size + 1, null],
        [LOG, 0, size + 1],
        [LOG, 0, 0],
        [LOG, 5, 4],
      ])
        expect(await session.attempt(list, values), JSON.stringify(values)).toMatchObject({
          ok: false,
          code: 'CD010',
        });
      expect(await session.attempt(list, [LOG, 0, size])).toMatchObject({ ok: true });
    });
    for (const persona of [
      personas.clinicAdmin,
      personas.doctor,
      personas.opsAgent,
      personas.opsAuditor,
      personas.service,
      personas.patient,
      personas.stranger,
      personas.anon,
    ])
      await database().as(persona, async (session) => {
        for (const statement of [
          `select public.list_sealed_records('${LOG}')`,
          'select * from public.count_sealed_records()',
          `select * from audit.listed_records('${LOG}', '${CLINIC_A}', 0, 9)`,
        ])
          expect(await session.attempt(statement), persona.name).toMatchObject({ ok: false, code: '42501' });
      });
  });

  test('sees a row that was changed, and one that was taken away; one with a tombstone is destroyed on record [S-20 N-49 -, S-20 N-49 +]', async () => {
    await story(async (as) => {
      const before = await listed(await as(personas.auditor));
      const [first, second, third] = before.records.map(({ key }) => key) as [string, string, string];
      const row = (key: string) => `array[organisation_id, id]::text = '${key}'`;
      await bend(
        as,
        `update ${LOG} set occurred_at = occurred_at - interval '1 second' where ${row(first)}`,
        `delete from ${LOG} where ${row(second)} or ${row(third)}`,
        `select governance.bury('${CLINIC_A}', 'retention', '${CLINIC_A}', '${LOG}', null, array['${third}'], 'x')`,
        // Of another clinic's tombstone nothing is excused.
        `select governance.bury('${CLINIC_B}', 'retention', '${CLINIC_A}', '${LOG}', null, array['${second}'], 'x')`,
      );
      const session = await as(personas.auditor);
      expect(verifyListing(await listed(session), await headOf(session), before)).toEqual({
        holds: true,
        isKept: true,
        records: before.records.length,
        destroyed: 1,
        changed: [first],
        gone: [second],
        left: [],
      });
      expect(await counted(session)).toMatchObject({
        records: String(before.records.length),
        changed: '1',
        gone: '2',
        destroyed: '1',
      });
    });
  });

  test('is told where leaves were taken away, though the hash over them was left, and where one was given to another clinic [S-20 -]', async () => {
    await story(async (as) => {
      const kept = await listed(await as(personas.auditor));
      const [first, second] = kept.records as [Listing['records'][0], Listing['records'][0]];
      const others = `{${CLINIC_B},${CLINIC_B}}`;
      await bend(
        as,
        `update audit.leaves set record_key = '${others}' where table_name = '${LOG}' and leaf_index = ${first.leaf_index}`,
      );
      const session = await as(personas.auditor);
      const bent = await listed(session);
      expect(verifyListing(bent, undefined, kept)).toMatchObject({ holds: true, left: [first.key] });
      expect(await counted(session), 'a row that no leaf names').toMatchObject({ unsealed: '1' });
      // A key that is none ends nothing: the others are listed, and that row is gone.
      const none = `{${CLINIC_A},nothing}`;
      await bend(
        as,
        `update audit.leaves set record_key = '${none}' where table_name = '${LOG}' and leaf_index = ${first.leaf_index}`,
      );
      expect(verifyListing(await listed(await as(personas.auditor)), undefined, kept)).toMatchObject({
        records: kept.records.length,
        gone: [none],
        left: [first.key],
      });
      await bend(
        as,
        `delete from audit.leaves where table_name = '${LOG}' and leaf_index / 2 = ${Math.floor(second.leaf_index / 2)}`,
      );
      expect(
        await (await as(personas.auditor)).attempt(`select public.list_sealed_records('${LOG}')`),
      ).toMatchObject({ ok: false, code: 'CD019' });
    });
  });

  test('has the access log listed, whose key names no clinic, by whose rows they are [S-20 S-02 N-35 +]', async () => {
    await story(async (as) => {
      const session = await as(personas.auditor);
      await session.script(`reset role; alter table ${ACCESS} disable trigger user`);
      await session.rows(
        `insert into ${ACCESS} (
           occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, organisation_id, table_name, operation, audit_level,
           outcome, address_source, hmac
         )
         select clock_timestamp(), gen_random_uuid(), '0/1', 1, now(), now(), 1, 'provider', o, 'patients', 'SELECT', 'basic', 'allowed', 'unknown', sha256(o::text::bytea)
         from unnest($1::uuid[]) as o`,
        [[CLINIC_A, CLINIC_B, CLINIC_A]],
      );
      await session.rows('select audit.seal_table($1)', [ACCESS]);
      for (const [persona, count] of [
        [personas.auditor, 2],
        [personas.auditorOfB, 1],
      ] as const) {
        const own = await as(persona);
        const listing = await listed(own, ACCESS);
        expect(listing.records.length - count).toBeGreaterThanOrEqual(0);
        expect(verifyListing(listing, await headOf(own), undefined)).toMatchObject({
          holds: true,
          isKept: true,
        });
        expect(await counted(own, ACCESS)).toMatchObject({ records: String(listing.records.length) });
      }
    });
  });
});

test('a listing that was bent does not hold: a row left out, added, moved or twice, another root, a path that is longer or shorter [S-20 -]', async () => {
  const [listing, head] = await database().as(
    personas.auditor,
    async (session) => [await listed(session), await headOf(session)] as const,
  );
  const holds = (change: Partial<Listing>) => verifyListing({ ...listing, ...change }, head, undefined);
  expect(holds({})).toMatchObject({ holds: true, isKept: true });
  const { records, path } = listing;
  const [first, second] = records as [Listing['records'][0], Listing['records'][0]];
  for (const change of [
    { records: records.slice(1) },
    { records: records.slice(0, -1) },
    { records: [first, ...records] },
    { records: [second, first, ...records.slice(2)] },
    { records: records.with(0, { ...first, leaf_index: first.leaf_index + 0.5 }) },
    { records: records.with(0, { ...first, leaf_hash: second.leaf_hash }) },
    { records: records.with(1, { ...second, key: first.key }) },
    { path: [...path, 'ab'.repeat(32)] },
    { path: path.slice(1) },
    { path: path.with(0, 'none') },
    { root: 'ab'.repeat(32) },
    { root: 'none' },
    { tree_size: 0, records: [], path: [], root: '' },
    { from_size: first.leaf_index + 1 },
  ])
    expect(holds(change).holds, JSON.stringify(change).slice(0, 80)).toBe(false);
  expect(holds({ tree_size: listing.tree_size + 1 }).isKept, 'the size is vouched for by a head alone').toBe(
    false,
  );
});

test('a row that is left out where its hash is given as another’s is told by a listing that was kept, and by nothing else [S-20 +, S-20 -]', () => {
  const hashes = ['a', 'b', 'c'].map((row) => leafHash(row));
  const tree = new Tree();
  for (const hash of hashes) tree.add(hash);
  const records = hashes.map((hash, leaf_index) => ({
    leaf_index,
    key: `{o,${leaf_index}}`,
    leaf_hash: hash.toString('hex'),
    row_hash: hash.toString('hex'),
    tombstone_id: null,
  }));
  const whole: Listing = {
    format: 'cordon.listing.1',
    table: LOG,
    organisation_id: 'o',
    from_size: 0,
    tree_size: 3,
    root: tree.root().toString('hex'),
    records,
    path: [],
  };
  expect(verifyListing(whole, undefined, whole)).toMatchObject({ holds: true, left: [] });
  for (const at of [0, 1, 2]) {
    const hidden = { ...whole, records: records.toSpliced(at, 1), path: [records[at]?.leaf_hash as string] };
    expect(verifyListing(hidden, undefined, undefined)).toMatchObject({ holds: true, left: [] });
    expect(verifyListing(hidden, undefined, whole)).toMatchObject({ holds: true, left: [records[at]?.key] });
  }
  // An object that says that it is no text ends nothing.
  const odd = { ...whole, records: records.with(0, { ...records[0], leaf_hash: { toString: 1 } } as never) };
  expect(verifyListing(odd, undefined, whole)).toMatchObject({ holds: false, left: ['{o,0}'] });
  expect(verifyListing(whole, undefined, odd)).toMatchObject({ holds: true, left: ['{o,0}'] });
});

test('audit:verify tells a listing that holds from one that does not, and what one kept earlier held [S-20 +, S-20 -]', async () => {
  const saved = (value: unknown) => {
    const path = folder.path();
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const [listing, head] = await database().as(
    personas.auditor,
    async (session) => [await listed(session), await headOf(session)] as const,
  );
  const verify = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/audit-verify.mjs', ...args], {
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };
  const [whole, kept] = [saved(listing), saved(head)];
  expect(verify(whole, '--head', kept, '--listing', whole)).toEqual({
    status: 0,
    said: `${listing.records.length} sealed rows of ${LOG}\n✓ The listing holds, under the head that you kept. That its keys are those of the rows, the database alone says.\n`,
  });
  const key = listing.records[0]?.key as string;
  const another = saved({
    ...head,
    trees: { ...head.trees, [LOG]: { tree_size: 1, root: 'ab'.repeat(32) } },
  });
  const gone = saved({
    ...listing,
    records: listing.records.map((r, at) => (at === 0 ? { ...r, row_hash: null } : r)),
  });
  const more = saved({
    ...listing,
    records: [{ ...listing.records[0], leaf_hash: 'ab'.repeat(32) }, ...listing.records.slice(1)],
  });
  for (const [args, status, said] of [
    [[gone], 1, `${JSON.stringify(key)}: the row is gone`],
    [[whole, '--listing', more], 1, `${JSON.stringify(key)}: the listing that you kept holds it`],
    [[more], 1, 'does not hold'],
    [[whole, '--head', another], 1, 'has another root'],
    [[saved({ ...listing, records: 'none' })], 2, 'incomplete'],
    [
      [whole, '--listing', saved({ ...listing, organisation_id: CLINIC_B })],
      2,
      'of the same table and clinic',
    ],
    [[whole, '--listing', saved({ ...listing, tree_size: listing.tree_size + 1 })], 2, 'does not reach'],
    [[whole, '--listing', folder.path('never.json')], 2, 'there is no such file'],
  ] as const) {
    const answer = verify(...args);
    expect(answer.said).toContain(said);
    expect(answer.status, said).toBe(status);
  }
  const json = verify(whole, '--json');
  expect(JSON.parse(json.said)).toMatchObject({ whole: true, holds: true, records: listing.records.length });
});
