import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMPLIANCE_MARKER, complianceIssue } from '../../scripts/workflows/compliance-issue.ts';
import { DRIFT_MARKER, driftIssue } from '../../scripts/workflows/drift-issue.ts';
import { makeFolder, removeFolder } from './cluster-fixtures.ts';
import {
  BOT,
  called,
  fakeGh,
  HOSTILE,
  hasJq,
  REPOSITORY,
  runStep,
  SOMEBODY,
  stepOf,
} from './workflow-fixtures.ts';

// The shell of the workflows that look at a live database, taken out of them and run here. `gh` and `npm` are stand-ins.
let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

const inFolder = (name: string) => join(folder, name);

const WATCHES = [
  { name: 'drift', job: 'compare', label: 'drift', title: 'The database is not as its migrations left it' },
  { name: 'compliance', job: 'look', label: 'compliance', title: 'The database does not keep every promise' },
] as const;

describe.skipIf(!hasJq).each(WATCHES)('the live database, asked by $name', ({ name, job }) => {
  const target = stepOf(`${name}.yml`, job, 'target');
  const ask = (env: Readonly<Record<string, string>>) =>
    runStep(
      folder,
      target.run,
      { GH_TOKEN: 't0ken', REPOSITORY, DATABASE_URL: '', ...env },
      { gh: fakeGh([]) },
    );

  test('is left out with a notice where no database is named', async () => {
    const ran = await ask({});
    expect({ code: ran.code, outputs: ran.outputs, calls: ran.calls }).toEqual({
      code: 0,
      outputs: {},
      calls: [],
    });
    expect(ran.output).toContain('::notice::');
  });

  test('is made in a private repository', async () => {
    expect(await ask({ DATABASE_URL: 'postgresql://a' })).toMatchObject({
      code: 0,
      outputs: { set: 'true' },
    });
  });

  test('is refused where everybody would read what stands open', async () => {
    const ran = await ask({ DATABASE_URL: 'postgresql://a', PUBLIC: 'yes' });
    expect({ code: ran.code, outputs: ran.outputs }).toEqual({ code: 2, outputs: {} });
  });
});

describe.skipIf(!hasJq)('the comparison with a live database', () => {
  const compare = stepOf('drift.yml', 'compare', 'compare');
  const npm = (code: number, printed: unknown) => `
    const args = process.argv.slice(2);
    if (args.includes('drift:issue')) { console.log('made of ' + args[args.indexOf('--') + 1]); process.exit(0); }
    console.log(${JSON.stringify(JSON.stringify(printed))});
    process.exit(${code});
  `;
  const end = (code: number, printed: unknown) =>
    runStep(
      folder,
      compare.run,
      { REPORT: inFolder('drift'), RUN: 'https://git.example/runs/1' },
      { npm: npm(code, printed) },
    );

  test.each([
    [0, 'clean'],
    [1, 'found'],
  ])('that ends in %i is told as %s [S-27 +]', async (code, state) => {
    const ran = await end(code, { drifts: [] });
    expect({ code: ran.code, outputs: ran.outputs }).toEqual({ code: 0, outputs: { state } });
    expect(readFileSync(inFolder('drift/issue.md'), 'utf8')).toBe(
      `made of ${inFolder('drift/drift.json')}\n`,
    );
    expect(ran.output).toBe('');
  });

  test('that cannot be made fails and says why [S-27 -]', async () => {
    const ran = await end(2, { error: { problem: 'nobody listens', remedy: 'start it' }, exitCode: 2 });
    expect({ code: ran.code, outputs: ran.outputs }).toEqual({ code: 2, outputs: {} });
    expect(ran.output).toBe('nobody listens\nstart it\n');
  });
});

describe.skipIf(!hasJq)('the look at every requirement', () => {
  const look = stepOf('compliance.yml', 'look', 'look');
  const COUNTS = { held: 2, broken: 0, open: 0, unseen: 0, outside: 1 };
  /** npm, as far as the step calls it: the run ends as told, and says how it was called. */
  const npm = (code: number, printed: unknown) => `
    const { appendFileSync, writeFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    appendFileSync(process.env.CALLS, JSON.stringify({ args }) + '\\n');
    if (args.includes('compliance:issue')) { console.log('made of ' + args[args.indexOf('--') + 1]); process.exit(0); }
    if (args.includes('--html')) writeFileSync(args[args.indexOf('--html') + 1], '<p>');
    console.log(${JSON.stringify(JSON.stringify(printed))});
    process.exit(${code});
  `;
  const end = (code: number, printed: unknown) =>
    runStep(
      folder,
      look.run,
      { REPORT: inFolder('compliance'), RUN: 'https://git.example/runs/1' },
      { npm: npm(code, printed) },
    );

  test.each([
    [0, 'clean', {}],
    [1, 'clean', {}],
    [1, 'found', { broken: 1 }],
    [1, 'found', { open: 1 }],
    [1, 'found', { unseen: 1 }],
  ])(
    'that ends in %i is told as %s where it counts %j, and summed up [N-51 +]',
    async (code, state, counts) => {
      const ran = await end(code, { counts: { ...COUNTS, ...counts }, lines: [] });
      expect({ code: ran.code, outputs: ran.outputs }).toEqual({ code: 0, outputs: { state } });
      const issue = readFileSync(inFolder('compliance/issue.md'), 'utf8');
      expect(issue).toBe(`made of ${inFolder('compliance/compliance.json')}\n`);
      expect(ran.summary).toBe(issue);
    },
  );

  test('is recorded, compared with the one before, and leaves its evidence as JSON and as a page [N-51 +]', async () => {
    const ran = await end(0, { counts: COUNTS, lines: [] });
    expect(ran.calls[0]?.args).toEqual([
      'run',
      '--silent',
      'compliance',
      '--',
      '--json',
      '--record',
      '--since',
      '--html',
      inFolder('compliance/compliance.html'),
    ]);
    expect(JSON.parse(readFileSync(inFolder('compliance/compliance.json'), 'utf8'))).toEqual({
      counts: COUNTS,
      lines: [],
    });
    expect(existsSync(inFolder('compliance/compliance.html'))).toBe(true);
  });

  test.each([
    [
      'cannot be made',
      2,
      { error: { problem: 'nobody listens', remedy: 'start it' } },
      'nobody listens\nstart it\n',
    ],
    ['prints no counts', 1, { lines: [] }, ''],
  ])('that %s fails, and tells nobody that all is well [N-51 -]', async (_title, code, printed, said) => {
    const ran = await end(code, printed);
    expect(ran.code).not.toBe(0);
    expect(ran.outputs).toEqual({});
    expect(ran.output).toContain(said);
  });
});

