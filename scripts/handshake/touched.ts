import { describeObject, objectPolicy } from '../compose/access-words.ts';
import { rangeVar, signature, subjectOf } from '../sql/names.ts';
import type { ParsedStatement, Tree } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';

/** The realm of operations: whatever names it is theirs. */
export const ROLE = 'internal_ops';

const UNREADABLE = 'a DO block, whose statements nobody can read off';
const CALLED = 'a function that the migration brings and calls, whose statements nobody can read off';
const AT_ONCE = 'whatever stands in a schema, or belongs to a role, at once';
const THEIRS = `the role ${ROLE}`;
const CASCADED = 'whatever hangs on what the migration drops or empties, by CASCADE';
/** What is put together while it runs, in a function that an earlier migration brings. */
export const PUT_TOGETHER = 'a function that runs statements which nobody can read off';
/** What they have answered, and whether anybody has to wait for it. Operations only read the first, by a function. */
const ABOUT_THE_HANDSHAKE: readonly string[] = ['governance.schema_changes', 'authz.deployment_settings'];

/** What operations are asked about whether they hold anything on it or not. */
export const ALWAYS_THEIRS: ReadonlySet<string> = new Set([
  ...[UNREADABLE, CALLED, AT_ONCE, CASCADED, PUT_TOGETHER, THEIRS],
  ...ABOUT_THE_HANDSHAKE,
]);

/** Everything that the statements of a migration touch, by the words of a catalog: `public.cases`, `function public.f(uuid)`. */
export function touchedBy(statements: readonly ParsedStatement[]): readonly string[] {
  return [...statements.flatMap(touchedByOne), ...(callsItsOwn(statements) ? [CALLED] : [])];
}

function touchedByOne({ kind, tree }: ParsedStatement): readonly string[] {
  const isTheirs = [
    ...(namesThem(kind, tree) ? [THEIRS] : []),
    ...(takesAlong(kind, tree) ? [CASCADED] : []),
  ];
  const written = writtenIn({ [kind]: tree });
  // A function, view or table by whatever statement: renamed, moved, altered.
  const object = tree.object?.ObjectWithArgs ?? tree.func;
  const named = [
    ...(object ? [`function ${signature(object)}`] : []),
    ...(kind !== 'CommentStmt' && tree.relation?.relname ? [rangeVar(tree.relation)] : []),
  ];
  switch (kind) {
    case 'DoStmt':
      return [UNREADABLE];
    case 'GrantStmt':
      return [
        ...isTheirs,
        ...(tree.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? [AT_ONCE] : []),
        ...((tree.objects ?? []) as Tree[]).map((one) => describeObject(tree, one)),
      ];
    case 'ReassignOwnedStmt':
    case 'DropOwnedStmt':
      return [...isTheirs, AT_ONCE];
    case 'DropStmt':
      return [...isTheirs, ...dropped(tree)];
    case 'RenameStmt':
      // Until it has its old name again, whatever stands in it has another one.
      return [...isTheirs, ...named, ...(tree.renameType === 'OBJECT_SCHEMA' ? [AT_ONCE] : [])];
    case 'CreateFunctionStmt':
      return [...isTheirs, subjectOf({ kind, tree })?.key ?? ''];
    case 'CommentStmt':
      return isTheirs;
    default:
      return [...isTheirs, ...named, ...written];
  }
}

function dropped(tree: Tree): readonly string[] {
  const objects = tree.objects as Tree[];
  if (tree.removeType === 'OBJECT_POLICY')
    return objects.map((object) => objectPolicy(object).replace(/^.* on /, ''));
  return [
    ...objects.map((object) =>
      describeObject({ objtype: tree.removeType }, object).replace(
        /^(table|view|matview|foreign_table) /,
        '',
      ),
    ),
    ...(tree.removeType === 'OBJECT_SCHEMA' && tree.behavior === 'DROP_CASCADE' ? [AT_ONCE] : []),
  ];
}

