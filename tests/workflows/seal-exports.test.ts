import { createHash } from 'node:crypto';
import { readFileSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Head, verifyExport } from '../../scripts/audit/verifier.mjs';
import { TestDatabase } from '../../testing/test-database.ts';
import { exported, happen, headOf, LOG, rewrite, seal, useFolder } from '../support/trail.ts';

const folder = useFolder();

describe('an export that somebody changed on the way', () => {
  let database: TestDatabase;
  let whole: string;
  let kept: Head;
  beforeAll(async () => {
    database = await TestDatabase.clone(inject('server'));
    await happen(database, 5);
    await seal(database);
    await happen(database);
    whole = folder.path('whole.ndjson');
    await exported(database, whole);
    kept = await headOf(database);
  });
  afterAll(() => database.drop());

  const leafLine = (lines: string[], place: number) => {
    const start = lines.findIndex((line) => line.startsWith(`{"table":"${LOG}"`));
    return start + 1 + place;
  };

  test('is whole as long as nobody did [S-20 +]', async () => {
    const same = folder.path();
    rewrite(whole, same, (lines) => lines);
    expect(await verifyExport(same, { head: kept })).toMatchObject({ count: 0 });
    expect(readFileSync(same)).toEqual(readFileSync(whole));
  });

  test.each<[string, string, (lines: string[]) => string[]]>([
    ['cut in the middle', 'cut off', (lines) => lines.slice(0, 40)],
    ['cut before its end', 'cut off', (lines) => lines.slice(0, -1)],
    ['a row left out', 'missing, double or out of order', (lines) => lines.toSpliced(leafLine(lines, 10), 1)],
    [
      'a row twice',
      'missing, double or out of order',
      (lines) => lines.toSpliced(leafLine(lines, 10), 0, lines[leafLine(lines, 10)] as string),
    ],
    [
      'two rows in another order',
      'missing, double or out of order',
      (lines) =>
        lines
          .with(leafLine(lines, 10), lines[leafLine(lines, 11)] as string)
          .with(leafLine(lines, 11), lines[leafLine(lines, 10)] as string),
    ],
    [
      'a letter in a row',
      'the row was changed',
      (lines) =>
        lines.with(
          leafLine(lines, 10),
          (lines[leafLine(lines, 10)] as string).replace('\\"actor_kind\\"', '\\"actor_Kind\\"'),
        ),
    ],
    [
      'a letter of a hash',
      'the leaf was changed',
      (lines) =>
        lines.with(
          leafLine(lines, 10),
          (lines[leafLine(lines, 10)] as string).replace(
            /"hash":"(.)/,
            (_, digit) => `"hash":"${digit === '0' ? '1' : '0'}`,
          ),
        ),
    ],
    ['a seal twice', 'the chain is broken', (lines) => lines.toSpliced(2, 0, lines[1] as string)],
    [
      'seals in another order',
      'the chain is broken',
      (lines) => [lines[0], lines[2], lines[1], ...lines.slice(3)] as string[],
    ],
    [
      'a row that is not sealed left out',
      'lines are missing',
      (lines) => lines.filter((line) => !line.startsWith('{"unsealed"')),
    ],
    [
      'a table twice',
      'twice',
      (lines) => [...lines.slice(0, -1), lines[leafLine(lines, 0) - 1], lines.at(-1)] as string[],
    ],
    ['a line of nothing', 'none of an export', (lines) => lines.toSpliced(5, 0, '')],
    ['a line of something else', 'none of an export', (lines) => lines.toSpliced(5, 0, '{"leaf": "0"}')],
    ['more after its end', 'after the end', (lines) => [...lines, lines[1] as string]],
    [
      'the hash of the rows before it bent',
      'does not begin where a seal ends',
      (lines) =>
        lines.with(
          leafLine(lines, 0) - 1,
          JSON.stringify({
            table: LOG,
            key: ['organisation_id', 'id'],
            first: 1,
            subtrees: ['ab'.repeat(32)],
          }),
        ),
    ],
    [
      'a seal that is none, in words that are one',
      'the seal is not what its hash says',
      (lines) => lines.toSpliced(1, 0, '{"seal":"null","hash":""}'),
    ],
    ['an end that counts nothing', 'none of an export', (lines) => lines.with(-1, '{"end":null}')],
    ...(
      [
        ['subtrees that are no list', { key: ['id'], first: 1, subtrees: 'ab' }],
        ['fewer subtrees than leaves before it', { key: ['id'], first: 1, subtrees: [] }],
        ['a key that is no list', { key: 'id', first: 0 }],
        ['a start that is no number', { key: ['id'], first: 'x' }],
      ] as const
    ).map(([told, start]): [string, string, (lines: string[]) => string[]] => [
      `a table with ${told}`,
      'does not begin as one of an export does',
      (lines) => lines.with(leafLine(lines, 0) - 1, JSON.stringify({ table: LOG, ...start })),
    ]),
  ])('is found out: %s [S-20 -]', async (_, what, change) => {
    const bent = folder.path();
    rewrite(whole, bent, change);
    const { findings, count } = await verifyExport(bent);
    expect(count).toBeGreaterThan(0);
    expect(findings[0]?.what).toContain(what);
  });

  test('is found out wherever a byte of a row, leaf or seal is another one [S-20 -]', async () => {
    const text = readFileSync(whole, 'utf8');
    // Sampled by a fixed seed: every byte would be a hundred thousand verifications.
    const places = Array.from(
      { length: 80 },
      (_, n) => createHash('sha256').update(`place ${n}`).digest().readUInt32BE(0) % text.length,
    );
    for (const place of places) {
      const bent = folder.path('byte.ndjson');
      const other = text[place] === 'e' ? 'f' : 'e';
      const start = text.lastIndexOf('\n', place - 1) + 1;
      const line = text.slice(start);
      // When it was exported nobody vouches for, nor for rows that no seal holds.
      if (text[place] === '\n' || /^\{"(format|unsealed)"/.test(line)) continue;
      // No subtrees, and an empty list of them, say the same.
      const empty = line.indexOf(',"subtrees":[]');
      if (line.startsWith('{"table"') && empty > 0 && empty < place - start) continue;
      rewrite(whole, bent, () => [`${text.slice(0, place)}${other}${text.slice(place + 1)}`.trimEnd()]);
      const { count } = await verifyExport(bent, { head: kept });
      expect(count, `byte ${place}: ${text.slice(place - 30, place + 30)}`).toBeGreaterThan(0);
    }
  });

  test('is found out where the last byte is missing, and is none without its first line [S-20 -]', async () => {
    const cut = folder.path();
    rewrite(whole, cut, (lines) => lines);
    truncateSync(cut, readFileSync(cut).length - 3);
    expect((await verifyExport(cut)).count).toBeGreaterThan(0);
    const headless = folder.path();
    rewrite(whole, headless, (lines) => lines.slice(1));
    expect(await verifyExport(headless)).toMatchObject({ isExport: false });
  });

  test('leaves out a table that a kept head lists: found, unless a part was asked for [S-20 -]', async () => {
    const part = folder.path();
    await exported(database, part, { tables: [LOG] });
    const missing = Object.keys(kept.trees).filter((table) => table !== LOG);
    const { findings, count } = await verifyExport(part, { head: kept });
    expect(count).toBe(missing.length);
    expect(findings.map(({ table }) => table).sort()).toEqual(missing.sort());
    expect(findings[0]?.what).toContain('not in this export');
    expect(await verifyExport(part, { head: kept, tables: [LOG] })).toMatchObject({ count: 0 });
    expect(await verifyExport(part, { tables: [LOG, missing[0] as string] })).toMatchObject({ count: 1 });
    // Without a head the seals say what must be there.
    expect(await verifyExport(part)).toMatchObject({ count: missing.length, skipped: missing });
    expect(await verifyExport(part, { tables: [LOG] }), 'control').toMatchObject({
      count: 0,
      skipped: missing,
    });
  });

  test('leaves out a table: told as not verified, and found out by its chain where rows were kept [S-20 -]', async () => {
    const less = folder.path();
    rewrite(whole, less, (lines) =>
      lines
        .slice(0, leafLine(lines, 0) - 1)
        .concat(
          lines.slice(
            lines.findIndex((line, place) => place > leafLine(lines, 0) && line.startsWith('{"table":')),
          ),
        ),
    );
    const verdict = await verifyExport(less);
    expect(verdict.skipped).toEqual([LOG]);
    expect(verdict.findings[0]?.what).toContain('lines are missing');
  });
});