test('both issues are told by the same shell', () => {
  expect(stepOf('compliance.yml', 'issue', 'tell').run).toBe(stepOf('drift.yml', 'issue', 'tell').run);
});

const MADE = {
  drift: {
    marker: DRIFT_MARKER,
    text: driftIssue({
      drifts: [{ key: 'policy a on b', sentence: HOSTILE.trim(), opens: true, details: [] }],
      compared: 9,
      pending: [],
      beside: [],
      ignored: [],
      unseen: [],
    }),
  },
  compliance: {
    marker: COMPLIANCE_MARKER,
    text: complianceIssue({
      counts: { held: 0, broken: 1, open: 0, unseen: 0, outside: 0 },
      lines: [{ id: 'S-01', promise: 'Every table.', status: 'broken', why: HOSTILE.trim() }],
    }),
  },
} as const;

describe.skipIf(!hasJq).each(WATCHES)('the issue about $name', ({ name, label, title }) => {
  const { run, env } = stepOf(`${name}.yml`, 'issue', 'tell');
  const { marker, text } = MADE[name];
  const LISTING = `GET repos/${REPOSITORY}/issues?state=open&labels=${label}&per_page=100`;
  const tell = (STATE: string, pages: readonly (readonly unknown[])[]) =>
    runStep(
      folder,
      run,
      {
        GH_TOKEN: 't0ken',
        REPOSITORY,
        STATE,
        ISSUE: inFolder('issue.md'),
        MARKER: env.MARKER ?? '',
        LABEL: env.LABEL ?? '',
        TITLE: env.TITLE ?? '',
      },
      { gh: fakeGh(pages) },
    );
  const OPEN = { number: 4, user: BOT, body: `${marker}\nold` };
  const OTHERS = [
    { number: 1, user: SOMEBODY, body: `${marker}\nmine` },
    { number: 2, user: BOT, body: null },
    { number: 3, user: BOT, body: `${marker}\n`, pull_request: {} },
  ];
  beforeEach(() => writeFileSync(inFolder('issue.md'), text));

  test('is found by the marker that its text begins with', () => {
    expect(env.MARKER).toBe(marker);
  });

  test('is opened where something differs, with its label [S-27 N-51 +]', async () => {
    const ran = await tell('found', [OTHERS]);
    expect(called(ran)).toEqual([LISTING, `POST repos/${REPOSITORY}/issues`]);
    expect(ran.calls[1]?.input).toEqual({
      title,
      labels: [label],
      body: text,
    });
    expect(existsSync(inFolder('stolen'))).toBe(false);
  });

  test('is one: what is open is changed in place [S-27 N-51 +]', async () => {
    const ran = await tell('found', [OTHERS, [OPEN]]);
    expect(called(ran)).toEqual([LISTING, `PATCH repos/${REPOSITORY}/issues/4`]);
    expect(ran.calls[1]?.input).toEqual({ body: text });
  });

  test('is closed when nothing differs any more, and not opened to say so [S-27 N-51 -]', async () => {
    const closed = await tell('clean', [OTHERS, [OPEN]]);
    expect(called(closed)).toEqual([
      LISTING,
      `POST repos/${REPOSITORY}/issues/4/comments`,
      `PATCH repos/${REPOSITORY}/issues/4`,
    ]);
    expect(closed.calls[2]?.args).toContain('state=closed');
    rmSync(inFolder('calls'));
    expect(called(await tell('clean', [OTHERS]))).toEqual([LISTING]);
  });

  test.each([
    ['a state that nobody knows', 'clean; exit 0', () => {}, 1],
    ['a text without the marker', 'found', () => writeFileSync(inFolder('issue.md'), 'anything'), 0],
    [
      'a text longer than an issue',
      'found',
      () => writeFileSync(inFolder('issue.md'), `${marker}\n${'x'.repeat(66_000)}`),
      0,
    ],
  ])('is left alone by %s', async (_title, state, plant, listings) => {
    plant();
    const ran = await tell(state, [[]]);
    expect(ran.code).toBe(2);
    expect(called(ran)).toEqual([LISTING].slice(0, listings));
  });
});
