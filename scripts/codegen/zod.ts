import type { ClientBase } from 'pg';
import { parseSql } from '../sql/parse.ts';
import { type Code, type Columns, checkCode, type Kind, NotExpressible } from './check-code.ts';
import { type ColumnFacts, isListOfTexts, readColumnFacts } from './column-facts.ts';
import { readTableFacts, type TableFacts } from './table-facts.ts';

/** The schema that applications see. */
const SCHEMAS: readonly string[] = ['public'];

interface Type {
  /** Its schema in client/zod-columns.ts; of rows another one, where drivers give more than they take. */
  readonly schema: string;
  readonly read?: string;
  /** How a CHECK sees it, and what client/zod-sql.ts does to a value first. */
  readonly kind: Kind;
  readonly value?: string;
}

const TYPES: Readonly<Record<string, Type>> = {
  text: { schema: 'text', kind: 'text' },
  'text[]': { schema: 'texts', kind: 'texts' },
  uuid: { schema: 'uuid', kind: 'uuid', value: 'lowerC' },
  boolean: { schema: 'boolean', kind: 'truth', value: 'truth' },
  smallint: { schema: 'smallint', kind: 'number' },
  integer: { schema: 'integer', kind: 'number' },
  bigint: { schema: 'bigint', read: 'readBigint', kind: 'number', value: 'integer' },
  xid8: { schema: 'xid8', read: 'readXid8', kind: 'opaque' },
  'timestamp with time zone': {
    schema: 'timestamptz',
    read: 'readTimestamptz',
    kind: 'instant',
    value: 'instant',
  },
  date: { schema: 'date', read: 'readDate', kind: 'day', value: 'day' },
  jsonb: { schema: 'jsonb', kind: 'json', value: 'json' },
  inet: { schema: 'inet', kind: 'opaque' },
  cidr: { schema: 'cidr', kind: 'opaque' },
};

/** What Zod leaves out of every object. */
const NO_KEY = '__proto__';

interface NotExpressed {
  readonly table: string;
  /** A CHECK by its name, or a column whose type is not known. */
  readonly constraint: string;
  readonly reason: string;
}

/**
 * Generates one Zod schema for the rows, one for the inserts and one for the updates of each table: nullability, defaults,
 * computed columns, and every CHECK that means the same in TypeScript. What does not is listed, never left out in silence.
 *
 * @param client where the migrations have been applied; only read from.
 * @returns TypeScript without a header.
 */
export async function generateZod(client: ClientBase): Promise<string> {
  const facts = await readColumnFacts(client, SCHEMAS);
  const missing: NotExpressed[] = [];
  const written: Written[] = [];
  for (const all of await readTableFacts(client, SCHEMAS)) {
    const table = { ...all, columns: all.columns.filter(({ name }) => name !== NO_KEY) };
    const factsOf = (column: string) => facts.get(`${table.schema}.${table.name}.${column}`);
    const checks = await writeChecks(table);
    const misfits = all.columns
      .filter(({ name, type }) => name === NO_KEY || !TYPES[type])
      .map(({ name, type }) => ({
        table: table.name,
        constraint: name,
        reason: name === NO_KEY ? 'Zod takes no key of this name' : `its type is ${type}`,
      }));
    missing.push(...checks.missing, ...misfits);
    written.push(writeTable(table, factsOf, checks, [...checks.missing, ...misfits]));
  }
  return [
    "import { z } from 'zod';",
    "import * as column from '../client/zod-columns.ts';",
    "import * as sql from '../client/zod-sql.ts';",
    '',
    'const checks = {',
    ...written.map(({ checks }) => checks),
    '};',
    '',
    'const columns = {',
    ...written.map(({ columns }) => columns),
    '};',
    '',
    '/**',
    ' * `schemas.patients.insertAs.authenticated.parse(form)`: of each table what a row is, what can be inserted and updated at all, and what each role of',
    ' * callers may send of that.',
    ' */',
    'export const schemas = {',
    ...written.map(({ schemas }) => schemas),
    '};',
    '',
    '/** What a schema does not ask and the database does: a CHECK by its name, or a column whose type is not known. */',
    'export const NOT_EXPRESSED: readonly {',
    '  readonly table: string;',
    '  readonly constraint: string;',
    '  readonly reason: string;',
    '}[] = [',
    ...missing.map((each) => `  ${JSON.stringify(each)},`),
    '];',
    '',
    'export type Table = keyof typeof schemas;',
    "/** What can be inserted: `Insert<'patients'>`. Kysely and supabase-js take it. */",
    "export type Insert<T extends Table> = z.infer<(typeof schemas)[T]['insert']>;",
    '/** What can be changed. */',
    "export type Update<T extends Table> = z.infer<(typeof schemas)[T]['update']>;",
    "/** What callers of a role may insert, by their grants: `InsertAs<'patients', 'authenticated'>`. */",
    ...typeAs('insert'),
    '/** What callers of a role may change, by their grants. */',
    ...typeAs('update'),
    '/** A row, as either driver gives it. */',
    "export type Row<T extends Table> = z.infer<(typeof schemas)[T]['row']>;",
  ].join('\n');
}

const typeAs = (kind: 'insert' | 'update') => {
  const name = kind === 'insert' ? 'InsertAs' : 'UpdateAs';
  const schemas = `(typeof schemas)[T]['${kind}As']`;
  return [
    `export type ${name}<T extends Table, R extends keyof ${schemas}> = ${schemas}[R] extends infer S extends z.ZodType ? z.infer<S> : never;`,
  ];
};

interface Checks {
  /** Of each column, the CHECKs that ask for it alone. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** CHECKs of several columns. */
  readonly common: readonly string[];
  readonly code: readonly string[];
  readonly missing: readonly NotExpressed[];
}

