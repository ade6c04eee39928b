import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runScript } from '../support/commands.ts';
import { useDatabase } from '../support/database.ts';
import { happen, LOG, seal } from '../support/trail.ts';

const database = useDatabase();

const PAGE = readFileSync('docs/auditing.md', 'utf8');
/** The statements of the page in their order, and the file that psql writes each into, where it does. */
const STATEMENTS = [...PAGE.matchAll(/^```sql\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.split(/;(?:\n| *--[^\n]*\n)|(\\g [^\n]*)\n/))
  .reduce<{ text: string; file?: string }[]>((all, part) => {
    const last = all.at(-1);
    const file = part?.match(/^\\g \(format=unaligned tuples_only=on\) (\S+)$/)?.[1];
    if (file && last) last.file = file;
    else if (part?.trim()) all.push({ text: part });
    return all;
  }, []);

let folder: string;
const answers = new Map<string, unknown[]>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-auditing-'));
  const client = new pg.Client({ connectionString: database().url('postgres') });
  await client.connect();
  try {
    for (const { text: told, file } of STATEMENTS) {
      // Between the two rounds the clinic works, and what it did is sealed.
      if (file === 'new-head.json') {
        await happen(database(), 3);
        await seal(database());
      }
      const text = told.replace('<tree_size of that table in head.json>', () =>
        String(readJson('head.json').trees[LOG].tree_size),
      );
      const { rows } = await client.query<Record<string, unknown>>(text);
      answers.set(text, rows);
      if (file) writeFileSync(join(folder, file), JSON.stringify(Object.values(rows[0] ?? {})[0]));
    }
  } finally {
    await client.end();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readJson = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const verified = (...args: readonly string[]) =>
  runScript(
    'audit-verify.mjs',
    args.map((each) => (each.endsWith('.json') ? join(folder, each) : each)),
  );

const rowsOf = (part: string) => [...answers].find(([text]) => text.includes(part))?.[1];

test('docs/auditing.md: an officer reads by their own login who saw a chart, what is unusual, what waits and what left [N-35 N-39 +]', () => {
  expect(STATEMENTS.length).toBeGreaterThan(15);
  for (const asked of [
    'simulate_policy',
    'from access_log\n',
    'from access_anomalies',
    'from emergency_access_queue',
    'from security_events',
    'from context_log',
    'from disclosures',
    'prove_record',
    'from access_log_exceptions()',
    'seal_head',
    'from count_sealed_records()',
    'list_sealed_records',
    'from governance.retention_runs',
    'from tombstones',
    'from governance.compliance_results',
  ]) {
    expect([asked, rowsOf(asked)?.length]).toEqual([asked, expect.any(Number)]);
    expect([asked, rowsOf(asked)?.length]).not.toEqual([asked, 0]);
  }
  expect(rowsOf('from bent_access_records')).toEqual([]);
  expect(rowsOf('from bent_tombstones')).toEqual([]);
});

test.each([
  ['signature-verify.ts', 'form.json'],
  ['receipt-verify.ts', 'receipt.json'],
  ['audit-verify.mjs', 'proof.json'],
  ['audit-verify.mjs', 'listing.json'],
])(
  'docs/auditing.md: %s finds whole what was exported, and nothing else [S-31 S-20 +, S-32 S-20 -]',
  async (script, file) => {
    const path = join(folder, file);
    expect(await runScript(script, [path])).toMatchObject({ code: 0, stderr: '' });
    const bent = join(folder, `bent-${file}`);
    writeFileSync(
      bent,
      readFileSync(path, 'utf8').replace(/(typed_name|state|"root)(\\*": ?\\*")\w/, '$1$2X'),
    );
    expect(await runScript(script, [bent])).toMatchObject({ code: 1 });
  },
);

test('docs/auditing.md: the next round continues what was kept, and a head that is not its beginning is told [S-20 +, S-20 -]', async () => {
  const rounds = [...PAGE.matchAll(/^npm run audit:verify -- ((?:consistency|new-listing)[^#\n]*)/gm)].map(
    ([, line = '']) => line.trim().split(/ +/),
  );
  expect(rounds).toHaveLength(3);
  expect(readJson('new-head.json').trees[LOG].tree_size).toBeGreaterThan(
    readJson('head.json').trees[LOG].tree_size,
  );
  for (const round of rounds) {
    expect(await verified(...round)).toMatchObject({ code: 0, stderr: '' });
    // Somebody else's head, or one of another history.
    const head = readJson(round[round.indexOf('--head') + 1] ?? '');
    head.trees[LOG].root = head.trees[LOG].root.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0'));
    writeFileSync(join(folder, 'other-head.json'), JSON.stringify(head));
    const other = round.map((each) => (each.endsWith('head.json') ? 'other-head.json' : each));
    expect(await verified(...other)).toMatchObject({ code: 1 });
  }
  // What the page said before: last time's head beside what is new.
  expect(await verified('new-listing.json', '--head', 'head.json')).toMatchObject({ code: 1 });
});
