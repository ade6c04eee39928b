import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { lintWorkflow } from '../../scripts/workflows/lint.ts';
import { RULES } from '../../scripts/workflows/rules/index.ts';
import { runScript } from '../support/commands.ts';
import { FOLDER, WORKFLOWS } from './workflow-fixtures.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const project = { scripts: new Set(Object.keys(scripts)) };
const lint = (text: string, file = 'planted.yml') => lintWorkflow(file, text, project);
const rulesOf = async (text: string) => [...new Set((await lint(text)).map(({ rule }) => rule))];

const COMMIT = 'de0fac2e4500dabe0009e67214ff5f5447ce83dd';
const OURS = 'github.event.pull_request.head.repo.full_name == github.repository';

const expression = (text: string) => `$\{{ ${text} }}`;

/** Runs a pull request's code in one job, and tells of it in another. */
const REVIEW = `on:
  pull_request:
permissions:
  contents: read
concurrency:
  group: review
jobs:
  review:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@${COMMIT} # v6.0.2
        with:
          persist-credentials: false
      - env:
          BASE: \${{ github.base_ref }}
        run: |
          npm ci
          npm run --silent db:review -- --base "origin/$BASE"
  comment:
    needs: review
    if: ${OURS}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      pull-requests: write
    steps:
      - uses: actions/download-artifact@${COMMIT} # v7.0.0
        with:
          name: comment
      - env:
          GH_TOKEN: \${{ github.token }}
        run: gh api --silent repos/a/b/issues/1/comments --input comment.json
`;

/** Meets a database with a secret. */
const DRIFT = `on:
  workflow_dispatch:
permissions: {}
concurrency: drift
jobs:
  compare:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    environment: drift
    steps:
      - env:
          DATABASE_URL: \${{ secrets.DATABASE_URL }}
        run: npm run db:drift
`;

/** A text in which one thing is changed; a change that hits nothing proves nothing. */
function planted(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`nothing to change: ${from}`);
  return text.replace(from, () => to);
}
const inReview = (from: string, to: string) => planted(REVIEW, from, to);
const inDrift = (from: string, to: string) => planted(DRIFT, from, to);
const RUN = 'run: gh api --silent repos/a/b/issues/1/comments --input comment.json';

