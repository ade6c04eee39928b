import { qualifiedName, rangeVar } from '../../sql/names.ts';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Reach } from '../reach/reach.ts';
import type { OtherNames } from './other-names.ts';
import { isOneOf, type Written } from './written.ts';

/** For a session that replays as a replica no ordinary trigger fires. */
const REPLICA = 'session_replication_role';
const EVERY = '*';

/**
 * Relations that a migration writes while triggers on them sleep, are gone or do something else: what they refuse, stamp and record is not
 * refused, stamped or recorded. Switched on again, no catalog shows it.
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
  const rewritten = guardsRewritten(statements, before);
  for (const [at, { kind, tree }] of statements.entries()) {
    const { names, programs } = found[at] as Written;
    const texts = programs.map(({ words }) => words);
    for (const [table, trigger] of [...putToSleep(kind, tree), ...texts.flatMap(putToSleepIn)])
      asleep.set(table, (asleep.get(table) ?? new Set()).add(trigger));
    const here = [
      ...asleep.keys(),
      ...rewritten.flatMap(({ from, to, tables }) => (from < at && at < to ? tables : [])),
    ];
    const sleeping = here.flatMap(others);
    for (const name of names) {
      if (here.includes(EVERY) || others(name).some((one) => isOneOf(sleeping, one))) told.add(name);
    }
    for (const [table, trigger] of woken(kind, tree)) {
      const sleepers = asleep.get(table);
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
  if (kind === 'VariableSetStmt' && tree.name === REPLICA && isOrigin(tree)) return [[EVERY, EVERY]];
  return changesOf(kind, tree, /^AT_Enable(Always)?Trig(All|User)?$/);
}

function changesOf(kind: string, tree: Tree, subtypes: RegExp): readonly Trigger[] {
  if (kind !== 'AlterTableStmt') return [];
  return (tree.cmds as Tree[])
    .filter(({ AlterTableCmd: { subtype } }) => subtypes.test(subtype))
    .map(({ AlterTableCmd: { name = EVERY } }) => [rangeVar(tree.relation), name]);
}

const NAME = '((?:[\\w"]+ ?\\. ?)?[\\w"]+)';
const IN_TEXT = [
  new RegExp(
    `\\balter table (?:if exists )?(?:only )?${NAME}[^;]*?\\b(?:disable|enable replica) trigger\\b`,
    'gi',
  ),
  new RegExp(`\\bdrop trigger (?:if exists )?[\\w"]+ on (?:only )?${NAME}`, 'gi'),
];

function putToSleepIn(text: string): readonly Trigger[] {
  const tables = IN_TEXT.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  const named = tables.map((name): Trigger => [name.replaceAll(/[ "]/g, '').toLowerCase(), EVERY]);
  return text.includes(REPLICA) ? [...named, [EVERY, EVERY]] : named;
}

/** Trigger functions that are written twice: between the two, their tables have the first. */
function guardsRewritten(statements: readonly ParsedStatement[], { triggers }: Reach) {
  const tablesOf = new Map<string, string[]>();
  for (const { on, definition } of triggers) {
    const called = / EXECUTE (?:FUNCTION|PROCEDURE) ([^(]+)\(/.exec(definition)?.[1];
    if (called) tablesOf.set(called, [...(tablesOf.get(called) ?? []), on]);
  }
  const nameOf = ({ kind, tree }: ParsedStatement) =>
    kind === 'CreateFunctionStmt' ? qualifiedName(tree.funcname) : undefined;
  const names = statements.map(nameOf);
  return names.flatMap((name, from) => {
    const to = names.lastIndexOf(name);
    return name !== undefined && to > from ? [{ from, to, tables: tablesOf.get(name) ?? [] }] : [];
  });
}
