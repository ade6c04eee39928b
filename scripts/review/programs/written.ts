import { qualifiedName, rangeVar } from '../../sql/names.ts';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Reach, Routine } from '../reach/reach.ts';
import { bare } from '../verdicts/deciding-tables.ts';
import { codeOf, codeOfRoutine, Program, type Ran } from './program.ts';
import { HOLE, isSettled, NO_VARIABLES } from './texts.ts';

/** What one statement writes, with everything that runs when it does. */
export interface Written {
  /** Relations as it names them. */
  readonly names: readonly string[];
  /** Whether it runs what nobody can read beforehand. */
  readonly isOpen: boolean;
  /** Whether it runs a text that no grammar takes. */
  readonly isUnread: boolean;
  /** Whether it defines something only under a condition, or calls what is not there where it is reviewed. */
  readonly isConditional: boolean;
  /** Texts of blocks and functions that run. */
  readonly programs: readonly Program[];
}

/** Where a call stands for later, and nothing is run. A view that a migration makes may be asked by the migration itself. */
const FOR_LATER = /^(CreateFunctionStmt|CreatePolicyStmt|AlterPolicyStmt|CreateTrigStmt|RuleStmt)$/;

/** Reads what each statement of a migration writes, in their order. */
export function writtenBy(
  statements: readonly ParsedStatement[],
  before: Pick<Reach, 'routines' | 'relations'>,
): readonly Written[] {
  const functions = functionsOf(before, statements);
  const found = statements.map((statement) => read(statement, functions));
  const names = new Set(found.flatMap((written) => written.names));
  return statements.map((statement, at) => {
    const written = found[at] as Written;
    // A trigger fires for what the migration writes, wherever that stands.
    const fired = [statement, ...written.programs.flatMap(({ ran }) => ran)]
      .filter(({ kind, tree }) => kind === 'CreateTrigStmt' && isOneOf(names, rangeVar(tree.relation)))
      .map(({ tree }) => lastTwo(tree.funcname));
    const all = [
      written,
      run(
        fired.flatMap((name) => functions.own.get(name) ?? []),
        functions,
      ),
    ];
    return {
      names: all.flatMap((one) => one.names),
      isOpen: all.some(({ isOpen }) => isOpen),
      isUnread: all.some(({ isUnread }) => isUnread),
      isConditional:
        all.some(({ isConditional }) => isConditional) || fired.some((name) => functions.defining.has(name)),
      programs: [...new Set(all.flatMap(({ programs }) => programs))],
    };
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

function read(statement: ParsedStatement, functions: Functions): Written {
  const block = statement.kind === 'DoStmt' ? [programOf(statement)] : [];
  const ran = run([...block, ...runBy(statement, functions)], functions);
  return {
    ...ran,
    names: [...targetsIn(statement.kind, statement.tree), ...ran.names],
    isConditional:
      ran.isConditional ||
      !isPlain(statement, functions, (arg) => isSettled(arg, NO_VARIABLES)) ||
      isTakenIfThere(statement, functions),
  };
}

/** Texts that run when a statement does. */
function runBy({ kind, tree }: Statement, { texts, own }: Functions): readonly Program[] {
  return [
    ...calledIn(kind, tree).flatMap((name) => texts.get(name) ?? []),
    ...meantIn(kind, tree).flatMap((name) => own.get(name) ?? []),
  ];
}

type Statement = Pick<ParsedStatement, 'kind' | 'tree'>;

/** These texts, and those of what they call. */
function run(start: readonly Program[], functions: Functions): Written {
  const programs = new Set(start);
  for (const program of programs)
    for (const next of program.ran.flatMap((one) => runBy(one, functions))) programs.add(next);
  const own = [...programs].filter(({ isOwn }) => isOwn);
  const ran = own.flatMap((program) => program.ran);
  return {
    names: [...programs].flatMap((program) => program.ran.flatMap(({ kind, tree }) => targetsIn(kind, tree))),
    isOpen: own.some(({ isOpen }) => isOpen) || ran.some(isOpen),
    isUnread: [...programs].some(({ isUnread }) => isUnread),
    isConditional: ran.some((one) => isUnsure(one, functions)),
    programs: [...programs],
  };
}

/** Whether what is written, read for it or called is named only when it runs. */
function isOpen({ kind, tree }: Ran): boolean {
  const targets = targetsIn(kind, tree);
  const read = targets.length > 0 ? nodesOf(tree, 'RangeVar').map(rangeVar) : [];
  return [...targets, ...read, ...calledIn(kind, tree)].some((name) => name.includes(HOLE));
}

/** Statements that leave nothing in the catalog. */
const OF_ROWS =
  /^(Select|Insert|Update|Delete|Merge|Truncate|Copy|Lock|VariableSet|VariableShow|Explain|Transaction|Notify|Listen|Unlisten|Vacuum|ConstraintsSet|Call|Discard|Prepare|Execute|Deallocate|DeclareCursor|Fetch|ClosePortal|Return)Stmt$/;

/** Whether it does something in one database that it does not in another: defines, or calls what defines or is not there. */
function isUnsure(one: Ran, functions: Functions): boolean {
  if (!one.isSure && isDefinition(one, functions.defining)) return true;
  return (
    !isPlain(one, functions, one.isSettled) ||
    calledIn(one.kind, one.tree).some((name) => OF_A_SCHEMA.test(name) && !functions.known.has(name)) ||
    isTakenIfThere(one, functions)
  );
}

const OF_A_SCHEMA = /^(?!pg_catalog\.|information_schema\.)[^.]+\./;

function isDefinition({ kind, tree }: Statement, defining: ReadonlySet<string>): boolean {
  const names = [...calledIn(kind, tree), ...meantIn(kind, tree)];
  return !OF_ROWS.test(kind) || names.some((name) => defining.has(name));
}

function isTakenIfThere({ kind, tree }: Statement, { known }: Functions): boolean {
  return takenIfThere(kind, tree).some((name) => !isKnown(name, known));
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

const calledIn = onceATree((kind: string, tree: Tree): readonly string[] => {
  if (FOR_LATER.test(kind)) return [];
  const calls = [...nodesOf({ [kind]: tree }, 'FuncCall'), ...(kind === 'CallStmt' ? [tree.funccall] : [])];
  return calls.map(({ funcname }) => lastTwo(funcname));
});

/** Functions that run without a call of their name: behind an operator, an aggregate, a cast, an event, or written like a column. */
const meantIn = onceATree((kind: string, tree: Tree): readonly string[] => {
  if (FOR_LATER.test(kind)) return [];
  if (kind === 'CreateCastStmt') return tree.func ? [lastTwo(tree.func.objname)] : [];
  if (kind === 'CreateEventTrigStmt') return [lastTwo(tree.funcname)];
  if (kind === 'DefineStmt')
    return nodesOf(tree.definition, 'TypeName').flatMap(({ names }) => (names ? [lastTwo(names)] : []));
  const fields = nodesOf(tree, 'ColumnRef').map((reference) => (reference.fields as Tree[]).at(-1));
  const parts = nodesOf(tree, 'A_Indirection').flatMap(({ indirection }) => indirection as Tree[]);
  return [...fields, ...parts].flatMap((part) => part?.String?.sval ?? []);
});

/**
 * Whether what defines is called as in `select f()`, which runs whatever stands there, and is told the same everywhere.
 *
 * @param isTold whether an argument is the same in every database.
 */
function isPlain(
  { kind, tree }: Statement,
  { defining }: Functions,
  isTold: (arg: Tree) => boolean,
): boolean {
  const names = [...calledIn(kind, tree), ...meantIn(kind, tree)];
  if (!names.some((name) => defining.has(name))) return true;
  if (kind === 'CallStmt') return ((tree.funccall.args ?? []) as Tree[]).every(isTold);
  if (kind !== 'SelectStmt' || tree.whereClause || tree.fromClause || tree.limitCount || tree.havingClause)
    return false;
  return ((tree.targetList ?? []) as Tree[]).every(({ ResTarget: { val } }) =>
    runsAnyway(val, defining, isTold),
  );
}

/** Whether nothing in an expression decides if what defines is called. */
function runsAnyway(value: Tree, defining: ReadonlySet<string>, isTold: (arg: Tree) => boolean): boolean {
  const of = (part: Tree) => runsAnyway(part, defining, isTold);
  const [node, one = {}] = Object.entries<Tree>(value ?? {})[0] ?? [];
  if (!isDefinition({ kind: 'SelectStmt', tree: value ?? {} }, defining)) return true;
  if (node === 'FuncCall')
    return ((one.args ?? []) as Tree[]).every(defining.has(lastTwo(one.funcname)) ? isTold : of);
  if (node === 'A_Expr') return [one.lexpr, one.rexpr].every(of);
  const isOfOne = /^(TypeCast|NullTest|BooleanTest)$/.test(node ?? '');
  const part = isOfOne ? one.arg : one.boolop === 'NOT_EXPR' ? one.args[0] : undefined;
  return part !== undefined && of(part);
}

const WRITERS: readonly string[] = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** What a statement writes, in its WITH clauses too. */
const targetsIn = onceATree((kind: string, node: Tree): readonly string[] => {
  const tree = { [kind]: node };
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
});

/** A walk through a statement that is asked again and again: of each that was ever applied, for each that is pending. */
function onceATree<T>(look: (kind: string, tree: Tree) => T): (kind: string, tree: Tree) => T {
  const known = new WeakMap<Tree, T>();
  return (kind, tree) => {
    const found = known.get(tree) ?? look(kind, tree);
    known.set(tree, found);
    return found;
  };
}

/** Whether a name is among others, of which each may lack its schema. */
export function isOneOf(names: Iterable<string>, name: string): boolean {
  return [...names].some((one) => one === name || one.endsWith(`.${name}`) || name.endsWith(`.${one}`));
}

/** Functions that were there, and those that the migration makes, wherever it does: of these also what they put together counts. */
function functionsOf(
  { routines, relations }: Pick<Reach, 'routines' | 'relations'>,
  statements: readonly ParsedStatement[],
): Functions {
  const texts = new Map<string, Program[]>();
  const own = new Map<string, Program[]>();
  const add = (to: Map<string, Program[]>, name: string, program: Program) => {
    for (const key of new Set([name, name.replace(/^.*\./, '')]))
      to.set(key, [...(to.get(key) ?? []), program]);
  };
  for (const routine of routines) {
    if (!routine.isTrigger) add(texts, bare(routine.name).replaceAll('"', ''), programOfRoutine(routine));
  }
  const all: Statement[] = [...statements];
  for (const statement of all) {
    if (!/^(Do|CreateFunction)Stmt$/.test(statement.kind)) continue;
    const program = programOf(statement);
    all.push(...program.ran);
    if (statement.kind === 'DoStmt') continue;
    add(texts, lastTwo(statement.tree.funcname), program);
    add(own, lastTwo(statement.tree.funcname), program);
  }
  const made = all
    .filter(({ kind }) => kind === 'CreateStmt' || kind === 'CreateTableAsStmt')
    .map(({ tree }) => rangeVar(tree.relation ?? tree.into.rel));
  const there = routines.map(({ name }) => bare(name).replaceAll('"', ''));
  const known = new Set([...there, ...own.keys(), ...made, ...relations.map(({ name }) => name)]);
  return { texts, own, known, defining: definingOf(own) };
}

const programs = new WeakMap<Tree, Program>();

/** What a DO block or a function runs: read once, however many ask. */
function programOf({ kind, tree }: Statement): Program {
  const program = programs.get(tree) ?? new Program(() => codeOf(kind, tree), true);
  programs.set(tree, program);
  return program;
}

const routinePrograms = new WeakMap<Routine, Program>();

function programOfRoutine(routine: Routine): Program {
  const program = routinePrograms.get(routine) ?? new Program(() => codeOfRoutine(routine), false);
  routinePrograms.set(routine, program);
  return program;
}

/** Which of them define something, or call one that does. */
function definingOf(own: ReadonlyMap<string, readonly Program[]>): ReadonlySet<string> {
  const defining = new Set<string>();
  for (let size = -1; size !== defining.size; ) {
    size = defining.size;
    for (const [name, found] of own) {
      if (found.some(({ isUnread, ran }) => isUnread || ran.some((one) => isDefinition(one, defining))))
        defining.add(name);
    }
  }
  return defining;
}

function lastTwo(parts: Tree): string {
  return (parts as Tree[])
    .slice(-2)
    .map((part) => part.String.sval)
    .join('.');
}
