import { qualifiedName, rangeVar } from '../sql/names.ts';
import type { ParsedStatement, Tree } from '../sql/parse.ts';

/** Strongest first. What is weaker than these (reading, GRANT) is not listed. */
const MODES = [
  'ACCESS EXCLUSIVE',
  'SHARE ROW EXCLUSIVE',
  'SHARE',
  'SHARE UPDATE EXCLUSIVE',
  'ROW EXCLUSIVE',
] as const;
export type LockMode = (typeof MODES)[number];

const WEAKER_ALTERATIONS: Readonly<Record<string, LockMode>> = {
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
};

/**
 * Which existing tables a migration locks, and how strongly, until it commits. Tables that it creates itself are nobody's yet.
 *
 * @returns table → its strongest lock, in the order of the modes and then by name.
 */
export function locksOf(statements: readonly ParsedStatement[]): Map<string, LockMode> {
  const created = new Set<string>();
  const held = new Map<string, LockMode>();
  for (const { kind, tree } of statements) {
    if (kind === 'CreateStmt') created.add(rangeVar(tree.relation));
    if (kind === 'CreateTableAsStmt') created.add(rangeVar(tree.into.rel));
    if (kind === 'ViewStmt' && !tree.replace) created.add(rangeVar(tree.view));
    for (const [table, mode] of locks(kind, tree)) {
      const before = held.get(table);
      if (created.has(table) || (before && MODES.indexOf(before) <= MODES.indexOf(mode))) continue;
      held.set(table, mode);
    }
  }
  const rank = (mode: LockMode) => MODES.indexOf(mode);
  return new Map([...held].sort(([a, x], [b, y]) => rank(x) - rank(y) || (a < b ? -1 : 1)));
}

function locks(kind: string, tree: Tree): [string, LockMode][] {
  switch (kind) {
    case 'CreatePolicyStmt':
    case 'AlterPolicyStmt':
      return [[rangeVar(tree.table), 'ACCESS EXCLUSIVE']];
    case 'CreateTrigStmt':
      return [[rangeVar(tree.relation), 'SHARE ROW EXCLUSIVE']];
    case 'IndexStmt':
      return tree.concurrent ? [] : [[rangeVar(tree.relation), 'SHARE']];
    case 'RenameStmt':
      return tree.relation ? [[rangeVar(tree.relation), 'ACCESS EXCLUSIVE']] : [];
    case 'ViewStmt':
      return tree.replace ? [[rangeVar(tree.view), 'ACCESS EXCLUSIVE']] : [];
    case 'TruncateStmt':
      return (tree.relations as Tree[]).map(({ RangeVar }) => [rangeVar(RangeVar), 'ACCESS EXCLUSIVE']);
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return [[rangeVar(tree.relation), 'ROW EXCLUSIVE']];
    case 'CreateStmt':
      return referenced(tree.tableElts ?? []);
    case 'AlterTableStmt':
      return alterations(tree);
    case 'DropStmt':
      return dropped(tree);
    default:
      return [];
  }
}

function alterations(tree: Tree): [string, LockMode][] {
  const table = rangeVar(tree.relation);
  return (tree.cmds as Tree[]).flatMap(({ AlterTableCmd: { subtype, def } }): [string, LockMode][] => {
    const foreign = referenced(def ? [def] : []);
    if (foreign.length > 0 && subtype === 'AT_AddConstraint')
      return [[table, 'SHARE ROW EXCLUSIVE'], ...foreign];
    return [[table, WEAKER_ALTERATIONS[subtype] ?? 'ACCESS EXCLUSIVE'], ...foreign];
  });
}

/** A new foreign key puts its triggers on the other table too. */
function referenced(elements: Tree[]): [string, LockMode][] {
  const constraints = elements.flatMap((element) => [
    element,
    ...((element.ColumnDef?.constraints ?? []) as Tree[]),
  ]);
  return constraints.flatMap(({ Constraint }): [string, LockMode][] =>
    Constraint?.pktable ? [[rangeVar(Constraint.pktable), 'SHARE ROW EXCLUSIVE']] : [],
  );
}

function dropped({ removeType, objects }: Tree): [string, LockMode][] {
  const isOnTable =
    removeType === 'OBJECT_POLICY' || removeType === 'OBJECT_TRIGGER' || removeType === 'OBJECT_RULE';
  if (!isOnTable && !/^OBJECT_(TABLE|VIEW|MATVIEW)$/.test(removeType)) return [];
  return (objects as Tree[]).map(({ List }) => {
    const parts = List.items as Tree[];
    return [qualifiedName(isOnTable ? parts.slice(0, -1) : parts), 'ACCESS EXCLUSIVE'];
  });
}
