import { inFile } from '../../console/errors.ts';
import type { Migration } from '../../migrate/history.ts';
import { rangeVar } from '../../sql/names.ts';
import { type ParsedStatement, parseSql, type Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Reach } from '../reach/reach.ts';
import { bare, decidingTables } from './deciding-tables.ts';
import { Program } from './program.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/**
 * Rows that a migration itself writes where rows decide: memberships, restrictions, consents. No catalog shows them, and an empty
 * database has none; so the statements are read, and the texts of DO blocks and of functions that it calls.
 *
 * @param before what stood when the migration came: tables that it makes itself decide nothing yet.
 */
export async function decidingWrites(
  { up, path }: Pick<Migration, 'up' | 'path'>,
  before: Reach,
): Promise<Verdict[]> {
  const statements = await parseSql(up, path);
  const deciding = decidingTables(before);
  const shown = inFile(path, () => shownBy(before, statements));
  const named = (name: string): readonly string[] => targetsOf(name, deciding, shown);
  const functions = functionsOf(before, statements);
  const found = inFile(path, () => statements.map((statement) => read(statement, functions)));
  const written = new Set(found.flatMap(({ names }) => names.flatMap(named)));
  const told = [...written].sort().map(
    (table): Verdict => ({
      mark: 'changed',
      realm: EVERYBODY,
      about: table,
      sentence: `the migration itself writes rows of ${table}, which decide who may do what`,
    }),
  );
  if (!found.some(({ isOpen }) => isOpen)) return told;
  return [
    ...told,
    {
      mark: 'changed',
      realm: EVERYBODY,
      about: path,
      sentence:
        'the migration runs statements that it only then puts together: what they write, nobody can tell',
    },
  ];
}

/** What a piece writes: relations as it names them, and whether it runs what nobody can read beforehand. */
interface Written {
  readonly names: readonly string[];
  readonly isOpen: boolean;
}

/** Where a call stands for later, and nothing is run. */
const FOR_LATER = /^(CreateFunctionStmt|CreatePolicyStmt|AlterPolicyStmt|CreateTrigStmt|ViewStmt|RuleStmt)$/;

interface Functions {
  /** By name, with and without schema: texts that run when it is called. */
  readonly texts: ReadonlyMap<string, readonly Program[]>;
}

function read({ kind, tree }: ParsedStatement, { texts }: Functions): Written {
  if (kind === 'CreateFunctionStmt') return { names: [], isOpen: false };
  const own = kind === 'DoStmt' ? [new Program(textOf(tree.args), true)] : [];
  const called = FOR_LATER.test(kind)
    ? []
    : nodesOf({ [kind]: tree }, 'FuncCall').map(({ funcname }) => lastTwo(funcname));
  const waiting = [...own, ...called.flatMap((name) => texts.get(name) ?? [])];
  const seen = new Set(waiting);
  for (let program = waiting.pop(); program; program = waiting.pop()) {
    for (const next of program.calls.flatMap((name) => texts.get(name) ?? [])) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return {
    names: [...targetsIn({ [kind]: tree }), ...[...seen].flatMap(({ writes }) => writes)],
    isOpen: [...seen].some(({ isOpen }) => isOpen),
  };
}

const WRITERS: readonly string[] = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** What a statement writes, in its WITH clauses too. */
function targetsIn(tree: Tree): string[] {
  return [
    ...WRITERS.flatMap((kind) => nodesOf(tree, kind)).map(({ relation }) => rangeVar(relation)),
    ...nodesOf(tree, 'TruncateStmt').flatMap(({ relations }) =>
      (relations as Tree[]).map(({ RangeVar }) => rangeVar(RangeVar)),
    ),
    ...nodesOf(tree, 'CopyStmt').flatMap(({ is_from, relation }) =>
      is_from && relation ? [rangeVar(relation)] : [],
    ),
    // A type that only reads the same otherwise changes nothing; an expression may say anything.
    ...nodesOf(tree, 'AlterTableStmt').flatMap(({ relation, cmds }) =>
      (cmds as Tree[]).some(
        ({ AlterTableCmd: { subtype, def } }) =>
          subtype === 'AT_AlterColumnType' && def?.ColumnDef?.raw_default,
      )
        ? [rangeVar(relation)]
        : [],
    ),
  ];
}

/** The deciding tables that a name means: itself, what a view of that name shows, and without a schema whatever is called so. */
function targetsOf(
  name: string,
  deciding: ReadonlySet<string>,
  shown: ReadonlyMap<string, readonly string[]>,
  path: readonly string[] = [],
): readonly string[] {
  if (path.includes(name)) return [];
  const isMeant = (known: string) => known === name || (isBare(name) && known.endsWith(`.${name}`));
  return [
    ...[...deciding].filter(isMeant),
    ...[...shown]
      .filter(([view]) => isMeant(view))
      .flatMap(([view, tables]) => [view, ...tables].filter((one) => one !== name))
      .flatMap((table) => targetsOf(table, deciding, shown, [...path, name])),
  ];
}

/** Without a schema; a quoted name may hold a dot. */
function isBare(name: string): boolean {
  return !name.includes('.') || /^"(?:[^"]|"")*"$/.test(name);
}

/** Views that were there or that the migration makes, and what they show: who writes through one writes that. */
function shownBy(
  { relations }: Reach,
  statements: readonly ParsedStatement[],
): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ...relations.filter(({ kind }) => kind === 'view').map(({ name, shows }) => [name, shows] as const),
    ...statements
      .filter(({ kind }) => kind === 'ViewStmt')
      .map(({ tree }) => [rangeVar(tree.view), nodesOf(tree.query, 'RangeVar').map(rangeVar)] as const),
  ]);
}

/** Functions that were there, and those that the migration makes: of these also what they put together counts. */
function functionsOf({ routines }: Reach, statements: readonly ParsedStatement[]): Functions {
  const texts = new Map<string, Program[]>();
  const add = (name: string, program: Program) => {
    for (const key of new Set([name, name.replace(/^.*\./, '')]))
      texts.set(key, [...(texts.get(key) ?? []), program]);
  };
  for (const { name, body, isTrigger } of routines) {
    if (!isTrigger) add(bare(name).replaceAll('"', ''), new Program(body, false));
  }
  for (const { kind, tree, sql } of statements) {
    if (kind !== 'CreateFunctionStmt') continue;
    const body = textOf(tree.options);
    add(lastTwo(tree.funcname), new Program(body === '' ? sql : body, true));
  }
  return { texts };
}

/** The text of a DO block or of a function, out of the options that it stands among. */
function textOf(options: Tree): string {
  return ((options ?? []) as Tree[])
    .filter(({ DefElem }) => DefElem?.defname === 'as')
    .flatMap(
      ({ DefElem: { arg } }) =>
        arg.String?.sval ?? (arg.List?.items ?? []).map((item: Tree) => item.String?.sval),
    )
    .join('\n');
}

function lastTwo(parts: Tree): string {
  return (parts as Tree[])
    .slice(-2)
    .map((part) => part.String.sval)
    .join('.');
}
