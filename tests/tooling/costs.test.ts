import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchServer, startServer } from '../../bench/database.ts';
import { type Change, changeOf } from '../../bench/regression/change.ts';
import { measureChange } from '../../bench/regression/run.ts';
import { LEAST_CALLS, slowerThan } from '../../scripts/costs/compare.ts';
import { readCosts } from '../../scripts/costs/read.ts';
import { readSnapshot } from '../../scripts/costs/snapshot.ts';
import { type Migration, readMigrations } from '../../scripts/migrate/history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { withClient } from '../../scripts/postgres/connect.ts';

/** A migration that makes treating dear, and nothing else. */
function dearTreating(directory: string): Migration {
  const name = '29990101000000_treat_slowly.sql';
  writeFileSync(
    join(directory, name),
    `-- migrate:up
-- Why: A planted regression.
-- Access: none
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

do $plant$
begin
  execute replace(
    pg_get_functiondef('authz.patients_in_care(text, integer[])'::regprocedure),
    'return jsonb_build_object(', 'perform pg_sleep(0.02); return jsonb_build_object('
  );
end
$plant$;

-- migrate:down
`,
  );
  const [migration] = readMigrations(directory);
  if (!migration) throw new Error('the planted migration is not there');
  return migration;
}

const history = (migrations: readonly Migration[]) => ({
  called: 'a history',
  migrations,
  isCheckedOut: true,
  remedy: 'none',
});

