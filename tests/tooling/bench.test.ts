import { beforeAll, describe, expect, test } from 'vitest';
import { ACCESS_LOG_TITLE, renderAccessLog } from '../../bench/access-log/document.ts';
import { QUESTIONS as LOG_QUESTIONS } from '../../bench/access-log/questions.ts';
import { runAccessLog } from '../../bench/access-log/run.ts';
import { accessLogVerdicts } from '../../bench/access-log/targets.ts';
import { auditLevelOf } from '../../bench/audit-level.ts';
import { renderChart } from '../../bench/chart.ts';
import { prepareDatabase, startServer } from '../../bench/database.ts';
import { renderDocument } from '../../bench/document.ts';
import { sectionOf, withSection } from '../../bench/markdown.ts';
import { looksAtRows, tablesScanned } from '../../bench/plans.ts';
import { QUERIES, textOf } from '../../bench/queries.ts';
import { type BenchReport, runBench } from '../../bench/run.ts';
import { median, randomFrom, shuffled } from '../../bench/statistics.ts';
import { verdictsOf } from '../../bench/targets.ts';
import { claimsOf } from '../../bench/token.ts';
import { renderTriggers, TRIGGERS_TITLE } from '../../bench/triggers/document.ts';
import { runTriggers } from '../../bench/triggers/run.ts';
import { SUBJECTS } from '../../bench/triggers/statements.ts';
import { triggerVerdicts } from '../../bench/triggers/targets.ts';
import { wholeDocument } from '../../bench/whole-document.ts';
import { simple, Wire } from '../../bench/wire.ts';
import { worldOf } from '../../bench/world.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { runScript } from '../support/commands.ts';

/** Tables small enough that reading them whole is the better plan at any size. */
const SMALL = ['organisations', 'deployment_settings'];

describe('a small run', () => {
  let report: BenchReport;
  beforeAll(async () => {
    report = await runBench({
      rows: 2_000,
      rounds: 1,
      slotMs: 1,
      warmUpMs: 5,
      seed: 1,
      queries: QUERIES.map(({ key }) => key),
      styles: ['by_hand', 'cordon', 'cordon_filtered', 'unrecorded'],
      bulkRows: 0,
      sharedBuffers: '256MB',
    });
  });

  test('measures every query at both tenants with one client and with two', () => {
    const measured = report.results.map(({ query, tenant, clients }) => `${query} ${tenant} ${clients}`);
    const expected = QUERIES.flatMap(({ key }) =>
      ['big', 'small'].flatMap((tenant) => [1, 2].map((clients) => `${key} ${tenant} ${clients}`)),
    );
    expect(measured).toEqual(expected);
    for (const { clients, median_us, ratio, server_us } of report.results) {
      // What takes over 40 ms is measured with one client: in so small a world, a page of charts that reads and records them all; and on a busy machine anything.
      if (clients === 2 && median_us.cordon === undefined) continue;
      expect(median_us.limit).toBeGreaterThan(0);
      expect(ratio.limit).toBe(1);
      expect(median_us.cordon).toBeGreaterThan(0);
      // On a machine busy enough to call a statement slow, it is measured once, and a ratio takes rounds, as the server's time does.
      expect(ratio.cordon ?? 1).toBeGreaterThan(0);
      expect(server_us.cordon ?? 1).toBeGreaterThan(0);
    }
  });

  test('measures each beside the same policies recording nothing, which show the same rows [N-35 +]', () => {
    const measured = report.results.filter(
      ({ clients, recording }) => clients === 1 && recording.ratio !== undefined,
    );
    expect(measured.length).toBeGreaterThan(QUERIES.length);
    for (const { rows } of measured) expect(rows.unrecorded).toBe(rows.cordon);
    const levels = Object.fromEntries(QUERIES.map((query) => [query.key, auditLevelOf(query)]));
    expect(levels).toMatchObject({ point: 'basic', identity: 'detailed', consented: 'comprehensive' });
  });

  test('finds the rows by index under our policies, however big the tenant [S-02 +]', () => {
    const ours = report.plans.filter(({ style }) => style === 'Cordon');
    expect(ours).toHaveLength(2 * QUERIES.length);
    for (const { query, lines } of ours) {
      const scanned = tablesScanned(lines).filter((table) => !SMALL.includes(table));
      expect(scanned, `${query}\n${lines.join('\n')}`).toEqual([]);
    }
  });

  test('denies without looking at a row [S-02 -]', () => {
    const denied = report.plans.filter(
      ({ query, style }) => query.startsWith('denied') && style === 'Cordon',
    );
    expect(denied).toHaveLength(4);
    for (const { lines } of denied) expect(looksAtRows(lines), lines.join('\n')).toBe(false);
    // The same query of somebody who may does look, or the question proves nothing.
    const page = report.plans.find(({ query, style }) => query === 'page' && style === 'Cordon');
    expect(looksAtRows(page?.lines ?? [])).toBe(true);
  });

  test('tells of every target that it was not measured, where it was not, and keeps what an earlier run found', () => {
    const document = wholeDocument('', { policies: report });
    expect(document).toContain('| many rows at once within 1.1× | not measured |  |');
    expect(document).toContain('| growth with the number of patients within 1.2× | not measured |  |');
    const none = renderDocument({ ...report, results: [], plans: [] });
    expect(none.match(/\| not measured \|/g)).toHaveLength(
      verdictsOf({ ...report, results: [], plans: [] }).length,
    );
    const growth = [{ query: 'point', median_us: { 2000: 10, 4000: 11 }, ratio: 1.1 }];
    const grown = wholeDocument(document, { policies: { ...report, growth } });
    expect(sectionOf(grown, 'Growth')).toContain('| point | 10 µs | 11 µs | 1.1× |');
    expect(grown).not.toContain('growth with the number of patients within 1.2× | not measured');
    const later = wholeDocument(grown, { policies: report });
    expect(sectionOf(later, 'Growth'), 'as it was found').toBe(sectionOf(grown, 'Growth'));
    expect(later.indexOf('## Growth')).toBeLessThan(later.indexOf('## Plans'));
  });

  test('gives a document and a chart with every query in them', () => {
    const [document, chart] = [renderDocument(report), renderChart(report.results)];
    for (const { title } of QUERIES) {
      expect(document).toContain(title);
      expect(chart).toContain(title);
    }
    // An XML comment may not hold the two hyphens of the command.
    expect(chart).toMatch(/^<svg /);
    expect(chart).not.toContain('<!--');
    expect(document).toMatch(/^<!-- DO NOT EDIT\. Written by `npm run bench -- --write`\. -->/);
  });
});

