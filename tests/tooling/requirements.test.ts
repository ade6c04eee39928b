import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge, readRequirements, strayTags, tagsOf } from '../../scripts/requirements/requirements.ts';
import { countsLine, countTests, type TestReport } from '../../scripts/requirements/test-report.ts';

const REQUIREMENTS = [
  { id: 'S-01', promise: 'one', due: true },
  { id: 'S-02', promise: 'two', due: false },
];

function reportOf(...tests: [title: string, status: string][]): TestReport {
  const assertionResults = tests.map(([title, status]) => ({ title, fullName: title, status }));
  return { success: true, testResults: [{ name: 'x.test.ts', status: 'passed', assertionResults }] };
}

test('a tag names ids and a sign', () => {
  expect(tagsOf('reads nothing [S-02 N-22 -] and more [S-01 +]')).toEqual([
    { ids: ['S-02', 'N-22'], polarity: 'negative' },
    { ids: ['S-01'], polarity: 'positive' },
  ]);
});

test('a tag may give each id a sign of its own', () => {
  expect(tagsOf('changes nothing twice [S-26 +, N-10 -]')).toEqual([
    { ids: ['S-26'], polarity: 'positive' },
    { ids: ['N-10'], polarity: 'negative' },
  ]);
});

test('what merely looks like a tag is none', () => {
  expect(tagsOf('[S-1 +] [S-02 *] (S-02 +) [x S-02 +] S-02 -')).toEqual([]);
});

test('an id is proven by a passing positive and a passing negative test', () => {
  const report = reportOf(['a [S-01 S-02 +]', 'passed'], ['b [S-01 -]', 'passed']);
  expect(judge(REQUIREMENTS, report).map(({ proven }) => proven)).toEqual([true, false]);
});

test.each([
  [
    'a failing test beside passing ones',
    ['a [S-01 +]', 'passed'],
    ['b [S-01 -]', 'passed'],
    ['c [S-01 -]', 'failed'],
  ],
  ['a skipped negative', ['a [S-01 +]', 'passed'], ['b [S-01 -]', 'pending']],
  ['positives only', ['a [S-01 +]', 'passed'], ['b [S-01 +]', 'passed']],
  ['nothing'],
] as [string, ...[string, string][]][])('an id is open with %s', (_, ...tests) => {
  expect(judge(REQUIREMENTS, reportOf(...tests))[0]?.proven).toBe(false);
});

test('a tag with an unknown id or without a sign is told, not ignored', () => {
  const report = reportOf(
    ['a [S-99 +]', 'passed'],
    ['b [S-01]', 'passed'],
    ['c [S-01 +]', 'passed'],
    ['d [1]', 'passed'],
  );
  expect(strayTags(REQUIREMENTS, report)).toEqual(['S-99 in "a [S-99 +]"', '[S-01] in "b [S-01]"']);
});

test('the registry holds every promise once, each with a text', async () => {
  const requirements = await readRequirements();
  const ids = [
    ...Array.from({ length: 39 }, (_, index) => `S-${String(index + 1).padStart(2, '0')}`),
    ...Array.from({ length: 54 }, (_, index) => `N-${String(index + 1).padStart(2, '0')}`),
  ];
  expect(requirements.map(({ id }) => id)).toEqual(ids);
  expect(requirements.every(({ promise }) => promise.length > 20)).toBe(true);
});

test('a file that dies without a failed test counts as a failure', () => {
  const report: TestReport = {
    success: false,
    testResults: [
      { name: 'dead.test.ts', status: 'failed', assertionResults: [] },
      {
        name: 'mixed.test.ts',
        status: 'failed',
        assertionResults: [
          { title: 'a', fullName: 'a', status: 'passed' },
          { title: 'b', fullName: 'b', status: 'failed' },
          { title: 'c', fullName: 'c', status: 'pending' },
        ],
      },
    ],
  };
  expect(countsLine(countTests(report))).toBe('1 passed, 2 failed, 1 skipped');
});

test('no title of a test carries a tag that counts for nothing', async () => {
  const requirements = await readRequirements();
  const titles = readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !/requirements|proof/.test(name))
    .flatMap(
      (name) => readFileSync(join('tests', name), 'utf8').match(/\[[^\]\n]*\b[NS]-\d\d[^\]\n]*[+-]\]/g) ?? [],
    );
  expect(titles.length).toBeGreaterThan(1000);
  expect(
    strayTags(requirements, reportOf(...titles.map((tag): [string, string] => [tag, 'passed']))),
  ).toEqual([]);
  expect(strayTags(requirements, reportOf(['[S-26 +-]', 'passed'])), 'control').toHaveLength(1);
});

test('every promise is due, so that one whose tests vanish is told as open, with exit code 1', async () => {
  const requirements = await readRequirements();
  expect(requirements.length).toBe(93);
  expect(requirements.filter(({ due }) => !due)).toEqual([]);
});
