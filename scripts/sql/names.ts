import { spellIdentifier } from '../postgres/quote.ts';
import type { ParsedStatement, Tree } from './parse.ts';

/** Names of objects in the parse tree, spelt as the keys of a catalog snapshot spell them: whatever their author liked, in quotes where needed. */

/** What a statement is about, seen from the object it belongs to. */
type Part = 'definition' | 'comment' | 'owner' | 'grants' | 'state';

export interface Subject {
  /** A catalog key: `function authz.holds(text[], text[])`, `policy tenant_fence on public.patients`. */
  readonly key: string;
  readonly part: Part;
  /** `public.patients`: where the object stands, or the function's own schema and name. */
  readonly on: string;
}

/** The names under which format_type() prints the built-in types that have SQL-standard spellings. */
const SPELLING: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bpchar: 'character',
  char: '"char"',
  float4: 'real',
  float8: 'double precision',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
  varbit: 'bit varying',
  varchar: 'character varying',
};

/**
 * Tells which object of ours a statement is about.
 *
 * @returns undefined for a statement that is about nothing that sources hold.
 */
export function subjectOf({ kind, tree }: Pick<ParsedStatement, 'kind' | 'tree'>): Subject | undefined {
  switch (kind) {
    case 'CreateFunctionStmt': {
      const inputs = (tree.parameters ?? []).filter(
        (parameter: Tree) => !OUTPUT.has(parameter.FunctionParameter.mode),
      );
      const types = inputs.map((parameter: Tree) => typeName(parameter.FunctionParameter.argType));
      return functionSubject(tree.is_procedure, tree.funcname, types, 'definition');
    }
    case 'CreateTrigStmt':
      return onTable('trigger', tree.trigname, rangeVar(tree.relation), 'definition');
    case 'CreatePolicyStmt':
      return onTable('policy', tree.policy_name, rangeVar(tree.table), 'definition');
    case 'AlterTableStmt': {
      const [{ AlterTableCmd: change }] = tree.cmds as [Tree];
      if (tree.cmds.length > 1 || !TRIGGER_STATES.has(change.subtype)) return undefined;
      return onTable('trigger', change.name, rangeVar(tree.relation), 'state');
    }
    case 'CommentStmt':
      return commentSubject(tree);
    case 'AlterOwnerStmt':
      return ROUTINES.has(tree.objectType)
        ? routineSubject(tree.objectType, tree.object.ObjectWithArgs, 'owner')
        : undefined;
    case 'GrantStmt': {
      if (tree.objects?.length !== 1 || tree.targtype !== 'ACL_TARGET_OBJECT') return undefined;
      const [object] = tree.objects as [Tree];
      if (ROUTINES.has(tree.objtype)) return routineSubject(tree.objtype, object.ObjectWithArgs, 'grants');
      if (tree.objtype !== 'OBJECT_TABLE') return undefined;
      const table = rangeVar(object.RangeVar);
      return { key: `grants on ${table}`, part: 'grants', on: table };
    }
    default:
      return undefined;
  }
}

/** `public.patients`, `public."My Table"`; a name without a schema comes back without one. */
export function rangeVar({ schemaname, relname }: Tree): string {
  return schemaname ? `${spellIdentifier(schemaname)}.${spellIdentifier(relname)}` : spellIdentifier(relname);
}

/** `PUBLIC`, or the quoted name of a role; `current_user` and its like by their keyword. */
export function roleName({ roletype, rolename }: Tree): string {
  if (roletype === 'ROLESPEC_PUBLIC') return 'PUBLIC';
  return roletype === 'ROLESPEC_CSTRING'
    ? spellIdentifier(rolename)
    : roletype.replace('ROLESPEC_', '').toLowerCase();
}

/** `authz.holds`, from the tree's list of name parts. */
export function qualifiedName(parts: Tree): string {
  return (parts as Tree[]).map((part) => spellIdentifier(part.String.sval)).join('.');
}

/** `authz.holds(text[], text[])`, or undefined where the arguments are left out (`drop function authz.holds`). */
export function signature({ objname, objargs, args_unspecified }: Tree): string {
  const types = ((objargs ?? []) as Tree[]).map((type) => typeName(type.TypeName));
  return args_unspecified ? qualifiedName(objname) : `${qualifiedName(objname)}(${types.join(', ')})`;
}

/** Whether a CREATE FUNCTION says SECURITY DEFINER. */
export function isDefiner(tree: Tree): boolean {
  const options = (tree.options ?? []) as Tree[];
  return options.some(
    ({ DefElem }) => DefElem.defname === 'security' && DefElem.arg?.Boolean?.boolval === true,
  );
}

/** Whether a CREATE VIEW says `security_invoker`, so that its reader's own rules hold. */
export function isInvokerView(tree: Tree): boolean {
  const options = (tree.options ?? []) as Tree[];
  return options.some(({ DefElem: { defname, arg } }) => {
    const value = String(arg?.String?.sval ?? arg?.Integer?.ival ?? 'true');
    return defname === 'security_invoker' && /^(true|on|1|yes)$/i.test(value);
  });
}

/** Whether a CREATE FUNCTION says `set search_path = pg_catalog, pg_temp`. */
export function hasPinnedPath(tree: Tree): boolean {
  const options = (tree.options ?? []) as Tree[];
  return options.some(({ DefElem }) => {
    const { name, args = [] } = (DefElem.defname === 'set' && DefElem.arg?.VariableSetStmt) || {};
    const path = (args as Tree[]).map((arg) => arg.A_Const?.sval?.sval).join();
    return name === 'search_path' && path === 'pg_catalog,pg_temp';
  });
}

const OUTPUT = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);
const ROUTINES = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE']);
const TRIGGER_STATES = new Set([
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_DisableTrig',
]);

function typeName({ names, arrayBounds }: Tree): string {
  const parts = (names as Tree[]).map((part): string => part.String.sval);
  const builtIn = parts.length === 1 || parts[0] === 'pg_catalog' ? (parts.at(-1) ?? '') : undefined;
  const spelt = builtIn === undefined ? parts.map(spellIdentifier).join('.') : (SPELLING[builtIn] ?? builtIn);
  return `${spelt}${arrayBounds ? '[]' : ''}`;
}

function functionSubject(isProcedure: boolean | undefined, name: Tree, types: string[], part: Part): Subject {
  const on = qualifiedName(name);
  return { key: `${isProcedure ? 'procedure' : 'function'} ${on}(${types.join(', ')})`, part, on };
}

function routineSubject(type: string, object: Tree, part: Part): Subject {
  const kind = type === 'OBJECT_PROCEDURE' ? 'procedure' : 'function';
  return { key: `${kind} ${signature(object)}`, part, on: qualifiedName(object.objname) };
}

function onTable(kind: string, name: string, table: string, part: Part): Subject {
  return { key: `${kind} ${spellIdentifier(name)} on ${table}`, part, on: table };
}

function commentSubject({ objtype, object }: Tree): Subject | undefined {
  if (ROUTINES.has(objtype)) return routineSubject(objtype, object.ObjectWithArgs, 'comment');
  if (objtype !== 'OBJECT_TRIGGER' && objtype !== 'OBJECT_POLICY') return undefined;
  const parts = object.List.items as Tree[];
  const kind = objtype === 'OBJECT_TRIGGER' ? 'trigger' : 'policy';
  return onTable(kind, parts.at(-1).String.sval, qualifiedName(parts.slice(0, -1)), 'comment');
}