describe('the committed document', () => {
  test.each([
    [['--write', '--queries', 'point'], '--queries measures a part'],
    [['--write', '--styles', 'cordon', '--rows', '2000'], '--styles measures a part'],
    [['--only', 'triggers', '--queries', 'point'], '--queries is of the policies'],
    [['--only', 'access-log', '--styles', 'nonsense'], '--styles is of the policies'],
    [['--only', 'triggers', '--growth'], '--growth is of the policies'],
    [['--only', 'triggers', '--keep', '/nowhere/at-all'], '--keep is of the policies'],
  ])('is not written from a part, nor an option passed over: %j', async (args, problem) => {
    const { code, stdout, stderr } = await runScript('bench.ts', args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`✗ ${problem}`);
  });
});

test('a database that an earlier run left is used again under the same history alone', async () => {
  const server = await startServer(undefined, '128MB');
  try {
    // Beside it, on the same server: a measurement whose connection ends fails, and does not wait for ever.
    const wire = await Wire.open(server.adminUrl('postgres'));
    expect(await wire.send(simple('select 1'))).toEqual({ tag: 'SELECT 1', error: '' });
    const asked = expect(wire.send(simple('select pg_sleep(600)'))).rejects.toThrow('terminated');
    await withClient(server.adminUrl('postgres'), (client) =>
      client.query('select pg_terminate_backend($1)', [wire.pid]),
    );
    await asked;
    await expect(wire.send(simple('select 1'))).rejects.toThrow('terminated');
    const name = await prepareDatabase(server, 2_000);
    const ask = <T extends object>(sql: string) =>
      withClient(server.adminUrl(name), async (client) => (await client.query<T>(sql)).rows);
    await ask('create table public.left_by_it ()');
    const isLeft = async () =>
      (await ask<{ it: boolean }>(`select to_regclass('public.left_by_it') is not null as it`))[0]?.it;
    await prepareDatabase(server, 2_000);
    expect(await isLeft()).toBe(true);
    for (const mark of ['filled', `filled ${'0'.repeat(64)}`]) {
      await ask(`create table if not exists public.left_by_it (); comment on database ${name} is '${mark}'`);
      await prepareDatabase(server, 2_000);
      expect(await isLeft(), mark).toBe(false);
    }
  } finally {
    await server.remove();
  }
});

