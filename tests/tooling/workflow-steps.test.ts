import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REVIEW_MARKER } from '../../scripts/review/render/marker.ts';
import { reviewComment } from '../../scripts/workflows/comment.ts';
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

// The shell of the workflows, taken out of them and run here. `gh` is a stand-in that writes down what it is asked; what
// GitHub answers is not tested.
let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

const inFolder = (name: string) => join(folder, name);

describe.skipIf(!hasJq)('the comment on a pull request', () => {
  const { run, env } = stepOf('migration-review.yml', 'comment', 'post');
  const LISTING = `GET repos/${REPOSITORY}/issues/7/comments?per_page=100`;
  const post = (gh: string) =>
    runStep(
      folder,
      run,
      {
        GH_TOKEN: 't0ken',
        REPOSITORY,
        NUMBER: '7',
        COMMENT: inFolder('comment.md'),
        MARKER: env.MARKER ?? '',
      },
      { gh },
    );
  const write = (text: string) => writeFileSync(inFolder('comment.md'), text);

  test('is found by the marker that review:comment writes', () => {
    expect(env.MARKER).toBe(REVIEW_MARKER);
  });

  test('is written where there is none, to the letter and as data', async () => {
    const text = reviewComment(`## Access\n${HOSTILE}`);
    write(text);
    const ran = await post(fakeGh([[]]));
    expect(ran.code).toBe(0);
    expect(called(ran)).toEqual([LISTING, `POST repos/${REPOSITORY}/issues/7/comments`]);
    expect(ran.calls[1]?.input).toEqual({ body: text });
    expect(existsSync(inFolder('stolen'))).toBe(false);
    expect(ran.output).not.toContain('t0ken');
  });

  test('is changed in place, on whatever page it stands', async () => {
    write(reviewComment('new'));
    const pages = [
      [{ id: 1, user: SOMEBODY, body: 'hello' }],
      [{ id: 22, user: BOT, body: `${REVIEW_MARKER}\nold` }],
      [{ id: 333, user: BOT, body: `${REVIEW_MARKER}\nolder still` }],
    ];
    const ran = await post(fakeGh(pages));
    expect(called(ran)).toEqual([LISTING, `PATCH repos/${REPOSITORY}/issues/comments/22`]);
    expect(ran.calls[1]?.input).toEqual({ body: `${REVIEW_MARKER}\nnew\n` });
  });

  test('is never somebody else’s, whatever they write into it', async () => {
    write(reviewComment('new'));
    const ran = await post(
      fakeGh([
        [
          { id: 1, user: SOMEBODY, body: `${REVIEW_MARKER}\nmine` },
          { id: 2, user: BOT, body: `quoting ${REVIEW_MARKER}` },
          { id: 3, user: null, body: null },
        ],
      ]),
    );
    expect(called(ran)).toEqual([LISTING, `POST repos/${REPOSITORY}/issues/7/comments`]);
  });

  test.each([
    ['without the marker', () => write('anything')],
    ['with the marker further down', () => write(`\n${REVIEW_MARKER}\n`)],
    ['longer than a comment', () => write(`${REVIEW_MARKER}\n${'x'.repeat(66_000)}`)],
    [
      'a link to another file',
      () => {
        writeFileSync(inFolder('other'), `${REVIEW_MARKER}\n`);
        symlinkSync(inFolder('other'), inFolder('comment.md'));
      },
    ],
    ['missing', () => {}],
  ])('is not taken from an artifact that is %s', async (_title, plant) => {
    plant();
    const ran = await post(fakeGh([[]]));
    expect({ code: ran.code, calls: ran.calls }).toEqual({ code: 2, calls: [] });
  });

  test('fails where the listing fails, instead of standing there twice', async () => {
    write(reviewComment('new'));
    const ran = await post(fakeGh([[]], { on: 'per_page', message: 'gh: (HTTP 502)' }));
    expect(ran.code).not.toBe(0);
    expect(called(ran)).toEqual([LISTING]);
  });
});

