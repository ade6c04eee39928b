import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOT_EXPRESSED, schemas, type Table } from '../../../generated/zod.ts';
import { readColumnFacts } from '../../../scripts/codegen/column-facts.ts';
import { readTableFacts, type TableFacts } from '../../../scripts/codegen/table-facts.ts';
import { withClient } from '../../../scripts/postgres/connect.ts';
import { escapeIdentifier as quoted } from '../../../scripts/postgres/quote.ts';
import { useDatabase } from '../../support/database.ts';
import { type ColumnSample, valuesOf } from './values.ts';

const database = useDatabase();

/** Each run looks elsewhere; a failure prints its seed, and CORDON_SEED repeats it. */
const SEED = Number(process.env.CORDON_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Of every column of every CHECK. */
const VALUES = 60;

type Row = Readonly<Record<string, unknown>>;
let tables: readonly TableFacts[];
let required: (table: TableFacts, column: string) => boolean;

beforeAll(async () => {
  await database().asPostgres(async (session) => session.rows('select 1'));
  await withClient(database().url('superuser'), async (client) => {
    tables = await readTableFacts(client, ['public']);
    const facts = await readColumnFacts(client, ['public']);
    required = ({ schema, name }, column) => facts.get(`${schema}.${name}.${column}`)?.nullable === false;
  });
});
afterAll(() => console.info(`CHECKs against Zod: seed ${SEED}, ${asked} rows, ${refused} of them refused`));
let asked = 0;
let refused = 0;

test('there is a schema for each table and no other', () => {
  expect(Object.keys(schemas).sort()).toEqual(tables.map(({ name }) => name).sort());
});

test('a text with a long run of blanks inside is answered at once, and one that ends in them is refused', () => {
  const asked = (mrn: string) => {
    const row = { organisation_id: '00000000-0000-4000-8000-000000000001', mrn, full_name: 'Ana' };
    const started = performance.now();
    const { success } = schemas.patients.insert.safeParse(row);
    return { success, isQuick: performance.now() - started < 2_000 };
  };
  const blanks = ' '.repeat(100_000);
  expect(asked('A 1')).toEqual({ success: true, isQuick: true });
  expect(asked(`A${blanks}1`).isQuick).toBe(true);
  expect(asked(`A1${blanks}`)).toEqual({ success: false, isQuick: true });
});

test('what TypeScript cannot ask is named, and it is this and no more', () => {
  expect(NOT_EXPRESSED).toEqual([
    {
      table: 'case_activity_log',
      constraint: 'case_activity_log_details_check',
      reason: 'it calls authz.activity_keys()',
    },
    {
      table: 'case_activity_log',
      constraint: 'case_activity_log_event_type_check',
      reason: 'it calls split_part()',
    },
    { table: 'organisations', constraint: 'organisations_timezone_check', reason: 'it calls timezone()' },
  ]);
});

test('every row of the seed passes, as node-postgres reads it and as JSON; without its key, none does', async () => {
  for (const { name, columns } of tables) {
    const { row } = schemas[name as Table];
    const as = (what: string) =>
      database().asSuperuser((session) =>
        session.rows(`select ${what} from public.${quoted(name)} as t limit 100`),
      );
    const read = await as('t.*');
    const json = (await as('to_jsonb(t) as row')).map((each) => each.row as Row);
    expect(read.length, `rows of ${name} in the seed`).toBeGreaterThan(0);
    for (const each of [...read, ...json]) expect(row.safeParse(each).error?.issues, name).toBeUndefined();
    const [key = ''] = columns.map((column) => column.name);
    expect(row.safeParse({ ...read[0], [key]: undefined }).success, name).toBe(false);
  }
});

test('of what is generated near every CHECK, a schema refuses what PostgreSQL refuses and nothing else', async () => {
  for (const table of tables) {
    const held = (
      await database().asSuperuser((session) =>
        session.rows<{ row: Row }>(
          `select to_jsonb(t) as row from public.${quoted(table.name)} as t limit 20`,
        ),
      )
    ).map(({ row }) => row);
    const rows = table.checks.flatMap(({ columns }, index) => rowsNear(table, columns, held, SEED + index));
    const answers = await answersOf(table, rows);
    const { row: read, insert } = schemas[table.name as Table];
    const taken = Object.keys(insert.shape);
    for (const [index, row] of rows.entries()) {
      const written = Object.fromEntries(Object.entries(row).filter(([column]) => taken.includes(column)));
      const verdicts: { success: boolean; error?: { issues: unknown } | undefined }[] = [read.safeParse(row)];
      // What never ends is read, and written by nobody but the database.
      if (!Object.values(written).includes('infinity')) verdicts.push(insert.safeParse(written));
      for (const { success, error } of verdicts) {
        if (success === answers[index]) continue;
        expect.fail(
          `PostgreSQL says ${answers[index]}, Zod ${success}; seed ${SEED}: ${table.name} ${JSON.stringify(row)} ${JSON.stringify(error?.issues)}`,
        );
      }
    }
    asked += rows.length;
    refused += answers.filter((answer) => !answer).length;
  }
  expect(asked).toBeGreaterThan(5_000);
  // A generator that only ever makes good rows, or only bad ones, would show nothing.
  expect(refused / asked).toBeGreaterThan(0.2);
  expect(refused / asked).toBeLessThan(0.9);
}, 120_000);

/** Rows of the seed with other values in these columns. */
function rowsNear(table: TableFacts, columns: readonly string[], held: readonly Row[], seed: number): Row[] {
  const record = Object.fromEntries(
    columns.map((column) => [column, valuesOf(sampleOf(table, column, held))] as const),
  );
  const some = fc
    .tuple(fc.constantFrom(...held), fc.record(record))
    .map(([row, changed]) => ({ ...row, ...changed }));
  return fc.sample(some, { seed, numRuns: VALUES * Math.min(columns.length, 4) });
}

function sampleOf(table: TableFacts, column: string, held: readonly Row[]): ColumnSample {
  const texts = table.checks
    .filter(({ columns }) => columns.includes(column))
    .map(({ definition }) => definition)
    .join(' ');
  return {
    type: table.columns.find(({ name }) => name === column)?.type ?? '',
    held: held.map((row) => row[column]),
    texts: [
      ...[...texts.matchAll(/'([^']*)'/g)].map(([, each = '']) => each),
      ...[...texts.matchAll(/'\{([^']*)\}'/g)].flatMap(([, each = '']) => each.split(',')),
    ],
    numbers: [...texts.matchAll(/(?<![\w-])\d{1,15}(?![\w-])/g)].map(([each]) => Number(each)),
  };
}