describe('a small run of the triggers', () => {
  test('writes every table in every arm, and tells each trigger and each target', async () => {
    const report = await runTriggers({
      rows: 40,
      rounds: { one: 1, many: 1 },
      slotMs: 1,
      warmUpMs: 5,
      seed: 1,
      sharedBuffers: '256MB',
    });
    const logged = ['admissions', 'cases'];
    for (const results of [report.one, report.many]) {
      expect(results).toHaveLength(SUBJECTS.length * 2 * 2);
      for (const { table, median_us, ratio, log_ratio } of results) {
        const arms = ['cordon', 'bare', 'audited', ...(logged.includes(table) ? ['unlogged'] : [])];
        expect(Object.keys(median_us).sort()).toEqual(arms.sort());
        expect(ratio.bare).toBe(1);
        expect(log_ratio !== undefined).toBe(logged.includes(table));
      }
    }
    for (const { table, kind, triggers } of report.plans) {
      expect(triggers.map(({ name }) => name)).toEqual(expect.arrayContaining(['_050_tenant', '_100_stamp']));
      expect(triggers.some(({ name }) => name === '_600_activity')).toBe(logged.includes(table));
      expect(
        triggers.every(({ calls }) => calls === 40 || calls === 1),
        `${kind} ${table}`,
      ).toBe(true);
    }
    expect(triggerVerdicts(report)).toHaveLength(4);
    const text = renderTriggers(report);
    for (const { table } of SUBJECTS) expect(text).toContain(`insert ${table}`);
    expect(text).toMatch(new RegExp(`^## ${TRIGGERS_TITLE}\n`));
  });
});

describe('a small run of the access log', () => {
  test('drains what policies emit, each record once, and answers an auditor by index [N-35 +]', async () => {
    const report = await runAccessLog({ rows: 48_000, records: 500, rounds: 1, sharedBuffers: '256MB' });
    expect(report.drain).toMatchObject([{ records: 500 }]);
    expect(report.questions.map(({ question }) => question)).toEqual(LOG_QUESTIONS.map(({ key }) => key));
    for (const { question, answered, scanned } of report.questions) {
      expect(answered, question).toBeGreaterThan(0);
      expect(scanned, question).toEqual([]);
    }
    expect(report.seal).toMatchObject({ rows: 500 });
    const sealed = (seconds: number) => accessLogVerdicts({ ...report, seal: { rows: 500_000, seconds } })[1];
    expect(sealed(29)).toMatchObject({ worst: '58 s, by the pace of 500,000', holds: true });
    expect(sealed(31)).toMatchObject({ target: '1,000,000 rows are sealed within 60 s', holds: false });
    expect(accessLogVerdicts(report)[2]).toMatchObject({ holds: true });
    const whole = {
      ...report,
      questions: report.questions.map((one) => ({ ...one, scanned: ['access_log_2026_05'] })),
    };
    expect(accessLogVerdicts(whole)[2]).toMatchObject({ holds: false });
    expect(renderAccessLog(report)).toMatch(new RegExp(`^## ${ACCESS_LOG_TITLE}\n`));
  });
});

test('a section measured anew takes its own place, and every other stays as it was', () => {
  const old = '# Costs\n\n## Targets\n\nx\n\n## Plans\n\ny\n';
  const added = withSection(old, 'Triggers', '## Triggers\n\n### One\n\n$& 1', 'Plans');
  expect(added).toBe('# Costs\n\n## Targets\n\nx\n\n## Triggers\n\n### One\n\n$& 1\n\n## Plans\n\ny\n');
  const again = withSection(added, 'Triggers', '## Triggers\n\n$& 2', 'Plans');
  expect(again).toBe('# Costs\n\n## Targets\n\nx\n\n## Triggers\n\n$& 2\n\n## Plans\n\ny\n');
  expect(sectionOf(again, 'Triggers')).toBe('## Triggers\n\n$& 2');
  expect(sectionOf(again, 'Plans')).toBe('## Plans\n\ny');
  expect(sectionOf(again, 'Growth')).toBeUndefined();
});

test('a world keeps its ordinary tenant at every size and has two thousand organisations at a million patients', () => {
  expect(worldOf(1_000_000)).toMatchObject({ organisations: 2_000, bigTenant: 50_000 });
  for (const patients of [20_000, 100_000, 1_000_000, 10_000_000]) {
    const { organisations, bigTenant } = worldOf(patients);
    expect((patients - bigTenant) / (organisations - 1)).toBeCloseTo(475, -2);
  }
});

test('the token has 750 bytes', () => {
  const id = '00000000-0000-7000-8000-000000000001';
  expect(Buffer.byteLength(claimsOf(id, id, id))).toBe(750);
});

test('a bare query names no tenant, a filtered one does', () => {
  // A row that is inserted says whose it is, and a function that searches takes it as an argument, whatever asks.
  for (const query of QUERIES.filter(({ key }) => key !== 'insert' && key !== 'substring')) {
    expect(textOf(query, 'bare')).not.toContain('$1');
    expect(textOf(query, 'filtered')).toContain('organisation_id = $1');
  }
});

test('the same seed gives the same order, and every element stays', () => {
  const items = Array.from({ length: 20 }, (_, place) => place);
  const once = shuffled(items, randomFrom(5));
  expect(shuffled(items, randomFrom(5))).toEqual(once);
  expect(shuffled(items, randomFrom(6))).not.toEqual(once);
  expect([...once].sort((a, b) => a - b)).toEqual(items);
});

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});
