import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandArguments } from '../support/commands.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const run = promisify(execFile);

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
    for (const { text, file } of STATEMENTS) {
      const { rows } = await client.query<Record<string, unknown>>(text);
      answers.set(text, rows);
      if (file) writeFileSync(join(folder, file), JSON.stringify(Object.values(rows[0] ?? {})[0]));
    }
  } finally {
    await client.end();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    await expect(run(process.execPath, commandArguments(script, path))).resolves.toMatchObject({
      stderr: '',
    });
    const bent = join(folder, `bent-${file}`);
    writeFileSync(
      bent,
      readFileSync(path, 'utf8').replace(/(typed_name|state|"root)(\\*": ?\\*")\w/, '$1$2X'),
    );
    await expect(run(process.execPath, commandArguments(script, bent))).rejects.toMatchObject({ code: 1 });
  },
);