describe.skipIf(!hasJq)('what code scanning gets', () => {
  const { run } = stepOf('migration-review.yml', 'code-scanning', 'send');
  const send = (gh: string) =>
    runStep(
      folder,
      run,
      {
        GH_TOKEN: 't0ken',
        REPOSITORY,
        COMMIT: 'de0fac2e',
        REF: 'refs/pull/7/merge',
        SARIF: inFolder('review.sarif'),
      },
      { gh },
    );
  const SARIF = JSON.stringify({ version: '2.1.0', runs: [{ results: [HOSTILE] }] });

  test('is the report of the merge that was reviewed', async () => {
    writeFileSync(inFolder('review.sarif'), SARIF);
    const ran = await send(fakeGh([]));
    expect(ran.code).toBe(0);
    expect(called(ran)).toEqual([`POST repos/${REPOSITORY}/code-scanning/sarifs`]);
    const { sarif, ...rest } = (ran.calls[0]?.input ?? {}) as Record<string, string>;
    expect(rest).toEqual({ commit_sha: 'de0fac2e', ref: 'refs/pull/7/merge' });
    expect(gunzipSync(Buffer.from(sarif ?? '', 'base64')).toString()).toBe(SARIF);
  });

  test.each(['no JSON', '{"version":"1.0"}', '{"version":"2.1.0","runs":{}}', ''])(
    'is nothing where the artifact is %j',
    async (text) => {
      writeFileSync(inFolder('review.sarif'), text);
      const ran = await send(fakeGh([]));
      expect({ code: ran.code, calls: ran.calls }).toEqual({ code: 2, calls: [] });
    },
  );

  test('is a notice where the repository has no code scanning, and a failure otherwise', async () => {
    writeFileSync(inFolder('review.sarif'), SARIF);
    const answer = (message: string) => send(fakeGh([], { on: 'sarifs', message }));
    const off = await answer(
      'gh: Code Security must be enabled for this repository to use code scanning. (HTTP 403)',
    );
    expect(off.code).toBe(0);
    expect(off.output).toContain('::notice::');
    expect((await answer('gh: Resource not accessible by integration (HTTP 403)')).code).toBe(1);
  });
});

describe('the review of a pull request', () => {
  const { run } = stepOf('migration-review.yml', 'review', 'review');
  /** npm, as far as the step calls it: the review ends as told, the comment is made by the real script. */
  const npm = (code: number, files: Readonly<Record<string, string>>) => `
    const { appendFileSync, writeFileSync } = require('node:fs');
    const { spawnSync } = require('node:child_process');
    const args = process.argv.slice(2);
    appendFileSync(process.env.CALLS, JSON.stringify({ args }) + '\\n');
    if (args.includes('review:comment')) {
      const rest = args.slice(args.indexOf('--') + 1);
      const made = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/review-comment.ts', ...rest], { cwd: ${JSON.stringify(process.cwd())} });
      process.stdout.write(made.stdout);
      process.exit(made.status);
    }
    for (const [flag, text] of Object.entries(${JSON.stringify(files)})) writeFileSync(args[args.indexOf(flag) + 1], text);
    process.exit(${code});
  `;
  const review = (code: number, files: Readonly<Record<string, string>>) =>
    runStep(
      folder,
      run,
      { BASE: 'release/$(touch stolen)', REPORT: inFolder('review'), RUN: 'https://git.example/runs/1' },
      { npm: npm(code, files) },
    );
  const REPORT = { '--markdown': '## Access\n', '--sarif': '{}', '--html': '<p>' };
  const commentOf = () => readFileSync(inFolder('review/comment.md'), 'utf8');

  test.each([0, 1])('that ends in %i is reported, summed up, and judged later [S-28 +]', async (code) => {
    const ran = await review(code, REPORT);
    expect(ran.code).toBe(0);
    expect(ran.outputs).toEqual({ code: String(code), sarif: 'true' });
    expect(commentOf()).toBe(`${REVIEW_MARKER}\n## Access\n`);
    expect(ran.summary).toBe(commentOf());
    expect(ran.calls[0]?.args).toContain('refs/remotes/origin/release/$(touch stolen)');
    expect(existsSync(inFolder('stolen'))).toBe(false);
  });

  test.each([
    [2, '2'],
    [1, '1'],
    [0, '2'],
  ])('that ends in %i without a report says so, in place of an older one', async (code, judged) => {
    const ran = await review(code, {});
    expect(ran.outputs).toEqual({ code: judged });
    expect(commentOf()).toContain('The review could not be made');
    expect(commentOf()).toContain('https://git.example/runs/1');
    expect(ran.summary).toBe(commentOf());
  });
});

