import type { Tree } from '../../sql/parse.ts';
import { type PlpgsqlBlock, parsePlpgsql } from '../../sql/plpgsql.ts';
import type { Routine } from '../reach/reach.ts';
import { stepsOf } from './blocks.ts';
import { asStatement, type Statement, statementsIn, statementsWith } from './statements.ts';
import { columnOf, HOLE, isSettled, NO_VARIABLES, type Variables } from './texts.ts';
import { Filled, type Line } from './variables.ts';

/** One statement that a block or a function runs. */
export interface Ran {
  readonly kind: string;
  readonly tree: Tree;
  /** Whether it does so in every database, and is the same there. */
  readonly isSure: boolean;
  /** Whether what it hands over to what it calls is the same in every database. */
  readonly isSettled: (tree: Tree) => boolean;
  /** Statements that fill the variables which it speaks of. */
  readonly fillers: readonly Tree[];
}

/** What a block or a function in SQL or PL/pgSQL runs, by PostgreSQL's own grammar: nobody runs it. Read when it is asked. */
export class Program {
  /** Whether the migration brings it: of what stood before, only what it names itself is read. */
  readonly isOwn: boolean;
  readonly #code: () => Code;
  #read: Read | undefined;

  constructor(code: () => Code, isOwn: boolean) {
    this.#code = code;
    this.isOwn = isOwn;
  }

  get ran(): readonly Ran[] {
    return this.#all.ran;
  }

  /** Whether it runs a statement that is put together when it runs, and that may hold any words. */
  get isOpen(): boolean {
    return this.#all.isOpen;
  }

  /** Whether there is something in it that no grammar takes. */
  get isUnread(): boolean {
    return this.#all.isUnread;
  }

  get #all(): Read {
    this.#read ??= read(this.#code());
    return this.#read;
  }
}

interface Read {
  readonly ran: readonly Ran[];
  readonly isOpen: boolean;
  readonly isUnread: boolean;
}

/** A text, and what says how it is read. */
export interface Code {
  readonly language: string;
  readonly body: string;
  /** The CREATE FUNCTION; left out for a DO block. */
  readonly routine?: Tree;
}

/** That of a DO block, or of a function that a statement makes. */
export function codeOf(kind: string, tree: Tree): Code {
  const options = ((kind === 'DoStmt' ? tree.args : tree.options) ?? []) as Tree[];
  const named = (name: string) => options.find(({ DefElem }) => DefElem.defname === name)?.DefElem.arg;
  const body = named('as');
  return {
    language: (named('language')?.String.sval ?? (kind === 'DoStmt' ? 'plpgsql' : 'sql')).toLowerCase(),
    body: body?.String?.sval ?? body?.List.items[0].String.sval ?? '',
    ...(kind === 'DoStmt' ? {} : { routine: tree }),
  };
}

