import { qualifiedName, rangeVar } from '../../sql/names.ts';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Program, Ran } from '../programs/program.ts';
import { HOLE } from '../programs/texts.ts';
import { isOneOf, type Written } from '../programs/written.ts';
import type { Reach } from '../reach/reach.ts';
import { bare, readFrom } from './deciding-tables.ts';
import type { OtherNames } from './other-names.ts';

/** For a session that replays as a replica no ordinary trigger fires. */
const REPLICA = 'session_replication_role';
const EVERY = '*';
/** What event triggers stand on. */
export const THE_DATABASE = 'the database';

/**
 * Relations that a migration writes while triggers on them sleep, are gone or do something else, or what these ask does: what they refuse,
 * stamp and record is not refused, stamped or recorded. Switched on again, no catalog shows it. {@link THE_DATABASE} where it is those of events.
 *
 * @returns as the migration names them.
 */
export function writtenAsleep(
  statements: readonly ParsedStatement[],
  found: readonly Written[],
  before: Reach,
  others: OtherNames,
): readonly string[] {
  const asleep = new Map<string, Set<string>>();
  const told = new Set<string>();
  const asking = tablesAsking(before);
  const replaced = functionsForAWhile(statements, asking);
  if (replaced.some(({ tables }) => tables.includes(THE_DATABASE))) told.add(THE_DATABASE);
  for (const [at, { kind, tree }] of statements.entries()) {
    const { names, programs } = found[at] as Written;
    const inBlocks = programs.flatMap(({ ran }) => ran).flatMap((one) => putToSleepIn(one, asking));
    if (inBlocks.some(([table]) => table === THE_DATABASE)) told.add(THE_DATABASE);
    for (const [table, trigger] of [...putToSleep(kind, tree), ...inBlocks])
      asleep.set(table, (asleep.get(table) ?? new Set()).add(trigger));
    const here = [
      ...asleep.keys(),
      ...replaced.flatMap(({ from, to, tables }) => (from < at && at < to ? tables : [])),
    ];
    const sleeping = here.flatMap(others);
    for (const name of names) {
      if (here.includes(EVERY) || others(name).some((one) => isOneOf(sleeping, one))) told.add(name);
    }
    const [block] = kind === 'DoStmt' ? programs : [];
    for (const [table, trigger] of block ? wokenBy(block) : woken(kind, tree)) {
      const sleepers = asleep.get(table);
      // Nothing is written to it; whatever is defined, it watches.
      if (table === THE_DATABASE && sleepers) told.add(table);
      if (trigger === EVERY) asleep.delete(table);
      else if (sleepers?.delete(trigger) && sleepers.size === 0) asleep.delete(table);
    }
  }
  return [...told];
}

type Trigger = readonly [table: string, trigger: string];

function putToSleep(kind: string, tree: Tree): readonly Trigger[] {
  if (kind === 'DropStmt' && tree.removeType === 'OBJECT_TRIGGER') {
    return (tree.objects as Tree[]).map(({ List: { items } }) => [
      qualifiedName(items.slice(0, -1)),
      items.at(-1).String.sval,
    ]);
  }
  if (kind === 'DropStmt' && tree.removeType === 'OBJECT_EVENT_TRIGGER')
    return (tree.objects as Tree[]).map(({ String: { sval } }) => [THE_DATABASE, sval]);
  if (kind === 'AlterEventTrigStmt' && /^[DR]$/.test(tree.tgenabled)) return [[THE_DATABASE, tree.trigname]];
  const isSet = kind === 'VariableSetStmt' && tree.name === REPLICA && !isOrigin(tree);
  if (isSet || (nodesOf(tree, 'FuncCall').length > 0 && JSON.stringify(tree).includes(REPLICA)))
    return [[EVERY, EVERY]];
  return changesOf(kind, tree, /^AT_(DisableTrig(All|User)?|EnableReplicaTrig)$/);
}

function isOrigin({ kind, args }: Tree): boolean {
  return kind !== 'VAR_SET_VALUE' || args?.[0]?.A_Const?.sval?.sval === 'origin';
}

function woken(kind: string, tree: Tree): readonly Trigger[] {
  if (kind === 'CreateTrigStmt') return [[rangeVar(tree.relation), tree.trigname]];
  if (kind === 'CreateEventTrigStmt' || kind === 'AlterEventTrigStmt') return [[THE_DATABASE, tree.trigname]];
  if (kind === 'VariableSetStmt' && tree.name === REPLICA && isOrigin(tree)) return [[EVERY, EVERY]];
  return changesOf(kind, tree, /^AT_Enable(Always)?Trig(All|User)?$/);
}

