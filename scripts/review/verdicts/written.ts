import { qualifiedName, rangeVar } from '../../sql/names.ts';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Reach } from '../reach/reach.ts';
import { bare } from './deciding-tables.ts';
import { Program } from './program.ts';

/** What one statement writes, with everything that runs when it does. */
export interface Written {
  /** Relations as it names them. */
  readonly names: readonly string[];
  /** Whether it runs what nobody can read beforehand. */
  readonly isOpen: boolean;
  /** Whether it defines something only under a condition, or calls what is not there where it is reviewed. */
  readonly isConditional: boolean;
  /** Texts of blocks and functions that run. */
  readonly programs: readonly Program[];
}

/** Where a call stands for later, and nothing is run. A view that a migration makes may be asked by the migration itself. */
const FOR_LATER = /^(CreateFunctionStmt|CreatePolicyStmt|AlterPolicyStmt|CreateTrigStmt|RuleStmt)$/;

/** Reads what each statement of a migration writes, in their order. */
export function writtenBy(statements: readonly ParsedStatement[], before: Reach): readonly Written[] {
  const functions = functionsOf(before, statements);
  const found = statements.map((statement) => read(statement, functions));
  const names = new Set(found.flatMap((written) => written.names));
  return statements.map(({ kind, tree }, at) => {
    const own = found[at] as Written;
    if (kind !== 'CreateTrigStmt' || !isOneOf(names, rangeVar(tree.relation))) return own;
    // It fires for what the migration writes, wherever that stands.
    const fired = run(functions.own.get(lastTwo(tree.funcname)) ?? [], functions);
    return { ...fired, isConditional: fired.isConditional || functions.defining.has(lastTwo(tree.funcname)) };
  });
}

interface Functions {
  /** By name, with and without schema: texts that run when it is called. */
  readonly texts: ReadonlyMap<string, readonly Program[]>;
  /** Of these, what the migration itself brings. */
  readonly own: ReadonlyMap<string, readonly Program[]>;
  /** Names of those that define something. */
  readonly defining: ReadonlySet<string>;
  /** Whatever may be called. */
  readonly known: ReadonlySet<string>;
}

function read({ kind, tree }: ParsedStatement, functions: Functions): Written {
  if (kind === 'CreateFunctionStmt') return { names: [], isOpen: false, isConditional: false, programs: [] };
  const { texts, own, defining, known } = functions;
  const called = FOR_LATER.test(kind) ? [] : calledIn(kind, tree);
  const meant = FOR_LATER.test(kind) ? [] : meantIn(kind, tree);
  const ran = run(
    [
      ...(kind === 'DoStmt' ? [new Program(textOf(tree.args), true)] : []),
      ...called.flatMap((name) => texts.get(name) ?? []),
      ...meant.flatMap((name) => own.get(name) ?? []),
    ],
    functions,
  );
  const isDefining = [...called, ...meant].some((name) => defining.has(name));
  return {
    ...ran,
    names: [...targetsIn({ [kind]: tree }), ...ran.names],
    isConditional:
      ran.isConditional ||
      (isDefining && !isPlainCall(kind, tree)) ||
      takenIfThere(kind, tree).some((name) => !isKnown(name, known)),
  };
}