describe('what a pull request must touch to be reviewed', () => {
  const { run } = stepOf('migration-review.yml', 'scope', 'compare');
  const git = (...args: string[]) => {
    const done = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@a.example', ...args], {
      cwd: inFolder('work'),
      env: { PATH: process.env.PATH ?? '', HOME: folder },
    });
    if (done.status !== 0) throw new Error(done.stderr.toString());
  };
  const write = (path: string) => {
    mkdirSync(join(inFolder('work'), path, '..'), { recursive: true });
    writeFileSync(join(inFolder('work'), path), 'x\n');
  };
  const touch = async (change: () => void) => {
    mkdirSync(inFolder('work'));
    git('init', '-q', '-b', 'main');
    write('migrations/1.sql');
    write('docs/a.md');
    git('add', '.');
    git('commit', '-qm', 'a');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    change();
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'b');
    return runStep(folder, run, { BASE: 'main' });
  };

  test.each([
    ['a new migration', 'true', () => write('migrations/2.sql')],
    ['a policy', 'true', () => write('policies/patients.ts')],
    ['a guard of the review', 'true', () => write('scripts/review/guards/index.ts')],
    ['a migration that is gone', 'true', () => rmSync(inFolder('work/migrations/1.sql'))],
    ['words alone', 'false', () => write('docs/b.md')],
    ['nothing', 'false', () => {}],
  ])('%s: %s', async (_title, touched, change) => {
    expect((await touch(change)).outputs).toEqual({ touched });
  });

  test('a base that is not there is no answer', async () => {
    await touch(() => {});
    const ran = await runStep(folder, run, { BASE: 'elsewhere' });
    expect(ran.code).toBe(128);
  });
});

describe('the check that a repository requires', () => {
  const { run } = stepOf('migration-review.yml', 'verdict', 'decide');
  const decide = async (SCOPE: string, TOUCHED: string, REVIEW: string, CODE: string) =>
    (await runStep(folder, run, { SCOPE, TOUCHED, REVIEW, CODE })).code;

  test.each([
    ['a review without findings', ['success', 'true', 'success', '0']],
    ['nothing touched', ['success', 'false', 'skipped', '']],
  ] as const)('passes on %s [S-28 +]', async (_title, [scope, touched, result, code]) => {
    expect(await decide(scope, touched, result, code)).toBe(0);
  });

  test.each([
    [1, 'a finding', ['success', 'true', 'success', '1']],
    [2, 'a tool that cannot work', ['success', 'true', 'success', '2']],
    [2, 'a code that nobody knows', ['success', 'true', 'success', '0; exit 0']],
    [2, 'no code', ['success', 'true', 'success', '']],
    [2, 'a review that failed on the way', ['success', 'true', 'failure', '0']],
    [2, 'a review that was cancelled', ['success', 'true', 'cancelled', '']],
    [2, 'a review that was left out although something is touched', ['success', 'true', 'skipped', '']],
    [2, 'a comparison of files that failed', ['failure', '', 'skipped', '']],
  ] as const)('fails with %i on %s [S-28 -]', async (expected, _title, [scope, touched, result, code]) => {
    expect(await decide(scope, touched, result, code)).toBe(expected);
  });
});