function changesOf(kind: string, tree: Tree, subtypes: RegExp): readonly Trigger[] {
  if (kind !== 'AlterTableStmt') return [];
  return (tree.cmds as Tree[])
    .filter(({ AlterTableCmd: { subtype } }) => subtypes.test(subtype))
    .map(({ AlterTableCmd: { name = EVERY } }) => [rangeVar(tree.relation), name]);
}

/** What a block leaves awake: whatever it puts to sleep behind that sleeps on, and what it wakes only somewhere may. */
function wokenBy({ ran }: Program): readonly Trigger[] {
  const last = new Map<string, number>();
  for (const [at, { kind, tree }] of ran.entries())
    for (const [table] of putToSleep(kind, tree)) last.set(table, at);
  return ran.flatMap(({ kind, tree, isSure }, at) =>
    isSure ? woken(kind, tree).filter(([table]) => at > (last.get(table) ?? -1)) : [],
  );
}

/** In a block also functions that are made otherwise: for how long, nobody follows. */
function putToSleepIn({ kind, tree }: Ran, asking: TablesAsking): readonly Trigger[] {
  return [
    ...functionsIn(kind, tree).flatMap((name) => asking(name).map((table): Trigger => [table, EVERY])),
    ...putToSleep(kind, tree).map(
      ([table, trigger]): Trigger => [table.includes(HOLE) ? EVERY : table, trigger],
    ),
  ];
}

/** Of a function: the tables of which a trigger calls it, by whatever way. */
type TablesAsking = (name: string) => readonly string[];

/** Read when it is asked: few migrations need it. */
function tablesAsking(before: Reach): TablesAsking {
  let known: Map<string, string[]> | undefined;
  const read = () => {
    const tablesOf = new Map<string, string[]>();
    for (const { on, definition } of before.triggers) {
      // That of an event trigger ends with its function.
      const called = bare(
        / (?:EXECUTE (?:FUNCTION|PROCEDURE) )?([^ (]+)\([^(]*\)$/.exec(definition)?.[1] ?? '',
      );
      tablesOf.set(called, [...(tablesOf.get(called) ?? []), on]);
    }
    const found = new Map<string, string[]>();
    for (const [called, tables] of tablesOf) {
      for (const name of readFrom(before, [called])) found.set(name, [...(found.get(name) ?? []), ...tables]);
    }
    return found;
  };
  return (name) => {
    known ??= read();
    return [...new Set(known.get(name))];
  };
}

/** Functions that are made, dropped or called otherwise more than once: from the first to the last, whatever asks them asks something else. */
function functionsForAWhile(statements: readonly ParsedStatement[], asking: TablesAsking) {
  const places = new Map<string, number[]>();
  for (const [at, { kind, tree }] of statements.entries()) {
    for (const name of new Set(functionsIn(kind, tree))) places.set(name, [...(places.get(name) ?? []), at]);
  }
  return [...places].flatMap(([name, [from = 0, ...later]]) => {
    const to = later.at(-1);
    return to === undefined ? [] : [{ from, to, tables: asking(name) }];
  });
}

const ROUTINES = /^OBJECT_(FUNCTION|PROCEDURE|ROUTINE)$/;

function functionsIn(kind: string, tree: Tree): readonly string[] {
  if (kind === 'CreateFunctionStmt') return [qualifiedName(tree.funcname)];
  if (kind === 'AlterFunctionStmt') return [qualifiedName(tree.func.objname)];
  if (kind === 'DropStmt' && ROUTINES.test(tree.removeType))
    return (tree.objects as Tree[]).map(({ ObjectWithArgs: { objname } }) => qualifiedName(objname));
  const isMoved = kind === 'AlterObjectSchemaStmt' && ROUTINES.test(tree.objectType);
  if (!isMoved && !(kind === 'RenameStmt' && ROUTINES.test(tree.renameType))) return [];
  const parts = (tree.object.ObjectWithArgs.objname as Tree[]).map(({ String: { sval } }) => sval as string);
  const other = isMoved ? [tree.newschema, parts.at(-1)] : [...parts.slice(0, -1), tree.newname];
  return [parts.join('.'), other.join('.')];
}