/** These texts, and those of what they call. */
function run(start: readonly Program[], { texts, defining, known }: Functions): Written {
  const seen = new Set(start);
  const waiting = [...start];
  for (let program = waiting.pop(); program; program = waiting.pop()) {
    for (const next of program.calls.flatMap((name) => texts.get(name) ?? [])) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  const programs = [...seen];
  return {
    names: programs.flatMap(({ writes }) => writes),
    isOpen: programs.some(({ isOpen }) => isOpen),
    isConditional: programs.some(
      (program) =>
        program.defines((name) => defining.has(name)).some ||
        program.callsBeside(known) ||
        program.takesIfThere.some((name) => !isKnown(name, known)),
    ),
    programs,
  };
}

/** Tables that a statement drops or alters only where they are, and schemas. */
function takenIfThere(kind: string, tree: Tree): readonly string[] {
  if (!tree.missing_ok) return [];
  if (kind === 'AlterTableStmt') return [rangeVar(tree.relation)];
  if (kind !== 'DropStmt') return [];
  const objects = tree.objects as Tree[];
  if (tree.removeType === 'OBJECT_SCHEMA') return objects.map(({ String: { sval } }) => `${sval}.`);
  return tree.removeType === 'OBJECT_TABLE' ? objects.map(({ List }) => qualifiedName(List.items)) : [];
}

/** Whether something is there where it is reviewed; a schema ends with a dot, and a name may lack its own. */
function isKnown(name: string, known: ReadonlySet<string>): boolean {
  return (
    known.has(name) ||
    [...known].some((one) => one.startsWith(name.endsWith('.') ? name : '\0') || one.endsWith(`.${name}`))
  );
}

function calledIn(kind: string, tree: Tree): readonly string[] {
  const calls = [...nodesOf({ [kind]: tree }, 'FuncCall'), ...(kind === 'CallStmt' ? [tree.funccall] : [])];
  return calls.map(({ funcname }) => lastTwo(funcname));
}

/** Functions that run without a call of their name: behind an operator, an aggregate, a cast, an event, or written like a column. */
function meantIn(kind: string, tree: Tree): readonly string[] {
  if (kind === 'CreateCastStmt') return tree.func ? [lastTwo(tree.func.objname)] : [];
  if (kind === 'CreateEventTrigStmt') return [lastTwo(tree.funcname)];
  if (kind === 'DefineStmt')
    return nodesOf(tree.definition, 'TypeName').flatMap(({ names }) => (names ? [lastTwo(names)] : []));
  const fields = nodesOf(tree, 'ColumnRef').map((reference) => (reference.fields as Tree[]).at(-1));
  const parts = nodesOf(tree, 'A_Indirection').flatMap(({ indirection }) => indirection as Tree[]);
  return [...fields, ...parts].flatMap((part) => part?.String?.sval ?? []);
}

/** `select f()`, which runs whatever stands there. */
function isPlainCall(kind: string, tree: Tree): boolean {
  if (kind === 'CallStmt') return true;
  if (kind !== 'SelectStmt' || tree.whereClause || tree.fromClause || tree.limitCount || tree.havingClause)
    return false;
  return ((tree.targetList ?? []) as Tree[]).every(({ ResTarget: { val } }) => {
    const args = (val.FuncCall?.args ?? []) as Tree[];
    return val.FuncCall && args.every(({ A_Const, TypeCast }) => A_Const ?? TypeCast?.arg.A_Const);
  });
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
    // With a table go its rows.
    ...nodesOf(tree, 'DropStmt').flatMap(({ removeType, objects }) =>
      removeType === 'OBJECT_TABLE' ? (objects as Tree[]).map(({ List }) => qualifiedName(List.items)) : [],
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

/** Whether a name is among others, of which each may lack its schema. */
export function isOneOf(names: Iterable<string>, name: string): boolean {
  return [...names].some((one) => one === name || one.endsWith(`.${name}`) || name.endsWith(`.${one}`));
}

/** Functions that were there, and those that the migration makes: of these also what they put together counts. */
function functionsOf({ routines, relations }: Reach, statements: readonly ParsedStatement[]): Functions {
  const texts = new Map<string, Program[]>();
  const own = new Map<string, Program[]>();
  const add = (to: Map<string, Program[]>, name: string, program: Program) => {
    for (const key of new Set([name, name.replace(/^.*\./, '')]))
      to.set(key, [...(to.get(key) ?? []), program]);
  };
  for (const { name, body, isTrigger } of routines) {
    if (!isTrigger) add(texts, bare(name).replaceAll('"', ''), new Program(body, false));
  }
  for (const { kind, tree, sql } of statements) {
    if (kind !== 'CreateFunctionStmt') continue;
    const body = textOf(tree.options);
    // Where the body stands in the statement itself, that statement is no part of it.
    const program = new Program(body === '' ? `as ${sql}` : body, true);
    add(texts, lastTwo(tree.funcname), program);
    add(own, lastTwo(tree.funcname), program);
  }
  const made = statements
    .filter(({ kind }) => kind === 'CreateStmt' || kind === 'CreateTableAsStmt')
    .map(({ tree }) => rangeVar(tree.relation ?? tree.into.rel));
  const there = routines.map(({ name }) => bare(name).replaceAll('"', ''));
  const known = new Set([...there, ...own.keys(), ...made, ...relations.map(({ name }) => name)]);
  return { texts, own, known, defining: definingOf(own) };
}

/** Which of them define something, or call one that does. */
function definingOf(own: ReadonlyMap<string, readonly Program[]>): ReadonlySet<string> {
  const defining = new Set<string>();
  for (let size = -1; size !== defining.size; ) {
    size = defining.size;
    for (const [name, programs] of own) {
      if (programs.some((program) => program.defines((called) => defining.has(called)).any))
        defining.add(name);
    }
  }
  return defining;
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