const PLANTS: readonly (readonly [rule: string, fault: string, text: string])[] = [
  ['triggers-known', 'pull_request_target', inReview('pull_request:', 'pull_request_target:')],
  [
    'triggers-known',
    'pull_request_target in a list',
    inReview('on:\n  pull_request:', 'on: [push, pull_request_target]'),
  ],
  [
    'triggers-known',
    'workflow_run',
    inReview('on:\n  pull_request:', "on:\n  workflow_run:\n    workflows: ['ci']"),
  ],
  ['triggers-known', 'issue_comment', inReview('on:\n  pull_request:', 'on: issue_comment')],
  ['permissions-least', 'no permissions', inReview('permissions:\n  contents: read\nconc', 'conc')],
  [
    'permissions-least',
    'write-all',
    inReview('permissions:\n  contents: read\nconc', 'permissions: write-all\nconc'),
  ],
  [
    'permissions-least',
    'read-all for a job',
    inReview('permissions:\n      pull-requests: write', 'permissions: read-all'),
  ],
  [
    'permissions-least',
    'a write for every job',
    inReview('contents: read\nconc', 'contents: read\n  issues: write\nconc'),
  ],
  ['permissions-least', 'a job that writes contents', inReview('pull-requests: write', 'contents: write')],
  [
    'permissions-least',
    'a job that asks for an identity',
    inReview('pull-requests: write', 'id-token: write'),
  ],
  [
    'permissions-least',
    'a job that writes two things',
    inReview('pull-requests: write', 'pull-requests: write\n      issues: write'),
  ],
  [
    'writers-run-nothing',
    'a checkout',
    inReview(
      `- uses: actions/download-artifact@${COMMIT} # v7.0.0\n        with:\n          name: comment`,
      `- uses: actions/checkout@${COMMIT} # v6.0.2\n        with:\n          persist-credentials: false`,
    ),
  ],
  ['writers-run-nothing', 'an npm script', inReview(RUN, 'run: npm run --silent review:comment')],
  ['writers-run-nothing', 'a file of the artifact', inReview(RUN, 'run: ./comment.sh')],
  [
    'writers-run-nothing',
    'a file of the artifact, by its interpreter',
    inReview(RUN, 'run: cat comment.md | bash'),
  ],
  ['writers-run-nothing', 'a download', inReview(RUN, 'run: curl -sO https://a.example/x')],
  ['writers-run-nothing', 'a stranger’s action', inReview('actions/download-artifact@', 'a/b@')],
  ['writers-ask-whose', 'a writer without a condition', inReview(`if: ${OURS}`, 'if: always()')],
  [
    'writers-ask-whose',
    'a writer with a way around the condition',
    inReview(`if: ${OURS}`, `if: always() || ${OURS}`),
  ],
  [
    'tokens-kept',
    'a token for the job',
    inReview(
      '    needs: review',
      `    env:\n      GH_TOKEN: ${expression('github.token')}\n    needs: review`,
    ),
  ],
  [
    'tokens-kept',
    'a token beside code',
    inReview(`BASE: ${expression('github.base_ref')}`, `TOKEN: ${expression('github.token')}`),
  ],
  [
    'tokens-kept',
    'a token for an action',
    inReview(
      'persist-credentials: false',
      `persist-credentials: false\n          token: ${expression('github.token')}`,
    ),
  ],
  [
    'secrets-held',
    'a secret in a pull request',
    inReview(`BASE: ${expression('github.base_ref')}`, `KEY: ${expression('secrets.KEY')}`),
  ],
  [
    'secrets-held',
    'every secret in a pull request',
    inReview(`BASE: ${expression('github.base_ref')}`, `KEY: ${expression('toJSON(secrets)')}`),
  ],
  ['secrets-held', 'a secret without an environment', inDrift('    environment: drift\n', '')],
  [
    'secrets-held',
    'a secret for the whole job',
    inDrift(
      '    environment: drift\n',
      `    environment: drift\n    env:\n      KEY: ${expression('secrets.KEY')}\n`,
    ),
  ],
  ['secrets-held', 'a secret where a push starts it', inDrift('  workflow_dispatch:', '  push:')],
  [
    'secrets-held',
    'secrets handed on',
    `${DRIFT}  other:\n    uses: a/b/.github/workflows/c.yml@${COMMIT}\n    secrets: inherit\n`,
  ],
  [
    'shells-fixed',
    'the branch of the pull request',
    inReview('"origin/$BASE"', `"${expression('github.head_ref')}"`),
  ],
  [
    'shells-fixed',
    'a title of the event',
    inReview('"origin/$BASE"', `"${expression('github.event.pull_request.title')}"`),
  ],
  [
    'shells-fixed',
    'an expression, however harmless',
    inReview('"origin/$BASE"', `"${expression('github.run_id')}"`),
  ],
  [
    'shells-fixed',
    'an expression in a script of JavaScript',
    inReview('name: comment\n', `script: console.log("${expression('github.head_ref')}")\n`),
  ],
  ['actions-pinned', 'a tag', inReview(`checkout@${COMMIT} # v6.0.2`, 'checkout@v6')],
  ['actions-pinned', 'half a commit', inReview(`checkout@${COMMIT}`, 'checkout@de0fac2')],
  [
    'actions-pinned',
    'a commit without its version',
    inReview(`checkout@${COMMIT} # v6.0.2`, `checkout@${COMMIT}`),
  ],
  [
    'actions-pinned',
    'an action of the working copy',
    inReview(`actions/checkout@${COMMIT}`, './.github/actions/x'),
  ],
  [
    'credentials-dropped',
    'a checkout that keeps its token',
    inReview('        with:\n          persist-credentials: false\n', ''),
  ],
  [
    'credentials-dropped',
    'a checkout that says so',
    inReview('persist-credentials: false', 'persist-credentials: true'),
  ],
  ['runners-named', 'latest', inDrift('ubuntu-24.04', 'ubuntu-latest')],
  ['runners-named', 'a runner of one’s own', inDrift('ubuntu-24.04', '[self-hosted, linux]')],
  ['jobs-bounded', 'a job without an end', inDrift('    timeout-minutes: 15\n', '')],
  ['jobs-bounded', 'six hours', inDrift('timeout-minutes: 15', 'timeout-minutes: 360')],
  ['jobs-bounded', 'no concurrency group', inDrift('concurrency: drift\n', '')],
  ['scripts-exist', 'a script that nobody has', inDrift('db:drift', 'db:drifts')],
  ['scripts-exist', 'one behind a flag', inReview('npm run --silent db:review', 'npm run --silent db:revue')],
  ['yaml', 'what is no YAML', 'on: [push\njobs: {}\n'],
  [
    'actionlint expression',
    'a step that is not there',
    inReview(`${expression('github.base_ref')}`, `${expression('steps.nobody.outputs.x')}`),
  ],
  [
    'actionlint syntax-check',
    'a key that GitHub does not know',
    inDrift('timeout-minutes: 15', 'timeout-minutes: 15\n    timeout: 15'),
  ],
  ['actionlint job-needs', 'a job that waits for nobody', inReview('needs: review', 'needs: revue')],
];

