import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf } from '../../scripts/audit/lines.mjs';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { runNode } from '../support/commands.ts';
import { type Step, smallTrail, TABLE } from '../support/small-trail.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

// An auditor with a file that somebody else chose, byte by byte.

let folder: string;
const { lines, head } = smallTrail([{}, {}, {}]);
/** The line of the middle row. */
const MIDDLE = 6;

beforeAll(() => {
  folder = makeFolder();
  saved('head.json', [JSON.stringify(head)]);
});
afterAll(() => removeFolder(folder));

function saved(name: string, content: readonly string[] | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content instanceof Uint8Array ? content : `${content.join('\n')}\n`);
  return file;
}

const verify = (...args: string[]) => runNode([join(PROJECT_ROOT, 'scripts/audit-verify.mjs'), ...args]);
const changed = (change: (line: string) => string) => lines.with(MIDDLE, change(lines[MIDDLE] as string));

describe('what is verified is what a reader of the file sees', () => {
  test('an export that was only saved otherwise is whole: CRLF, a byte order mark, blanks [S-20 +]', async () => {
    for (const content of [
      lines,
      lines.map((line) => `${line}\r`),
      lines.with(0, `\ufeff${lines[0]}`),
      changed((line) => line.replace('{"leaf":', '{ "leaf": ')),
    ]) {
      const told = await verify(saved('other.ndjson', content), '--head', join(folder, 'head.json'));
      expect(told).toMatchObject({ code: 0, stderr: '' });
    }
    expect(
      await verify(
        saved('same.ndjson', lines),
        '--head',
        saved('bom.json', [`\ufeff${JSON.stringify(head)}\r`]),
      ),
    ).toMatchObject({ code: 0 });
  });

  test.each<[string, (line: string) => string]>([
    ['"row" stands in it twice', (line) => line.replace('"row":', '"row":"what everybody reads","row":')],
    ['"row" stands in it twice', (line) => line.replace('"row":', '"\\u0072ow":[{"a":1}],"row":')],
    [
      'it is nested deeper',
      (line) => line.replace('{', `{"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},`),
    ],
    ['it holds half a character', (line) => line.replace('\ufffd', '\\ud800')],
  ])('a line that others read otherwise is found: %s [S-20 -]', async (oddity, change) => {
    const bent = changed(change);
    expect(bent[MIDDLE]).not.toBe(lines[MIDDLE]);
    const told = await verify(saved('bent.ndjson', bent));
    expect(told.code).toBe(1);
    expect(told.stdout).toContain(`line ${MIDDLE + 1}: this line is not as an export writes it`);
    expect(told.stdout).toContain(oddity);
  });

  test('bytes that are no text are found, though they hash as the sign for them does [S-20 -]', async () => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const at = bytes.indexOf(Buffer.from('\ufffd'));
    const bent = Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at + 3)]);
    const told = await verify(saved('bytes.ndjson', bent));
    expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining('not every byte of it is text') });
  });

  test('a head that says two things is none [S-20 -]', async () => {
    const two = saved('two.json', [JSON.stringify(head).replace('"hash":', '"hash":"ab","hash":')]);
    const told = await verify(saved('same.ndjson', lines), '--head', two);
    expect(told).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('"hash" stands in it twice'),
    });
  });

  test('a line longer than any text is none of an export, and not waited for [S-20 -]', async () => {
    const file = saved('long.ndjson', ['short', 'x'.repeat(3_000_000), 'after']);
    const read = async (longest?: number) => {
      const found: string[] = [];
      for await (const line of linesOf(file, longest)) found.push(line.toString());
      return found;
    };
    expect(await read()).toEqual(['short', 'x'.repeat(3_000_000), 'after']);
    expect(await read(1_000)).toEqual(['short', '']);
  });
});