async function writeChecks(table: TableFacts): Promise<Checks> {
  const own = new Map<string, string[]>();
  const common: string[] = [];
  const code: string[] = [];
  const missing: NotExpressed[] = [];
  for (const { constraint, definition, columns } of table.checks) {
    const [statement] = await parseSql(`select ${definition}`, `${constraint} of ${table.name}`);
    const tree = statement?.tree.targetList[0].ResTarget.val;
    const [only, second] = columns;
    const isOwn = only !== undefined && second === undefined;
    // The union that the column's type is says it already.
    if (isOwn && isListOfTexts(tree)) continue;
    try {
      const asked = checkCode(tree, readersOf(table, isOwn ? () => 'v' : (name) => `row[${quoted(name)}]`));
      const about = `${quoted(constraint)}, ${quoted(definition.replace(/\s+/g, ' ').trim())}`;
      const made = isOwn
        ? `column.check(${about}, (v) => ${asked})`
        : `column.rule(${about}, ${quoted(columns)}, (row) => ${asked})`;
      code.push(`    ${property(constraint)}: ${made},`);
      if (isOwn) own.set(only, [...(own.get(only) ?? []), constraint]);
      else common.push(constraint);
    } catch (error) {
      if (!(error instanceof NotExpressible)) throw error;
      missing.push({ table: table.name, constraint, reason: error.message });
    }
  }
  return { own, common, code, missing };
}

interface Written {
  readonly checks: string;
  readonly columns: string;
  readonly schemas: string;
}

function writeTable(
  { name: table, columns, writers }: TableFacts,
  factsOf: (column: string) => ColumnFacts | undefined,
  checks: Checks,
  missing: readonly NotExpressed[],
): Written {
  const asks = (constraints: readonly string[]) =>
    constraints.map((each) => `.refine(...checks${member(table)}${member(each)})`).join('');
  const field = (name: string, type: string, isRead: boolean) => {
    const { nullable = true, values } = factsOf(name) ?? {};
    const { schema = 'unknown', read = schema } = TYPES[type] ?? {};
    const base = values ? oneOf(values, type) : `column.${isRead ? read : schema}`;
    return `${base}${nullable ? '.nullable()' : ''}${asks(checks.own.get(name) ?? [])}`;
  };
  const known = (name: string) => `columns${member(table)}${member(name)}`;
  const object = (kind: string, make: string, fields: readonly string[], indent = '    ') =>
    [`${indent}${kind}: z.${make}({`, ...fields, `${indent}})${asks(checks.common)},`].join('\n');
  const written = columns.filter(({ name }) => !factsOf(name)?.generated);
  const isOptional = (name: string, hasDefault: boolean) => hasDefault || factsOf(name)?.nullable !== false;
  const inserted = written.map(({ name, hasDefault }): [string, string] => [
    name,
    `${property(name)}: ${known(name)}${isOptional(name, hasDefault) ? '.optional()' : ''},`,
  ]);
  const updated = written.map(({ name }): [string, string] => [
    name,
    `${property(name)}: ${known(name)}.optional(),`,
  ]);
  /** Of each role that may write any of it, the same with the columns alone that it may write. */
  const asWritten = (kind: 'insert' | 'update', fields: readonly [string, string][]) => [
    `    ${kind}As: {`,
    ...writers.flatMap((writer) => {
      const own = fields
        .filter(([name]) => writer[kind].includes(name))
        .map(([, field]) => `        ${field}`);
      return own.length > 0 ? [object(writer.role, 'strictObject', own, '      ')] : [];
    }),
    '    },',
  ];
  return {
    checks: [`  ${property(table)}: {`, ...checks.code, '  },'].join('\n'),
    columns: [
      `  ${property(table)}: {`,
      ...columns.map(({ name, type }) => `    ${property(name)}: ${field(name, type, false)},`),
      '  },',
    ].join('\n'),
    schemas: [
      ...(missing.length > 0
        ? [`  /** Not asked: ${missing.map(({ constraint }) => comment(constraint)).join(', ')}. */`]
        : []),
      `  ${property(table)}: {`,
      object(
        'row',
        'object',
        columns.map(({ name, type }) => {
          const isOther = TYPES[type]?.read !== undefined;
          return `      ${property(name)}: ${isOther ? field(name, type, true) : known(name)},`;
        }),
      ),
      object(
        'insert',
        'strictObject',
        inserted.map(([, field]) => `      ${field}`),
      ),
      object(
        'update',
        'strictObject',
        updated.map(([, field]) => `      ${field}`),
      ),
      ...asWritten('insert', inserted),
      ...asWritten('update', updated),
      '  },',
    ].join('\n'),
  };
}

function readersOf({ columns }: TableFacts, reader: (name: string) => string): Columns {
  return new Map(
    columns.map(({ name, type }): [string, Code] => {
      const { kind, value } = TYPES[type] ?? { kind: 'opaque' };
      return [name, { code: value ? `sql.${value}(${reader(name)})` : reader(name), kind }];
    }),
  );
}

function oneOf(values: readonly string[], type: string): string {
  const list = `z.enum(${quoted(values)})`;
  return type.endsWith('[]') ? `z.array(${list})` : list;
}

const quoted = (value: string | readonly string[]) => JSON.stringify(value);
const isPlain = (name: string) => /^[a-z][a-z0-9_]*$/.test(name);
const property = (name: string) => (isPlain(name) ? name : `[${quoted(name)}]`);
const member = (name: string) => (isPlain(name) ? `.${name}` : `[${quoted(name)}]`);
/** Cannot end a comment. */
const comment = (name: string) => name.replaceAll('*/', '* /').replace(/\s/g, ' ');
