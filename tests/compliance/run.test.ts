import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { COMPLIANCE_DOCS, complianceDocs } from '../../scripts/compliance/docs.ts';
import { renderCompliance } from '../../scripts/compliance/page.ts';
import { given, probe, refused, sees, surveys } from '../../scripts/compliance/probe.ts';
import { PROBES } from '../../scripts/compliance/probes/index.ts';
import { changesSince, lastRun, recordRun } from '../../scripts/compliance/record.ts';
import { type ComplianceReport, runCompliance, runThrough } from '../../scripts/compliance/run.ts';
import { readRequirements } from '../../scripts/requirements/requirements.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { useStagedWorld } from './staged.ts';

const database = useDatabase();

const ONE = [{ id: 'S-02', promise: 'Reads are scoped.', due: true }];
const COUNT = 'select count(*) from public.patients';

/** Rows of every table of ours and of logins, by table. */
const rowsNow = () =>
  database().asSuperuser(async (session) => {
    const tables = await session.rows<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
       where n.nspname in ('public', 'authz', 'audit', 'governance', 'auth') and c.relkind in ('r', 'p') order by 1`,
    );
    const counts: Record<string, unknown> = {};
    for (const { name } of tables) {
      counts[name] = await session.value(
        `select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from ${name} as t`,
      );
    }
    return counts;
  });

const run = async () =>
  runCompliance(database().url('postgres'), { probes: PROBES, requirements: await readRequirements() });

/** A run of the database as it is, whoever of the tests asks first. */
let report: Promise<ComplianceReport> | undefined;
const all = () => {
  report ??= run();
  return report;
};

describe('a whole run, as the role that migrates', () => {
  test('leaves every row of the database as it was, and no role with another right [N-51 +]', async () => {
    const members = () =>
      database().asSuperuser((session) =>
        session.rows(
          'select roleid::regrole::text, member::regrole::text from pg_auth_members order by 1, 2',
        ),
      );
    const before = [await rowsNow(), await members()];
    const { lines } = await all();
    expect(lines.map(({ id }) => id)).toEqual((await readRequirements()).map(({ id }) => id));
    expect([await rowsNow(), await members()]).toEqual(before);
  });

  test('counts nothing as held without a look that found something [N-51 -]', async () => {
    for (const { id, status, evidence, why } of (await all()).lines) {
      if (status === 'held') {
        expect(evidence.length, id).toBeGreaterThan(0);
        expect(
          evidence.every(({ held }) => held === true),
          id,
        ).toBe(true);
      } else {
        expect(why, id).not.toBeNull();
      }
    }
  });

  test('is one page that asks for nothing and holds each query with what it found [N-51 +]', async () => {
    const page = renderCompliance(await all());
    expect(page).not.toMatch(/(src|href)="(?!#)|url\(|@import/);
    for (const { id } of (await all()).lines) expect(page).toContain(`id="${id}"`);
    expect(page).toContain('select count(*) &gt; 0 from public.medical_record_details');
  });

  test('of a part says that it is one, and names of objects are text there, whatever they hold [N-51 +, N-51 -]', async () => {
    const report = await all();
    expect(renderCompliance(report)).not.toContain('a part of');
    const lines = report.lines.slice(0, 2).map((line) => ({
      ...line,
      status: 'broken' as const,
      why: '1 of 1: public."<img src=x onerror=alert(1)>\u202e"',
      evidence: line.evidence.map((one) => ({ ...one, found: '</code></pre><script>alert(1)</script>' })),
    }));
    const page = renderCompliance({ ...report, lines });
    expect(page).toContain(`2 requirements, a part of the ${PROBES.length} that there are`);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<img|<script>alert|\u202e/);
  });

  test('finds the same twice, digest by digest, though its world has other ids each time [N-51 +]', async () => {
    const first = await all();
    const second = await run();
    const digests = ({ lines }: ComplianceReport) => lines.map(({ id, digest }) => `${id} ${digest}`);
    expect(digests(second)).toEqual(digests(first));
  });

  test('goes on beside another run at the same moment [N-51 +]', async () => {
    const probes = PROBES.filter(({ id }) => id === 'S-02');
    const both = await Promise.all(
      [1, 2].map(() => runCompliance(database().url('postgres'), { probes, requirements: ONE })),
    );
    // The second waits for the first one's settings, two seconds at most; it never says what it has not seen.
    for (const { lines } of both) expect(['held', 'unseen']).toContain(lines[0]?.status);
    expect(both.some(({ counts }) => counts.held === 1)).toBe(true);
  });
});

describe('a look that', () => {
  // Their own, and gone with them: what the next tests alter, it would hold.
  const staged = useStagedWorld(database);
  const runOne = (looks: Parameters<typeof probe>[1], further?: Parameters<typeof probe>[2]) =>
    staged().lineOf(probe('S-02', looks, further));

  test('asks the catalogs by PostgreSQL’s own functions, and then again as an application does [N-51 -]', async () => {
    const broken = surveys(
      'no table is called beds',
      `select c.relname as object, case when c.relname = 'beds' then format('is called %s', c.relname) end as problem
       from pg_class as c where c.relname in ('beds', 'patients')`,
    );
    const usual = sees(undefined, 'beds without their schema', 'select count(*) >= 0 from beds', true);
    const planted = (plant?: string) => staged().lineOf(probe('S-02', [broken, usual]), plant);
    const found = { status: 'broken', why: 'no table is called beds: 1 of 2: beds is called beds' };
    expect(await planted()).toMatchObject(found);
    const line = await planted(
      `create function public.format(text, name) returns text language sql as 'select null::text'`,
    );
    expect(line).toMatchObject(found);
    expect(line.evidence.at(-1)).toMatchObject({ held: true });
  });

  test('finds what it must is held; one that finds something else breaks the line [N-51 +, N-51 -]', async () => {
    const own = `select bool_and(organisation_id = '${CLINIC_A}') from public.patients`;
    expect(await runOne([sees('doctor', 'own rows', own, true)])).toMatchObject({
      status: 'held',
      why: null,
    });
    expect(await runOne([sees('doctor', 'own rows', own, false)])).toMatchObject({
      status: 'broken',
      why: 'own rows: true',
    });
  });

  test('is not refused breaks the line, and so does a refusal of another kind [N-51 -]', async () => {
    expect(await runOne([refused('doctor', 'no read', COUNT, '42501')])).toMatchObject({ status: 'broken' });
    expect(await runOne([refused('doctor', 'no read', 'select 1 / 0', '42501')])).toMatchObject({
      status: 'broken',
    });
    expect(
      await runOne([refused('doctor', 'no read', 'delete from public.patients', '42501')]),
    ).toMatchObject({
      status: 'held',
    });
  });

  test('finds nothing to look at breaks the line [N-51 -]', async () => {
    expect(
      await runOne([surveys('nothing', 'select null::text as object, null::text as problem where false')]),
    ).toMatchObject({
      status: 'broken',
      why: 'nothing: nothing to look at',
    });
  });

  test('cannot be made, or stands on what cannot, is not looked at [N-51 -]', async () => {
    expect(await runOne([sees(undefined, 'a secret', 'select count(*) from pg_authid', 0)])).toMatchObject({
      status: 'unseen',
      why: expect.stringMatching(/^not looked at: 42501/),
    });
    expect(await runOne([given('select 1 / 0'), sees('doctor', 'rows', COUNT, 3)])).toMatchObject({
      status: 'unseen',
    });
    expect(
      await runOne([
        given(`set local statement_timeout = '100ms'`),
        sees(undefined, 'patience', 'select pg_sleep(5)', ''),
      ]),
    ).toMatchObject({
      status: 'unseen',
    });
  });

  test('leaves a part to others, or by choice, is held in part at most, and none is none [N-51 -]', async () => {
    const look = sees('doctor', 'rows', `${COUNT} where false`, 0);
    expect(await runOne([look], { outside: 'the rest' })).toMatchObject({
      status: 'outside',
      why: 'the rest',
    });
    expect(await runOne([look], { except: 'this', outside: 'the rest' })).toMatchObject({
      status: 'outside',
      why: 'this; the rest',
    });
    expect(await runOne([sees('doctor', 'rows', COUNT, -1)], { except: 'this' })).toMatchObject({
      status: 'broken',
    });
    expect(await runOne([])).toMatchObject({ status: 'open' });
    expect(
      await runOne([look], { needs: ['public.nothing', 'public.no_function()', 'extension nothing'] }),
    ).toMatchObject({
      status: 'open',
      why: 'not built: public.nothing, public.no_function(), extension nothing missing',
    });
  });
});

// In a run of its own, which would wait for the world that the others share.
test('a look that changes the world changes it for its own line alone [N-51 -]', async () => {
  const ended = probe('S-02', [
    given(`update public.organisation_members set is_active = false where organisation_id = '${CLINIC_A}'`),
    sees('doctor', 'none', COUNT, 0),
  ]);
  const { lines } = await runCompliance(database().url('postgres'), {
    probes: [ended, probe('S-03', [sees('doctor', 'all', `select count(*) > 0 from public.patients`, true)])],
    requirements: [...ONE, { id: 'S-03', promise: 'Writes.', due: true }],
  });
  expect(lines.map(({ status }) => status)).toEqual(['held', 'held']);
});

test('whoever may not stage a world sees the catalog alone, and is told so [N-51 -]', async () => {
  const client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
  try {
    await client.query('begin; create role compliance_reader; set local role compliance_reader');
    const { lines, counts } = await runThrough(client, 'here', {
      probes: PROBES.filter(({ id }) => ['S-01', 'S-02', 'N-18'].includes(id)),
      requirements: await readRequirements(),
    });
    expect(counts).toMatchObject({ held: 1, unseen: 2 });
    expect(lines.find(({ id }) => id === 'N-18')?.why).toMatch(/could not be staged \(42501/);
  } finally {
    await client.query('rollback');
    await client.end();
  }
});

describe('a recorded run', () => {
  const url = () => database().url('postgres');

  test('is kept line by line, stamped by the server, and what differs from it later is told [N-51 +]', async () => {
    const first = await all();
    expect(await lastRun(url(), first.lines.length)).toBeUndefined();
    await recordRun(url(), first);
    const last = await lastRun(url(), first.lines.length);
    if (!last) throw new Error('no run was recorded');
    expect(last.lines).toHaveLength(first.lines.length);
    expect(changesSince(last, first)).toEqual([]);
    await database().asSuperuser((session) =>
      session.script('alter table public.patients disable trigger _100_stamp'),
    );
    const changed = changesSince(last, await run()).map(
      ({ id, before, after }) => `${id} ${before} ${after}`,
    );
    await database().asSuperuser((session) =>
      session.script('alter table public.patients enable always trigger _100_stamp'),
    );
    expect(changed).toContain('S-16 held broken');
    expect(changed).toContain('N-51 broken held');
    expect(changed).not.toContain('S-01 held held');
  }, 240_000);

  test('takes its moment and its author from the server, whatever is sent [N-51 -]', async () => {
    const stamps = await database().asPostgres(
      (session) =>
        session.rows(
          `insert into governance.compliance_results (run_id, requirement, verdict, looks, evidence_sha256, ran_at, ran_by)
           values (gen_random_uuid(), 'S-01', 'held', 1, repeat('a', 64), '2020-01-01', 'somebody else')
           returning ran_by, ran_at = statement_timestamp() as now`,
        ),
      { rollback: true },
    );
    expect(stamps).toEqual([{ ran_by: 'postgres', now: true }]);
  });

  test('holds no verdict without a look, and none that is none [N-51 -]', async () => {
    for (const [verdict, looks] of [
      ['held', 0],
      ['green', 1],
      ['outside', 0],
    ]) {
      const outcome = await database().asPostgres((session) =>
        session.attempt(
          `insert into governance.compliance_results (run_id, requirement, verdict, looks, evidence_sha256)
           values (gen_random_uuid(), 'S-01', $1, $2, repeat('a', 64))`,
          [verdict, looks],
        ),
      );
      expect(outcome).toMatchObject({ ok: false, code: '23514' });
    }
  });

  test('is altered by nobody and read by no caller [N-51 -]', async () => {
    for (const statement of [
      `update governance.compliance_results set verdict = 'held'`,
      'delete from governance.compliance_results',
      'truncate governance.compliance_results',
    ]) {
      const byOwner = await database().asPostgres((session) => session.attempt(statement));
      expect(byOwner).toMatchObject({ ok: false, code: 'CD014' });
    }
    for (const persona of [personas.opsAdmin, personas.clinicAdmin, personas.service]) {
      const outcome = await database().as(persona, (session) =>
        session.attempt('select * from governance.compliance_results'),
      );
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('is not one where the table is out of reach: exit code 2, and why [N-51 -]', async () => {
    await expect(lastRun(database().url('authenticator'), 93)).rejects.toMatchObject({
      exitCode: 2,
      explanation: { problem: expect.stringMatching(/^the run cannot be compared: 42501/) },
    });
  });
});

test('docs/compliance.md tells the probes as they are: npm run compliance -- --write [N-51 +]', async () => {
  expect(readFileSync(COMPLIANCE_DOCS, 'utf8')).toBe(complianceDocs(await readRequirements()));
});