describe('two histories beside each other', () => {
  let changes: readonly Change[];
  const directory = mkdtempSync(join(tmpdir(), 'cordon-regression-'));
  beforeAll(async () => {
    const before = readMigrations();
    changes = await measureChange(
      {
        before: history(before),
        after: history([...before, dearTreating(directory)]),
      },
      {
        rows: 2_000,
        // Other tests keep the machine busy: the quietest of a dozen.
        rounds: 12,
        slotMs: 20,
        warmUpMs: 60,
        seed: 1,
        queries: ['point', 'treated'],
        sharedBuffers: '256MB',
      },
    );
  }, 120_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('tell the statement that a change made over 20 % slower [N-34 -]', () => {
    const slow = changes.filter(({ query }) => query === 'treated');
    expect(slow).toHaveLength(2);
    for (const change of slow) expect(change).toMatchObject({ regressed: true });
  });

  test('and none that it left alone [N-34 +]', () => {
    const same = changes.filter(({ query }) => query === 'point');
    expect(same).toHaveLength(2);
    for (const change of same) {
      expect(change).toMatchObject({ regressed: false, rows: { before: 1, after: 1 } });
      expect(change.server_us.before).toBeGreaterThan(0);
    }
  });
});

describe('the verdict on a statement', () => {
  const query = { key: 'point', title: 'one patient' };
  const samples = (before: readonly number[], after: readonly number[]) =>
    new Map(
      Object.entries({ before, after }).map(([side, server]) => [
        side,
        { server, micros: new Map(), rows: 1 },
      ]),
    );

  test('is a regression over 20 % as a rule and at its quietest [N-34 -]', () => {
    expect(changeOf(query, 'big', samples([100, 100, 100], [121, 121, 121])).regressed).toBe(true);
  });

  test('is none at 20 %, nor where a busy machine held up some rounds only [N-34 +]', () => {
    expect(changeOf(query, 'big', samples([100, 100, 100], [120, 120, 120])).regressed).toBe(false);
    expect(changeOf(query, 'big', samples([100, 100, 100], [300, 300, 101])).regressed).toBe(false);
    expect(changeOf(query, 'big', samples([100, 100, 100], [100, 100, 900])).regressed).toBe(false);
  });

  test('is refused where nothing was measured', () => {
    expect(() => changeOf(query, 'big', samples([], [1]))).toThrow(/nothing was measured before/);
  });
});

describe('what a database counted', () => {
  let server: BenchServer;
  beforeAll(async () => {
    server = await startServer(undefined, '128MB', { track_functions: 'pl' });
    await replay(server, 'counted');
  }, 120_000);
  afterAll(() => server?.remove());

  test('needs pg_stat_statements, and says so [N-34 -]', async () => {
    await withClient(server.adminUrl('counted'), async (client) => {
      await client.query('begin; drop extension pg_stat_statements');
      await expect(readCosts(client)).rejects.toMatchObject({
        exitCode: 2,
        explanation: { problem: 'this database has no pg_stat_statements' },
      });
    });
  });

  test('tells statements of the applications, without a value, and the part of the policies [N-34 S-39 +]', async () => {
    const costs = await withClient(server.adminUrl('counted'), async (client) => {
      await client.query('begin; set local role authenticated');
      await client.query(
        `select set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000002"}', true)`,
      );
      for (let turn = 0; turn < 3; turn += 1) {
        await client.query(`select count(*) from public.patients where full_name = 'Canary Person'`);
      }
      await client.query('commit');
      await client.query(`select 'as nobody that applications are'`);
      await client.query('select pg_stat_force_next_flush()').catch(() => {});
      return readCosts(client);
    });
    const own = costs.statements.find(({ text }) => text.includes('public.patients'));
    expect(own).toMatchObject({ role: 'authenticated', calls: 3 });
    expect(JSON.stringify(costs)).not.toContain('Canary Person');
    expect(costs.statements.some(({ text }) => /^set/i.test(text))).toBe(false);
    expect(costs.statements.every(({ role }) => role === 'authenticated')).toBe(true);
    expect(costs.policies.map(({ name }) => name)).toContain('authz.caller');
    expect(costs.share).toBeGreaterThan(0);
    expect(costs.stats_reset).toMatch(/^\d{4}-\d\d-\d\d /);
    const again = await withClient(server.adminUrl('counted'), async (client) => {
      const before = await readCosts(client);
      await client.query('select extensions.pg_stat_statements_reset()');
      return [before.stats_reset, (await readCosts(client)).stats_reset];
    });
    expect(again[0]).toBe(costs.stats_reset);
    expect(again[1]).not.toBe(costs.stats_reset);
  });

  test('may be read by whoever may read the statistics of all, and by nobody else [N-34 -]', async () => {
    await withClient(server.adminUrl('counted'), async (client) => {
      await client.query('begin; set local role service_role');
      await expect(readCosts(client)).rejects.toMatchObject({
        exitCode: 2,
        explanation: { problem: 'this login may not read the statistics of others' },
      });
    });
  });
});

describe('what was counted before and after', () => {
  const cost = (id: string, mean_ms: number, calls = LEAST_CALLS) => ({
    id,
    role: 'authenticated',
    text: 'select $1',
    calls,
    mean_ms,
  });

  test('tells what takes over 20 % longer since then, the worst first [N-34 -]', () => {
    const twice = 2 * LEAST_CALLS;
    const slower = slowerThan(
      { statements: [cost('a', 1), cost('b', 1), cost('c', 1), cost('d', 1)] },
      {
        statements: [
          cost('a', 1.15, twice),
          cost('b', 2, twice),
          cost('c', 1.1, twice),
          cost('d', 0.5, twice),
        ],
      },
    );
    expect(slower.map(({ statement, ratio }) => [statement.id, Number(ratio.toFixed(2))])).toEqual([
      ['b', 3],
      ['a', 1.3],
    ]);
  });

  test('sees a week that is five times slower behind a year that was not [N-34 -]', () => {
    const year = { statements: [cost('a', 1, 1_000_000)] };
    expect(slowerThan(year, { statements: [cost('a', 1.1538, 1_040_000)] })[0]?.ratio).toBeCloseTo(5, 1);
  });

  test('takes what was counted since a reset as it is [N-34 -]', () => {
    const before = { statements: [cost('a', 1, 1_000_000)] };
    expect(slowerThan(before, { statements: [cost('a', 2)] })).toHaveLength(1);
  });

  test('tells a reset from the time that the server gives for it, however much was counted since [N-34 -]', () => {
    const before = { stats_reset: '2026-01-01 00:00:00', statements: [cost('a', 1, 100)] };
    const now = { stats_reset: '2026-02-01 00:00:00', statements: [cost('a', 1.15, 200)] };
    expect(slowerThan(before, now)).toEqual([]);
    expect(slowerThan(before, { ...now, stats_reset: before.stats_reset })).toHaveLength(1);
    // A file of before it was kept, and a server that does not say.
    expect(slowerThan({ statements: before.statements }, now)).toHaveLength(1);
    expect(slowerThan({ ...before, stats_reset: null }, now)).toHaveLength(1);
  });

  test('and nothing of new statements, nor of too few calls [N-34 +]', () => {
    const few = LEAST_CALLS - 1;
    expect(
      slowerThan(
        { statements: [cost('few', 1, few), cost('few since', 1), cost('none since', 1)] },
        {
          statements: [
            cost('few', 9, 3 * LEAST_CALLS),
            cost('few since', 9, LEAST_CALLS + few),
            cost('none since', 1),
            cost('new', 9),
          ],
        },
      ),
    ).toEqual([]);
  });

  test.each([
    '',
    '[]',
    '{"statements": [{}]}',
    '{"statements": [], "stats_reset": 1}',
    ...[
      '"calls": 1, "mean_ms": 0',
      '"calls": 1, "mean_ms": 1e999',
      '"calls": 1, "mean_ms": "1"',
      '"calls": -5, "mean_ms": [1]',
    ].map((numbers) => `{"statements": [{"id": "a", ${numbers}}]}`),
  ])('is refused where the file holds no costs: %s', (text) => {
    const directory = mkdtempSync(join(tmpdir(), 'cordon-costs-'));
    try {
      const path = join(directory, 'costs.json');
      writeFileSync(path, text);
      expect(() => readSnapshot(path)).toThrow(path);
      expect(() => readSnapshot(join(directory, 'nowhere.json'))).toThrow('nowhere.json');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