describe('a superuser who seals a row of another time himself, with a head that was kept before', () => {
  const kept = smallTrail([{}, {}]).head;
  const told = (second: Step, third: Step) =>
    verify(
      saved('times.ndjson', smallTrail([{}, {}, second, third]).lines),
      '--head',
      saved('kept.json', [JSON.stringify(kept)]),
    );

  test('leaves a trail that is whole where the times are true, or differ by a clock [S-20 +]', async () => {
    expect(await told({}, {})).toMatchObject({ code: 0 });
    expect(
      await told({}, { written: '2026-01-03T11:59:59.500000Z', closed: '2026-01-03T11:59:59.600000Z' }),
    ).toMatchObject({ code: 0 });
  });

  test.each<[string, Step, Step]>([
    ['the row is backdated', {}, { written: '2026-01-01T00:00:00.000000Z' }],
    [
      'the seal goes back in time',
      { closed: '1999-01-01T00:00:00.000000Z' },
      { written: '2001-01-01T00:00:00.000000Z' },
    ],
    ['the seal goes back in time', { closed: 'once' }, { written: '2001-01-01T00:00:00.000000Z' }],
    ['the seal goes back in time', { closed: '2099-01-01T00:00:00.000000Z' }, {}],
    ['the row names no time', {}, { written: '-infinity' }],
    ['the row names no time', {}, { written: '0044-03-15T12:00:00.000000Z BC' }],
  ])('is found: %s [S-20 -]', async (what, second, third) => {
    expect(await told(second, third)).toMatchObject({ code: 1, stdout: expect.stringContaining(what) });
  });
});

describe('a head', () => {
  const root = 'ab'.repeat(32);
  const withHead = (change: object) =>
    verify(
      saved('same.ndjson', lines),
      '--head',
      saved('other.json', [JSON.stringify({ ...head, ...change })]),
    );

  test('that was kept is compared [S-20 +]', async () => {
    expect(await withHead({})).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('it continues the head'),
    });
    expect(await withHead({ hash: root })).toMatchObject({ code: 1 });
  });

  test.each<[string, object]>([
    ['of no seal', { seal: 0 }],
    ['of a seal before the first', { seal: -1, hash: root }],
    ['without a hash', { hash: 'x' }],
    ['without trees', { trees: null }],
    ['of a tree whose size is a text', { trees: { [TABLE]: { tree_size: '3', root } } }],
    ['of a tree without a root', { trees: { [TABLE]: { tree_size: 3 } } }],
  ])('that nothing could be compared with is none: %s [S-20 -]', async (_, change) => {
    const told = await withHead(change);
    expect(told).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is no head (cordon.head.1)'),
    });
  });

  test('saved with all that audit:seal prints is none, and how to save it is told [S-20 -]', async () => {
    const printed = ['', '> cordon@0.1.0 audit:seal', '', 'nothing new to seal', '', JSON.stringify(head)];
    const told = await verify(saved('same.ndjson', lines), '--head', saved('printed.json', printed));
    expect(told).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm run audit:seal -- --keep <file>'),
    });
    expect(
      await verify(saved('same.ndjson', lines), '--head', saved('last.json', printed.slice(-1))),
    ).toMatchObject({ code: 0 });
  });

  test('is not passed over beside another one [S-20 -]', async () => {
    const first = saved('first.json', [JSON.stringify({ ...head, hash: root })]);
    const told = await verify(
      saved('same.ndjson', lines),
      '--head',
      first,
      '--head',
      join(folder, 'head.json'),
    );
    expect(told).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('give one head') });
  });
});

