import { describe, expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { LEVEL_RANK, PURPOSES, type TablePolicy } from '../../policies/vocabulary.ts';
import { type Register, readRegister } from '../../scripts/privacy/register.ts';
import { csvOf, markdownOf } from '../../scripts/privacy/render-register.ts';
import { idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { runScript } from '../support/commands.ts';
import { useDatabase } from '../support/database.ts';
import { connected } from '../support/trail.ts';

// Without twins: the register counts over all organisations.
const database = useDatabase({ twins: false });
const register = () => connected(database(), 'postgres', readRegister);
const value = <T>(text: string) => database().asSuperuser((session) => session.value<T>(text));

describe('the purpose matrix', () => {
  test('in the database is what the rules amount to, cell by cell [N-48 +]', async () => {
    const held = await database().asSuperuser((session) =>
      session.rows(
        'select purpose, domain, level from governance.purpose_grants order by purpose || $1 || domain collate "C"',
        [' '],
      ),
    );
    expect(held).toEqual(purposeMatrix());
    expect(
      purposeMatrix().find(({ purpose, domain }) => purpose === 'scheduling' && domain === 'clinical')?.level,
    ).toBe('CONFIDENTIAL');
    expect(
      purposeMatrix().find(({ purpose, domain }) => purpose === 'treatment' && domain === 'clinical')?.level,
    ).toBe('HIGHLY_RESTRICTED');
  });

  test('lets no purpose but treatment and the view of data reach a chart [N-48 -]', () => {
    // Documents of financial kinds stand among those of charts, and finance reads those alone.
    const charts = purposeMatrix(TABLES.filter(({ tableName }) => tableName !== 'documents')).filter(
      ({ domain, level }) => domain === 'clinical' && level !== 'INTERNAL' && level !== 'CONFIDENTIAL',
    );
    expect(charts.map(({ purpose }) => purpose)).toEqual(['data_view', 'treatment']);
  });
});

describe('the processing register', () => {
  test('names every table and every purpose, each with all that the law asks for [N-48 N-49 +]', async () => {
    const { tables, purposes, retention, controllers, measures } = await register();
    const all = await value<string[]>(
      `select array_agg(n.nspname || '.' || c.relname order by n.nspname || '.' || c.relname collate "C") from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'audit', 'authz', 'governance')`,
    );
    expect(tables.map(({ table }) => table).sort()).toEqual([...(all ?? [])].sort());
    expect(purposes.map(({ purpose }) => purpose).sort()).toEqual([...PURPOSES].sort());
    for (const entry of tables) {
      expect(entry.about, entry.table).not.toBe('');
      if (entry.subjects.includes('patient') && entry.on_erasure !== `not reached by a patient's request`) {
        expect(entry.on_erasure, entry.table).toMatch(/keep|delete/);
      }
    }
    for (const purpose of purposes) {
      expect(purpose.data_categories.length, purpose.purpose).toBeGreaterThan(0);
      expect(Object.keys(purpose.reaches).sort(), purpose.purpose).toEqual([
        'clinical',
        'financial',
        'identity',
        'ops',
      ]);
      expect(retention.some((floor) => floor.retention === purpose.retention)).toBe(true);
    }
    expect(controllers.map(({ name }) => name)).toContain('Clínica Aurora');
    expect(measures.find(({ measure }) => measure === 'tables without it')?.found).toBe(0);
  });

  test('tells other legal bases than consent apart, and to whom data went [N-45 N-37 +]', async () => {
    const { purposes } = await register();
    const of = (name: string) => purposes.find(({ purpose }) => purpose === name);
    expect(of('data_view')).toMatchObject({ in_force: { vital_interest: 4 }, disclosed_to: ['authority'] });
    expect(of('treatment')?.in_force).toMatchObject({ consent: expect.any(Number) });
  });

  test('names the days of an agreement as they were agreed, wherever it is printed [N-48 +]', async () => {
    const days = await database().asSuperuser((session) =>
      session.rows('select dpa_from::text, dpa_until::text from governance.processors order by id'),
    );
    expect(days).not.toEqual([]);
    const told = await register();
    expect(told.processors).toMatchObject(days);
    expect(markdownOf(told)).toContain(`| ${days[0]?.dpa_from} | ${days[0]?.dpa_until} |`);
    expect(markdownOf(told)).not.toMatch(/GMT|Coordinated/);
  });

  test('carries no data of a patient, no login of whoever keeps it, and no markup or formula of whoever names an organisation [N-49 -]', async () => {
    await database().as(
      personas.opsAdmin,
      (session) =>
        session.rows(
          `select public.register_processor('smart_insights', 'Other Insights', true, '2026-01-01', '2099-12-31')`,
        ),
      { commit: true },
    );
    const operator = idOf('staff', 'f', '01');
    expect(
      await value('select created_by_user_id from governance.processors where archived_at is null'),
    ).toBe(operator);
    const told = await register();
    expect(Object.keys(told.processors?.[0] ?? {})).toEqual([
      ...['id', 'service', 'name', 'no_training', 'dpa_from', 'dpa_until', 'archived_at'],
    ]);
    const text = `${markdownOf(told)}${csvOf(told)}${JSON.stringify(told)}`;
    expect(text).not.toContain(operator);
    expect(text).not.toMatch(/Ana Souza|MRN-0001|@a\.example/);
    const hostile: Register = {
      ...told,
      controllers: [
        { ...(told.controllers[0] as Register['controllers'][number]), name: '<script>|`x`\n# Heading' },
      ],
      tables: [{ ...(told.tables[0] as Register['tables'][number]), about: '=HYPERLINK("x"), "quoted"' }],
    };
    expect(markdownOf(hostile)).toContain('\\<script\\>\\|\\`x\\` # Heading');
    expect(markdownOf(hostile)).not.toMatch(/^# Heading/m);
    expect(csvOf(hostile)).toContain(`"'=HYPERLINK(""x""), ""quoted"""`);
  });
});

test('npm run privacy:register prints Markdown, JSON or CSV, and turns other logins away [N-49 -]', async () => {
  const run = (url: string, ...args: string[]) =>
    runScript('privacy-register.ts', args, { env: { DATABASE_URL: url } });
  const url = database().url('postgres');
  expect(await run(url)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('# Record of processing operations'),
  });
  expect(JSON.parse((await run(url, '--json')).stdout)).toHaveProperty('purposes');
  expect((await run(url, '--csv')).stdout).toContain('"public.patients"');
  expect((await run(url, '--csv', '--json')).code).toBe(2);
  const denied = await run(database().url('authenticator'));
  expect(denied).toMatchObject({ code: 2, text: expect.stringContaining('the role that migrates') });
}, 60_000);

/** What staff who name a purpose can reach of a domain at most. */
interface PurposeReach {
  readonly purpose: string;
  readonly domain: TablePolicy['domain'];
  /** The highest level of a table of the domain that some rule lets them read. */
  readonly level: TablePolicy['level'];
}

/** The purpose limitation matrix that the rules amount to (N-48): a rule without purposes lets every one of them. */
function purposeMatrix(tables: readonly TablePolicy[] = TABLES): readonly PurposeReach[] {
  const reached = new Map<string, PurposeReach>();
  for (const table of tables) {
    for (const rule of table.rules) {
      if (rule.realm !== 'provider' || rule.operation !== 'SELECT') continue;
      for (const purpose of rule.purposes ?? PURPOSES) {
        const key = `${purpose} ${table.domain}`;
        const before = reached.get(key);
        if (before && LEVEL_RANK[before.level] >= LEVEL_RANK[table.level]) continue;
        reached.set(key, { purpose, domain: table.domain, level: table.level });
      }
    }
  }
  return [...reached.keys()].sort().map((key) => reached.get(key) as PurposeReach);
}
