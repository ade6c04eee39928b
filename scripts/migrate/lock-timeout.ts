import { finding } from '../console/errors.ts';
import { writtenBy } from '../review/programs/written.ts';
import type { ParsedStatement, Tree } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';
import { TIMEOUT } from './rules.ts';

/**
 * Refuses what lifts the lock timeout, however it is spelt: in a statement, in a block, in a function that the file makes and calls. Another timeout is
 * fine. What a function does that an earlier migration made, its review told.
 *
 * @throws CommandError (1) naming file and line.
 */
export function refuseEndlessLocks(statements: readonly ParsedStatement[], path: string, up: string): void {
  // To read what blocks run takes a while: only where a text can speak of settings at all.
  const written =
    MAY_SET.test(up) && mayRunTexts(statements) ? writtenBy(statements, { routines: [], relations: [] }) : [];
  const isLifted = ({ kind, tree }: Pick<ParsedStatement, 'kind' | 'tree'>) => liftsTimeout(kind, tree);
  const at = statements.findIndex(
    (statement, index) =>
      isLifted(statement) || written[index]?.programs.some(({ ran }) => ran.some(isLifted)),
  );
  const endless = statements[at];
  if (!endless) return;
  const lifting = [endless, ...(written[at]?.programs ?? []).flatMap(({ ran }) => ran)].filter(isLifted);
  if (lifting.every(({ kind, tree }) => isOnlyUnnamed(kind, tree))) throw unnamed(path, endless.line);
  throw finding({
    problem: `${path}:${endless.line} lifts the lock timeout${isLifted(endless) ? `: ${endless.sql}` : ' in what it runs'}`,
    expected: "a timeout until the end of the migration, written `set local lock_timeout = '30s';`",
    remedy: 'write the one that is needed; nothing was applied',
  });
}

/** What is known is that it sets something: it may well be another setting. */
function unnamed(path: string, line: number): Error {
  return finding({
    problem: `${path}:${line} calls set_config with a name that only shows when it runs: it may lift the lock timeout`,
    expected: `the name of the setting as a text that stands there: set_config('app.purpose', …, true)`,
    remedy:
      'write the name out, with a call of its own for each setting, or `set local <name> = …`; nothing was applied',
  });
}

/** A setting, or a text that is put together and run: EXECUTE, but neither the privilege nor the word of a trigger. */
const MAY_SET =
  /set_config|pg_settings|\breset\s+all\b|lock_timeout[\s\S]*lock_timeout|\bexecute\b(?!\s+on\b|\s+(function|procedure)\s+[\w"]+[.(])/i;

/** Where a name of a function stands for later. */
const FOR_LATER =
  /^(CreateFunction|AlterFunction|AlterOwner|CreateTrig|CreatePolicy|AlterPolicy|Rule|Grant|Comment)Stmt$/;

/** Whether blocks run, or functions that the migration brings: by name, or as triggers of what it writes. */
function mayRunTexts(statements: readonly ParsedStatement[]): boolean {
  const made = statements.filter(({ kind }) => kind === 'CreateFunctionStmt');
  const own = new Set(made.map(({ tree }) => (tree.funcname as Tree[]).at(-1).String.sval as string));
  const fired = statements
    .filter(({ kind, tree }) => kind === 'CreateTrigStmt' && own.has(tree.funcname.at(-1).String.sval))
    .map(({ tree }) => tree.relation.relname as string);
  return statements.some(({ kind, tree }) => {
    if (kind === 'DoStmt') return true;
    if (FOR_LATER.test(kind)) return false;
    const words = nodesOf({ [kind]: tree }, 'String').map(({ sval }) => sval as string);
    const tables = [...nodesOf(tree, 'relation'), ...nodesOf(tree, 'RangeVar')].map(({ relname }) => relname);
    return (
      words.some((word) => own.has(word)) || (ROWS.test(kind) && tables.some((one) => fired.includes(one)))
    );
  });
}

/** Statements that can fire a trigger, by what they write or by what WITH does in them. */
const ROWS = /^(Select|Insert|Update|Delete|Merge|Truncate|Copy|Explain|CreateTableAs)Stmt$/;

function liftsTimeout(kind: string, tree: Tree): boolean {
  const all = { [kind]: tree };
  // What a function sets holds while it runs.
  const isDefinition = /^(Create|Alter)FunctionStmt$/.test(kind);
  if (nodesOf(all, 'VariableSetStmt').some((one) => endsTimeout(one, isDefinition))) return true;
  if (isDefinition) return false;
  return setsSurely(all) || nodesOf(all, 'FuncCall').some((call) => settingOf(call) === UNNAMED);
}

/** Whether of what it sets there is only a name that nobody knows beforehand. */
function isOnlyUnnamed(kind: string, tree: Tree): boolean {
  const all = { [kind]: tree };
  return nodesOf(all, 'VariableSetStmt').every((one) => !endsTimeout(one, false)) && !setsSurely(all);
}

function setsSurely(all: Tree): boolean {
  return (
    nodesOf(all, 'FuncCall').some((call) => settingOf(call) === 'lock_timeout') ||
    nodesOf(all, 'UpdateStmt').some(({ relation }) => relation.relname === 'pg_settings')
  );
}

function endsTimeout({ kind, name, args, is_local }: Tree, isOfFunction: boolean): boolean {
  // Of a function, either gives back what it had set for itself.
  if (isOfFunction && kind !== 'VAR_SET_VALUE') return false;
  if (kind === 'VAR_RESET_ALL') return true;
  if (String(name).toLowerCase() !== 'lock_timeout') return false;
  return !(is_local || isOfFunction) || !TIMEOUT.test(args?.[0]?.A_Const?.sval?.sval ?? '');
}

/** No setting is called so. */
const UNNAMED = '';

/** What `set_config` sets; undefined for every other function. */
function settingOf({ funcname, args = [] }: Tree): string | undefined {
  if ((funcname as Tree[]).at(-1).String.sval !== 'set_config') return undefined;
  const named = (args as Tree[]).find(({ NamedArgExpr: one }) => one?.name === 'setting_name');
  let first = named ? named.NamedArgExpr.arg : args[0];
  while (first?.TypeCast) first = first.TypeCast.arg;
  return first?.A_Const?.sval?.sval?.toLowerCase() ?? UNNAMED;
}
