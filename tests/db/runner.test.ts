import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { runTap } from '../support/tap.ts';

const database = useDatabase();

async function run(fixture: string) {
  const file = new URL(`../support/fixtures/tap/${fixture}.sql`, import.meta.url);
  return runTap(database().url('postgres'), await readFile(file, 'utf8'));
}

test('a pgTAP file that holds is green', async () => {
  const { assertions, problems } = await run('passes');
  expect(problems).toEqual([]);
  expect(assertions.map(({ title, state }) => [title, state])).toEqual([
    ['holds', 'passed'],
    ['equals', 'passed'],
  ]);
});

test('a failed assertion is red and carries what pgTAP says about it', async () => {
  const { assertions } = await run('fails');
  expect(assertions.map(({ state }) => state)).toEqual(['passed', 'failed']);
  expect(assertions[1]?.diagnostics.join('\n')).toMatch(/have: 1[\s\S]*want: 2/);
});

test('a file that runs fewer assertions than planned is red', async () => {
  expect((await run('wrong-plan')).problems).toEqual(['incorrect number of tests']);
});

test('a file that dies is red, tells why and where, and keeps what ran before', async () => {
  const { assertions, problems } = await run('dies');
  expect(problems[0]).toBe('died: division by zero [22012]');
  expect(assertions.map(({ title }) => title)).toEqual(['holds']);
});

test('a syntax error names its line', async () => {
  const { problems } = await runTap(database().url('postgres'), 'select 1;\n\nselect from where;');
  expect(problems[0]).toMatch(/^died: line 3: syntax error/);
});

test.each(['asserts-nothing', 'is-empty'])('a file without assertions is red: %s', async (fixture) => {
  expect((await run(fixture)).problems).toContain('no assertion ran');
});

test('a skipped assertion does not count as passed', async () => {
  expect((await run('skips')).assertions.map(({ state }) => state)).toEqual(['skipped']);
});