/** As who is granted something, as the role that is granted, as one that is renamed, or as whom the migration goes on. */
function namesThem(kind: string, tree: Tree): boolean {
  const text = JSON.stringify(tree);
  if (['rolename', 'priv_name'].some((field) => text.includes(`"${field}":"${ROLE}"`))) return true;
  if (kind === 'RenameStmt')
    return tree.renameType === 'OBJECT_ROLE' && [tree.subname, tree.newname].includes(ROLE);
  const goesOnAs = kind === 'VariableSetStmt' || nodesOf({ [kind]: tree }, 'FuncCall').some(setsRole);
  return goesOnAs && text.includes(`"sval":"${ROLE}"`);
}

/** `set_config('role', …)`: SET ROLE by another name. */
function setsRole({ funcname, args = [] }: Tree): boolean {
  const [name] = (args as Tree[]).map(({ A_Const }) => A_Const?.sval?.sval);
  return (
    (funcname as Tree[]).at(-1).String.sval === 'set_config' && /^(role|session_authorization)$/i.test(name)
  );
}

/** Whether what depends on something goes with it: columns with their domain, rows with those that they refer to. */
function takesAlong(kind: string, tree: Tree): boolean {
  if (kind === 'AlterTableStmt')
    return (tree.cmds as Tree[]).some(({ AlterTableCmd }) => AlterTableCmd.behavior === 'DROP_CASCADE');
  return /^(Drop|Truncate)Stmt$/.test(kind) && tree.behavior === 'DROP_CASCADE';
}

/** What a migration makes, or gives operations: `public.rooms`, `function public.f(uuid)`. */
export function broughtBy(statements: readonly ParsedStatement[]): readonly string[] {
  return statements.flatMap(({ kind, tree }) => {
    switch (kind) {
      case 'CreateFunctionStmt':
        return [subjectOf({ kind, tree })?.key ?? ''];
      case 'CreateStmt':
        return [rangeVar(tree.relation)];
      case 'CreateTableAsStmt':
        return [rangeVar(tree.into.rel)];
      case 'ViewStmt':
        return [rangeVar(tree.view)];
      case 'CreatePolicyStmt':
        return namesThem(kind, tree) ? [rangeVar(tree.table)] : [];
      case 'GrantStmt':
        return namesThem(kind, tree) && tree.targtype === 'ACL_TARGET_OBJECT'
          ? (tree.objects as Tree[]).map((one) => describeObject(tree, one)).filter(isHeldSo)
          : [];
      default:
        return [];
    }
  });
}

/** Everybody names a schema or a type. */
const isHeldSo = (object: string) => !/^(schema|type|domain|language|database) /.test(object);

/** Tables that it writes, in WITH clauses too. */
function writtenIn(tree: Tree): readonly string[] {
  return ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']
    .flatMap((kind) => nodesOf(tree, kind))
    .map(({ relation }) => rangeVar(relation));
}

/** What stands for later runs nothing while the migration does. */
const FOR_LATER =
  /^(CreateFunctionStmt|CreatePolicyStmt|AlterPolicyStmt|CreateStmt|ViewStmt|RuleStmt|CommentStmt|GrantStmt|DropStmt|Alter(Function|Owner)Stmt)$/;

/** Whether it calls a function that it brings: by name, behind an operator or a cast, or by a trigger on what it writes. */
function callsItsOwn(statements: readonly ParsedStatement[]): boolean {
  const bareName = (parts: Tree): string => parts.at(-1).String.sval;
  const own = new Set(
    statements.filter(({ kind }) => kind === 'CreateFunctionStmt').map(({ tree }) => bareName(tree.funcname)),
  );
  if (own.size === 0) return false;
  const written = new Set(statements.flatMap(({ kind, tree }) => writtenIn({ [kind]: tree })));
  return statements.some(({ kind, tree }) => {
    if (kind === 'CreateTrigStmt')
      return own.has(bareName(tree.funcname)) && written.has(rangeVar(tree.relation));
    if (FOR_LATER.test(kind)) return false;
    const named = [
      ...[...nodesOf(tree, 'FuncCall'), ...(tree.funccall ? [tree.funccall] : [])].map(
        ({ funcname }) => funcname,
      ),
      ...(kind === 'CreateCastStmt' && tree.func ? [tree.func.objname] : []),
      ...(kind === 'CreateEventTrigStmt' ? [tree.funcname] : []),
      ...(kind === 'DefineStmt' ? nodesOf(tree.definition, 'TypeName').map(({ names }) => names) : []),
    ];
    return named.some((name) => own.has(bareName(name)));
  });
}
