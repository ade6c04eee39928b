import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPLIANCE_MARKER, complianceIssue } from '../../scripts/workflows/compliance-issue.ts';
import { COMMENT_LIMIT } from '../../scripts/workflows/fit.ts';
import { runScript } from '../support/commands.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const RUN = 'https://git.example/runs/1';
const COUNTS = { held: 1, broken: 0, open: 0, unseen: 0, outside: 1 };
const HELD = { id: 'S-02', promise: 'Reads are scoped.', status: 'held', why: null } as const;
const IN_PART = { id: 'S-09', promise: 'Reads live a minute.', status: 'outside', why: 'the link' } as const;
const BROKEN = { id: 'S-16', promise: 'Who did what.', status: 'broken', why: 'stamps: 1 of 9' } as const;
const UNSEEN = {
  id: 'N-08',
  promise: 'An evaluation.',
  status: 'unseen',
  why: 'not looked at: 57014',
} as const;
const OPEN = { id: 'N-39', promise: 'Patterns.', status: 'open', why: 'not built: a' } as const;

test('tells each gap with why, the worst first, and what changed since the run before [N-51 +]', () => {
  const report = {
    counts: { held: 1, broken: 1, open: 1, unseen: 1, outside: 1 },
    lines: [HELD, IN_PART, OPEN, UNSEEN, BROKEN],
    changes: [
      { id: 'S-16', before: 'held', after: 'broken' },
      { id: 'N-08', before: null, after: 'unseen' },
      { id: 'S-02', before: 'held', after: 'held' },
    ],
  } as const;
  expect(complianceIssue(report, RUN)).toBe(
    [
      COMPLIANCE_MARKER,
      `✗ 3 of 5 requirements are not held: 1 held, 1 broken, 1 open, 1 not looked at, 1 in part ([run](${RUN})).`,
      '',
      '### Broken',
      '',
      '```text',
      'S-16  Who did what.  stamps: 1 of 9',
      '```',
      '',
      '### Not looked at',
      '',
      '```text',
      'N-08  An evaluation.  not looked at: 57014',
      '```',
      '',
      '### Open',
      '',
      '```text',
      'N-39  Patterns.  not built: a',
      '```',
      '',
      '### Since the run before',
      '',
      '```text',
      'S-16  held → broken',
      'N-08  not looked at then → not looked at',
      '```',
      '',
      'The evidence is among the artifacts of the run; `npm run compliance` looks again. This issue closes by itself.',
      '',
    ].join('\n'),
  );
});

test('takes what is kept in part for no gap [N-51 -]', () => {
  expect(complianceIssue({ counts: COUNTS, lines: [HELD, IN_PART], changes: null }, RUN)).toBe(
    `${COMPLIANCE_MARKER}\n✓ 1 held, 1 in part of 2 requirements ([run](${RUN})).\n`,
  );
});

test('takes a name in the database for text, and fits into an issue [N-51 -]', () => {
  const hostile = complianceIssue({
    counts: COUNTS,
    lines: [{ ...BROKEN, why: 'table "a\n```\n@everyone\u202e" is open' }],
  });
  expect(hostile).toContain('\n````text\nS-16  Who did what.  table "a ``` @everyone " is open\n````\n');
  const lines = Array.from({ length: 5000 }, () => ({ ...BROKEN, why: 'é'.repeat(500) }));
  expect(Buffer.byteLength(complianceIssue({ counts: COUNTS, lines }))).toBeLessThanOrEqual(COMMENT_LIMIT);
});

test('is printed by compliance:issue from what compliance printed, and from nothing else [N-51 +, N-51 -]', async () => {
  const report = { format: 'cordon.compliance.1', counts: { ...COUNTS, broken: 1 }, lines: [BROKEN] };
  const done = await runScript('compliance-issue.ts', [file('compliance.json', JSON.stringify(report))]);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toContain('S-16  Who did what.');
  for (const text of ['', 'null', '{}', '{"lines":1,"counts":{}}', '{"error":{}}']) {
    expect((await runScript('compliance-issue.ts', [file('no.json', text)])).code, text).toBe(2);
  }
});