describe('what is told of a file', () => {
  /** Clears the screen, says what is not so, hides the rest, and turns it round. */
  const NAME =
    '\u001b[2J\nWhole, and it continues the head that you kept.\u001b[8m\u009b1m\u202e\u2028\u{e0041}';

  test('shows the names that it holds, and does nothing that they say [S-20 -]', async () => {
    const bent = lines.toSpliced(-1, 0, JSON.stringify({ table: NAME, key: [], first: 1 }));
    const { code, stdout } = await verify(saved('names.ndjson', bent));
    expect(code).toBe(1);
    expect(stdout).toContain('\\u001b[2J\\u000aWhole');
    expect(stdout.split('\n')).not.toContain('Whole, and it continues the head that you kept.');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const missing = await verify(saved('same.ndjson', lines), '--table', NAME);
    expect(missing.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  test('gives a head of such a table that is read again as it was [S-20 +]', async () => {
    const trail = smallTrail([{}, {}], `public.${NAME}`);
    const file = saved('named.ndjson', trail.lines);
    const first = await verify(file);
    expect(first).toMatchObject({ code: 0 });
    const printed = first.stdout.trimEnd().split('\n').at(-1) as string;
    expect(JSON.parse(printed)).toEqual(trail.head);
    expect(await verify(file, '--head', saved('named.json', [printed]))).toMatchObject({ code: 0 });
    expect(JSON.parse((await verify(file, '--json')).stdout)).toMatchObject({
      whole: true,
      head: trail.head,
    });
  });

  test('is told to nobody who has gone: the verdict stands, without a stack [S-20 +]', async () => {
    const gone = (file: string) =>
      new Promise<{ code: number; stderr: string }>((resolve) => {
        const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts/audit-verify.mjs'), file]);
        child.stdout.destroy();
        let stderr = '';
        child.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        child.on('close', (code) => resolve({ code: code ?? -1, stderr }));
      });
    expect(await gone(saved('same.ndjson', lines))).toEqual({ code: 0, stderr: '' });
    expect(await gone(saved('cut.ndjson', lines.slice(0, -1)))).toEqual({ code: 1, stderr: '' });
  });
});

describe('an option that would have found something is not passed over', () => {
  const tree = head.trees[TABLE] as { tree_size: number; root: string };
  // Of a tree of one leaf, the leaf is the root: nothing more is needed of a proof or listing that holds.
  const leaf = '11'.repeat(32);
  const proof = () =>
    saved('proof.json', [
      JSON.stringify({
        format: 'cordon.inclusion.1',
        table: TABLE,
        leaf_index: 0,
        leaf_hash: leaf,
        tree_size: 1,
        root: leaf,
        path: [],
      }),
    ]);
  const listing = () =>
    saved('listing.json', [
      JSON.stringify({
        format: 'cordon.listing.1',
        table: TABLE,
        from_size: 0,
        tree_size: tree.tree_size,
        root: tree.root,
        records: [],
        path: [tree.root],
      }),
    ]);
  const exported = () => saved('options.ndjson', lines);

  test('each goes with what it is of [S-20 +]', async () => {
    const kept = join(folder, 'head.json');
    expect(await verify(proof())).toMatchObject({ code: 0, stderr: '' });
    expect(await verify(listing(), '--head', kept, '--listing', listing())).toMatchObject({ code: 0 });
    expect(
      await verify(exported(), '--head', kept, '--table', TABLE, '--table', TABLE, '--from', '0'),
    ).toMatchObject({ code: 0, stderr: '' });
  });

  test.each<[string, () => string, string[]]>([
    ['--table', proof, ['--table', 'public.other']],
    ['--from', proof, ['--from', '7']],
    ['--listing', proof, ['--listing', 'no-such-file']],
    ['--table', listing, ['--table', 'public.other']],
    ['--from', listing, ['--from', '7']],
    ['--listing', exported, ['--listing', 'no-such-file']],
  ])('%s of another kind of file is refused [S-20 -]', async (option, file, args) => {
    const { code, stdout, stderr } = await verify(file(), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`✗ ${option} goes with `);
  });

  test.each(['--from', '--listing', '--head'])(
    '%s is not given twice: the first would be passed over [S-20 -]',
    async (option) => {
      const value = option === '--from' ? '0' : join(folder, 'head.json');
      const file = option === '--listing' ? listing() : exported();
      const { code, stdout, stderr } = await verify(file, option, value, option, value);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^✗ .*(twice|give one head)/);
    },
  );
});