/** That of a function as the catalog tells it. */
export function codeOfRoutine({ language, body, signature }: Routine): Code {
  // Of an aggregate it says which functions it calls.
  if (language === 'internal') {
    const names = body.startsWith('aggregate of ') ? (body.match(/[\w."]+(?=\()/g) ?? []) : [];
    return { language: 'sql', body: names.map((name) => `select ${name}();`).join(' ') };
  }
  const head = signature.replace(/ returns $/, '');
  const isAtomic = language === 'sql' && /^(begin atomic|return)\b/i.test(body.trimStart());
  const made = `create function f${head} language sql ${isAtomic ? body : "as ''"}`;
  const [routine] = statementsIn(made) ?? [];
  return { language, body: isAtomic ? '' : body, ...(routine ? { routine: routine.tree } : {}) };
}

const NOTHING: Read = { ran: [], isOpen: false, isUnread: false };
const UNREAD: Read = { ...NOTHING, isUnread: true };

function read({ language, body, routine }: Code): Read {
  if (language === 'plpgsql') {
    const block = parsePlpgsql(body, routine);
    return block ? readBlock(block, routine) : UNREAD;
  }
  if (/^(c|internal)$/.test(language)) return NOTHING;
  if (language !== 'sql') return UNREAD;
  const statements = statementsIn(body);
  if (!statements) return UNREAD;
  return allOf(
    [...defaultsOf(routine), ...statements, ...atomicOf(routine)].map((one) =>
      readOne(one, true, NO_VARIABLES),
    ),
  );
}

/** The statements of a body that stands in the statement itself. */
function atomicOf(routine: Tree): readonly Statement[] {
  const parts = routine?.sql_body === undefined ? [] : [routine.sql_body];
  const flat = (part: Tree): Tree[] => (part?.List ? (part.List.items as Tree[]).flatMap(flat) : [part]);
  return parts.flatMap(flat).map(asStatement);
}

/** Nothing is known of what stands in a variable. */
const ANY_VARIABLES: Variables = { ...NO_VARIABLES, isSettled: (name) => name === '' };

function readBlock(block: PlpgsqlBlock, routine: Tree): Read {
  // Which loops are counted hangs on what variables say, and that on which loops are counted: the second look knows what the first saw.
  const parameters = parametersOf(routine);
  const other = new Map<string, string>();
  for (const [at, { name = '' }] of parameters.entries()) other.set(`$${at + 1}`, name || `$${at + 1}`);
  for (const [name, of] of block.aliases) other.set(name, other.get(of) ?? of);
  const given = parameters.flatMap(asParameter);
  const filled = (known: readonly Line[]) => new Filled([...given, ...known], other);
  const parse = parsingOnce();
  const first = linesOf(block, ANY_VARIABLES, parse);
  const lines = linesOf(block, filled(first), parse);
  const variables = filled(lines);
  const defaults = defaultsOf(routine).map((one) => readOne(one, true, NO_VARIABLES));
  return allOf([
    ...defaults,
    ...lines.map((line) => {
      if (!line.statements) return UNREAD;
      const own = line.statements.map((one) => readOne(one, line.isSure, variables));
      return allOf([...own, ...(line.isRun ? [readTexts(line, variables)] : [])]);
    }),
  ]);
}

function parametersOf(routine: Tree): readonly Tree[] {
  return ((routine?.parameters ?? []) as Tree[]).map(({ FunctionParameter }) => FunctionParameter);
}

/** What a parameter says, its caller says, or whoever wrote what it is otherwise. */
function asParameter({ name = '', defexpr }: Tree, at: number): readonly Line[] {
  const own = `$${at + 1}`;
  const line = { sql: '', isRun: false, isSure: true, isFirst: true, fills: [name || own] };
  return [{ ...line, statements: statementsIn(`select ${own}`) }].concat(
    defexpr ? { ...line, statements: [selectOf(defexpr)] } : [],
  );
}

/** What runs where a caller leaves something out. */
function defaultsOf(routine: Tree): readonly Statement[] {
  return parametersOf(routine).flatMap(({ defexpr }) => (defexpr ? [selectOf(defexpr)] : []));
}

function selectOf(val: Tree): Statement {
  return { kind: 'SelectStmt', tree: { targetList: [{ ResTarget: { val } }] } };
}

function linesOf(block: PlpgsqlBlock, variables: Variables, parse: typeof statementsIn): readonly Line[] {
  const isConstant = (sql: string) => parse(sql)?.every(({ tree }) => isSettled(tree, variables)) ?? false;
  return stepsOf(block, isConstant).map((step) => ({ ...step, statements: parse(step.sql) }));
}

/** Each text once: a block is looked at twice. */
function parsingOnce(): typeof statementsIn {
  const known = new Map<string, ReturnType<typeof statementsIn>>();
  return (sql) => {
    if (!known.has(sql)) known.set(sql, statementsIn(sql));
    return known.get(sql);
  };
}

/** Statements that are run as texts, each that they may be. */
function readTexts({ statements = [], isSure, using = [] }: Line, variables: Variables): Read {
  const handed = using.flatMap((sql) => statementsIn(sql) ?? []);
  const inText: Variables = {
    ...NO_VARIABLES,
    isSettled: (name) => !name.startsWith('$') || handed.every(({ tree }) => isSettled(tree, variables)),
  };
  return allOf(
    (columnOf(statements[0]?.tree, 0, variables) ?? []).map((one) => {
      const inside = statementsWith(one);
      const sure = isSure && !one.isElsewhere;
      if (!inside?.length && one.text.includes(HOLE))
        return { ...NOTHING, ran: [anything(sure)], isOpen: true };
      if (!inside) return UNREAD;
      const read = allOf(inside.map((statement) => readOne(statement, sure, inText)));
      return { ...read, isOpen: read.isOpen || one.isRaw };
    }),
  );
}

/** What may be a definition, and whatever else. */
function anything(isSure: boolean): Ran {
  return { kind: 'AnyStmt', tree: {}, isSure, isSettled: () => isSure, fillers: [] };
}

function readOne({ kind, tree }: Statement, isSure: boolean, variables: Variables): Read {
  if (kind === 'DoStmt') {
    const { ran, ...rest } = read(codeOf(kind, tree));
    return { ...rest, ran: ran.map((one) => ({ ...one, isSure: one.isSure && isSure })) };
  }
  const fillers = variables instanceof Filled ? variables.fillersOf(tree) : [];
  return {
    ...NOTHING,
    ran: [{ kind, tree, isSure, isSettled: (part) => isSettled(part, variables), fillers }],
  };
}

function allOf(parts: readonly Read[]): Read {
  return {
    ran: parts.flatMap(({ ran }) => ran),
    isOpen: parts.some(({ isOpen }) => isOpen),
    isUnread: parts.some(({ isUnread }) => isUnread),
  };
}