/** Whether each row fulfils the CHECKs that are expressed, and what may not be NULL is not. */
async function answersOf(table: TableFacts, rows: readonly Row[]): Promise<boolean[]> {
  const skipped = new Set(NOT_EXPRESSED.map(({ constraint }) => constraint));
  const terms = [
    ...table.checks
      .filter(({ constraint }) => !skipped.has(constraint))
      .map(({ definition }) => `((${definition}) is not false)`),
    ...table.columns
      .filter(({ name }) => required(table, name))
      .map(({ name }) => `${quoted(name)} is not null`),
  ];
  const text = `select array_agg(${terms.join(' and ')} order by n) as answers
    from jsonb_array_elements($1::jsonb) with ordinality as given (value, n),
      jsonb_populate_record(null::public.${quoted(table.name)}, given.value)`;
  return database().asSuperuser(async (session) => {
    const ask = async (some: readonly Row[]): Promise<boolean[]> => {
      const outcome = await session.attempt(text, [JSON.stringify(some)]);
      if (outcome.ok) return (outcome.rows[0]?.answers as boolean[] | null) ?? [];
      // One of them cannot be computed, which refuses it: find out which.
      if (some.length === 1) return [false];
      const middle = Math.ceil(some.length / 2);
      return [...(await ask(some.slice(0, middle))), ...(await ask(some.slice(middle)))];
    };
    return ask(rows);
  });
}
