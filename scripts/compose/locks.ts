import { qualifiedName, rangeVar } from '../sql/names.ts';
import type { ParsedStatement, Tree } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';

/** Strongest first. What is weaker than these (reading, GRANT) is not listed, nor is that of COMMENT, which stops nobody who reads or writes. */
const MODES = [
  'ACCESS EXCLUSIVE',
  'EXCLUSIVE',
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
  AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
};

/** As LOCK counts them. */
const NUMBERED: Readonly<Record<number, LockMode>> = {
  3: 'ROW EXCLUSIVE',
  4: 'SHARE UPDATE EXCLUSIVE',
  5: 'SHARE',
  6: 'SHARE ROW EXCLUSIVE',
  7: 'EXCLUSIVE',
  8: 'ACCESS EXCLUSIVE',
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
    for (const { rel } of nodesOf(tree, 'intoClause')) created.add(rangeVar(rel));
    if (kind === 'IndexStmt' && created.has(rangeVar(tree.relation)))
      created.add(rangeVar({ ...tree.relation, relname: tree.idxname }));
    for (const [table, mode] of [...locks(kind, tree), ...writes(kind, tree)]) {
      const before = held.get(table);
      if (created.has(table.replace(OF, '')) || (before && MODES.indexOf(before) <= MODES.indexOf(mode)))
        continue;
      held.set(table, mode);
    }
  }
  const rank = (mode: LockMode) => MODES.indexOf(mode);
  return new Map([...held].sort(([a, x], [b, y]) => rank(x) - rank(y) || (a < b ? -1 : 1)));
}

/** The text alone does not tell which table an index is of, or which indexes a table has. */
const TABLE_OF = 'the table of ';
const INDEXES_OF = 'every index of ';
const INDEX = 'the index ';
const OF = new RegExp(`^(${TABLE_OF}|${INDEXES_OF}|${INDEX})`);

/** Whether a line is about a table, and not about indexes of one that has a line of its own. */
export function isOfTable(name: string): boolean {
  return !name.startsWith(INDEXES_OF) && !name.startsWith(INDEX);
}

/** Rows that a statement writes, in its WITH clauses and in what it explains or prepares: each is opened as if it wrote. */
function writes(kind: string, tree: Tree): [string, LockMode][] {
  if (kind === 'CreateFunctionStmt' || kind === 'RuleStmt') return [];
  return ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']
    .flatMap((writer) => nodesOf({ [kind]: tree }, writer))
    .map(({ relation }) => [rangeVar(relation), 'ROW EXCLUSIVE']);
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
    case 'LockStmt': {
      const mode = NUMBERED[tree.mode];
      return mode ? (tree.relations as Tree[]).map(({ RangeVar }) => [rangeVar(RangeVar), mode]) : [];
    }
    case 'ReindexStmt':
      return reindexed(tree);
    case 'RuleStmt':
    case 'AlterObjectSchemaStmt':
    case 'ClusterStmt':
      return tree.relation ? [[rangeVar(tree.relation), 'ACCESS EXCLUSIVE']] : [];
    case 'RefreshMatViewStmt':
      return [[rangeVar(tree.relation), tree.concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE']];
    case 'CopyStmt':
      return tree.is_from ? [[rangeVar(tree.relation), 'ROW EXCLUSIVE']] : [];
    case 'VacuumStmt':
      return nodesOf(tree, 'VacuumRelation').map(({ relation }) => [
        rangeVar(relation),
        'SHARE UPDATE EXCLUSIVE',
      ]);
    case 'CreateStatsStmt':
      return nodesOf(tree.relations, 'RangeVar').map((one) => [rangeVar(one), 'SHARE UPDATE EXCLUSIVE']);
    case 'RenameStmt':
      // An index that is renamed stops nobody.
      return tree.relation && tree.renameType !== 'OBJECT_INDEX'
        ? [[rangeVar(tree.relation), 'ACCESS EXCLUSIVE']]
        : [];
    case 'ViewStmt':
      return tree.replace ? [[rangeVar(tree.view), 'ACCESS EXCLUSIVE']] : [];
    case 'TruncateStmt':
      return (tree.relations as Tree[]).map(({ RangeVar }) => [rangeVar(RangeVar), 'ACCESS EXCLUSIVE']);
    case 'CreateStmt':
      return [
        ...referenced(tree.tableElts ?? []),
        ...nodesOf(tree.inhRelations, 'RangeVar').map((parent): [string, LockMode] => [
          rangeVar(parent),
          tree.partbound ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE',
        ]),
      ];
    case 'AlterTableStmt':
      return alterations(tree);
    case 'DropStmt':
      return dropped(tree);
    default:
      return [];
  }
}

function reindexed({ kind, relation }: Tree): [string, LockMode][] {
  if (kind === 'REINDEX_OBJECT_INDEX')
    return [
      [INDEX + rangeVar(relation), 'ACCESS EXCLUSIVE'],
      [TABLE_OF + rangeVar(relation), 'SHARE'],
    ];
  // Of a schema or more, it runs in no transaction.
  if (kind !== 'REINDEX_OBJECT_TABLE') return [];
  return [
    [INDEXES_OF + rangeVar(relation), 'ACCESS EXCLUSIVE'],
    [rangeVar(relation), 'SHARE'],
  ];
}

function alterations(tree: Tree): [string, LockMode][] {
  if (tree.objtype === 'OBJECT_INDEX') return [];
  const table = rangeVar(tree.relation);
  return (tree.cmds as Tree[]).flatMap(({ AlterTableCmd: { subtype, def } }): [string, LockMode][] => {
    const foreign = referenced(def ? [def] : []);
    if (foreign.length > 0 && subtype === 'AT_AddConstraint')
      return [[table, 'SHARE ROW EXCLUSIVE'], ...foreign];
    return [
      [table, WEAKER_ALTERATIONS[subtype] ?? 'ACCESS EXCLUSIVE'],
      ...foreign,
      ...relatives(subtype, def),
    ];
  });
}

/** The other side of a partition, or of what a table inherits. */
function relatives(subtype: string, def: Tree): [string, LockMode][] {
  if (subtype === 'AT_AddInherit') return [[rangeVar(def.RangeVar), 'SHARE UPDATE EXCLUSIVE']];
  return def?.PartitionCmd ? [[rangeVar(def.PartitionCmd.name), 'ACCESS EXCLUSIVE']] : [];
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
  if (!isOnTable && !/^OBJECT_(TABLE|VIEW|MATVIEW|INDEX)$/.test(removeType)) return [];
  const of = removeType === 'OBJECT_INDEX' ? TABLE_OF : '';
  return (objects as Tree[]).map(({ List }) => {
    const parts = List.items as Tree[];
    return [of + qualifiedName(isOnTable ? parts.slice(0, -1) : parts), 'ACCESS EXCLUSIVE'];
  });
}
