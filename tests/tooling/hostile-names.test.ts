import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { escapeIdentifier } from '../../scripts/postgres/quote.ts';
import { readRegister } from '../../scripts/privacy/register.ts';
import { markdownOf } from '../../scripts/privacy/render-register.ts';
import { runScript } from '../support/commands.ts';
import { useCluster } from './catalog-fixtures.ts';

// Whoever may create a table chooses its name, and whoever looks at the database reads it on a terminal.

const cluster = useCluster({ content: landedHistory() });
/** Clears the screen, begins a line, is HTML and Markdown, turns what follows round, and is longer than none. */
const NAME = 'x\u001b[2J\n✓ no drift|`<script>"\u202e\u009b1m\u2028';
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let client: pg.Client;
beforeAll(async () => {
  await replay(cluster(), 'named');
  client = await connect(cluster().adminUrl('named'));
  const name = escapeIdentifier(NAME);
  await client.query(`
    select watch_catalog();
    create schema ${name}; grant usage on schema ${name} to anon; create table ${name}.plain (id int);
    create table public.${name} (${name} int);
    create table public.${escapeIdentifier('z'.repeat(63))} (id int);
    create policy ${name} on public.beds for select to authenticated using (true);
    create function public.${name}() returns int language sql security definer as 'select 1'`);
});
afterAll(() => client?.end());

const run = (script: string, ...args: string[]) =>
  runScript(script, args, { env: { DATABASE_URL: cluster().adminUrl('named') } });

describe('a name that is a command to the terminal', () => {
  test.each([
    ['db-drift.ts', 'is in no migration'],
    ['audit-watch.ts', 'function added'],
    ['db-scan.ts', 'findings at'],
  ])('is told as text: %s [N-54 -]', async (script, told) => {
    const { code, stdout } = await run(script);
    expect(code).toBe(1);
    expect(stdout).toContain(told);
    expect(stdout).toContain('z'.repeat(63));
    expect(stdout).toMatch(/x\\u\{1b\}\[2J/);
    expect(stdout.replaceAll('\n', '')).not.toMatch(UNSEEN);
    expect(stdout.split('\n').filter((line) => line.startsWith('✓'))).toEqual([]);
  });

  test('is text in what a command refuses [N-54 -]', async () => {
    const { code, stderr } = await run('db-costs.ts', '--since', NAME);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be read (ENOENT)');
    expect(stderr.replaceAll('\n', '')).not.toMatch(UNSEEN);
  });

  test('is given whole as JSON [N-54 +]', async () => {
    const { drifts } = JSON.parse((await run('db-drift.ts', '--json')).stdout) as {
      drifts: { sentence: string }[];
    };
    expect(drifts.some(({ sentence }) => sentence.includes('x\u001b[2J\n'))).toBe(true);
  });

  test('is text in the register of processing operations too [N-49 -]', async () => {
    const register = await readRegister(client);
    const page = markdownOf({ ...register, processors: [{ name: NAME }] });
    expect(page.replaceAll('\n', '')).not.toMatch(UNSEEN);
    expect(page).toContain(String.raw`| x\\u{1b}\[2J ✓ no drift\|`);
  });
});