describe('the workflows as they stand', () => {
  test.each(Object.keys(WORKFLOWS))('%s keeps every rule, and actionlint finds nothing', async (file) => {
    expect(await lint(WORKFLOWS[file] ?? '', `${FOLDER}/${file}`)).toEqual([]);
  });

  test('a change of the schema is reviewed, and a live database compared, with nobody asking for it [S-27 S-28 +]', () => {
    expect(Object.keys(WORKFLOWS)).toEqual(
      expect.arrayContaining([
        'ci.yml',
        'compliance.yml',
        'drift.yml',
        'migration-review.yml',
        'performance.yml',
      ]),
    );
    expect(WORKFLOWS['migration-review.yml']).toContain('\non:\n  pull_request:\n');
    expect(WORKFLOWS['migration-review.yml']).toContain('npm run --silent db:review');
    expect(WORKFLOWS['drift.yml']).toMatch(/schedule:\n\s+- cron:/);
    expect(WORKFLOWS['drift.yml']).toContain('npm run --silent db:drift');
  });

  test('a change is measured against what it starts from, and fails where it makes a statement slower [N-34 +]', () => {
    expect(WORKFLOWS['performance.yml']).toContain('\non:\n  pull_request:\n');
    expect(WORKFLOWS['performance.yml']).toContain('npm run --silent bench:compare');
    expect(WORKFLOWS['performance.yml']).toContain('exit "$code"');
  });

  test('a live database is held to its promises every day, and what was found is kept [N-51 +]', () => {
    const { on, jobs } = parse(WORKFLOWS['compliance.yml'] ?? '') as {
      on: { schedule: { cron: string }[] };
      jobs: { look: { steps: { uses?: string; with?: { name?: string; path?: string } }[] } };
    };
    expect(on.schedule.map(({ cron }) => cron)).toEqual([expect.stringMatching(/^\d+ \d+ \* \* \*$/)]);
    const kept = jobs.look.steps.find(({ with: given }) => given?.name === 'compliance-evidence');
    expect(kept?.uses).toMatch(/^actions\/upload-artifact@/);
    expect(kept?.with?.path).toMatch(/compliance\.json\n.*compliance\.html/);
  });

  test('every folder and file that a workflow names exists', () => {
    const compared = /-- (migrations [^|]+)\|\|/.exec(WORKFLOWS['migration-review.yml'] ?? '')?.[1] ?? '';
    const named = compared.split(/[\s\\]+/).filter(Boolean);
    expect(named).toEqual(
      expect.arrayContaining(['migrations', 'policies', 'functions', 'triggers', 'seed', 'scripts']),
    );
    expect([...named, '.nvmrc', '.ci/run'].filter((path) => !existsSync(path))).toEqual([]);
  });

  test('what CI runs stands in package.json too', () => {
    const called = [...readFileSync('.ci/run', 'utf8').matchAll(/\bnpm run ([\w:]+)/g)].map(
      ([, name]) => name,
    );
    expect(called).toContain('lint');
    expect(called.filter((name) => !project.scripts.has(name ?? ''))).toEqual([]);
    expect(scripts.lint).toContain('lint:workflows');
  });
});

describe('a workflow that gives too much away', () => {
  test.each([
    ['a review that runs a pull request’s code without a token and tells of it without its code', REVIEW],
    ['a comparison that holds its secret in an environment', DRIFT],
  ])('%s is let through', async (_title, text) => {
    expect(await lint(text)).toEqual([]);
  });

  test.each(PLANTS)('%s refuses %s', async (rule, _fault, text) => {
    expect(await rulesOf(text)).toContain(rule);
  });

  test('each rule has a workflow that it refuses', () => {
    const planted = new Set(PLANTS.map(([rule]) => rule));
    expect(RULES.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  test('a finding names the line', async () => {
    const text = inReview(`checkout@${COMMIT} # v6.0.2`, 'checkout@v6');
    expect(await lint(text)).toEqual([
      {
        file: 'planted.yml',
        line: 12,
        rule: 'actions-pinned',
        problem: 'actions/checkout@v6 is not pinned by a commit',
      },
    ]);
  });
});

test('lint:workflows names the files it held and exits 0 where they keep the rules', async () => {
  const { code, stdout } = await runScript('lint-workflows.ts', ['--json']);
  expect({ code, ...JSON.parse(stdout) }).toEqual({
    code: 0,
    files: Object.keys(WORKFLOWS).map((name) => `${FOLDER}/${name}`),
    findings: [],
  });
});
