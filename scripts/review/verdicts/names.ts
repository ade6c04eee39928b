import { outsideQuotes } from '../conditions/scan-text.ts';
import type { Guard, Reach, Relation, Routine } from '../reach/reach.ts';
import { byName } from './grasp.ts';
import { movesOf } from './moves.ts';
import { isSame } from './same.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/** Routines under another name in the same schema; in another one somebody else may be able to name them. */
function renamedRoutines(
  before: Reach,
  after: Reach,
): readonly { readonly was: Routine; readonly is: Routine }[] {
  const missing = (from: Reach, other: Reach) => {
    const known = new Set(other.routines.map(({ name }) => name));
    return from.routines.filter(({ name }) => !known.has(name));
  };
  const imprint = ({ name, signature, body, isDefiner, owner, settings }: Routine) =>
    JSON.stringify([name.split('.')[0], argumentsOf(name), signature, body, isDefiner, owner, settings]);
  const [gone, come] = [missing(before, after), missing(after, before)];
  return gone.flatMap((was) => {
    const [is, ...more] = come.filter((routine) => imprint(routine) === imprint(was));
    return is && more.length === 0 ? [{ was, is }] : [];
  });
}

/** `(uuid, text)` */
function argumentsOf(name: string): string {
  return name.slice(name.indexOf('('));
}

/** Columns that have the number of another one in the same relation. */
function renamedColumns(was: Relation, is: Relation): ReadonlyMap<string, string> {
  if (isSame(was, is)) return new Map();
  return new Map(
    was.columns.flatMap((column, at) => {
      const now = is.columns[is.numbers.indexOf(was.numbers[at] ?? 0)];
      return now === undefined || now === column || was.columns.includes(now) ? [] : [[column, now] as const];
    }),
  );
}

/** Replaces a name where it is a word of its own, and no part of a qualified one. */
function replacing(was: string, is: string, after = '(?![\\w"])'): (text: string) => string {
  const name = new RegExp(`(?<![\\w."])${was.replaceAll(/\W/g, '\\$&')}${after}`, 'g');
  return (text) => text.replaceAll(name, is);
}

/**
 * What was, under the names that it has now, so that only other differences are told. Bodies of functions keep what they say:
 * whoever moves a table has to rewrite them.
 */
export function withOldNames(before: Reach, after: Reach): Reach {
  const changes = [
    ...movesOf(before, after).map(({ was, is }) => replacing(was.name, is.name)),
    ...renamedRoutines(before, after).map(({ was, is }) =>
      replacing(
        was.name.replace(argumentsOf(was.name), ''),
        is.name.replace(argumentsOf(is.name), ''),
        '(?=\\()',
      ),
    ),
  ];
  const renamed: Reach =
    changes.length === 0
      ? before
      : JSON.parse(JSON.stringify(before), (key, value) =>
          typeof value === 'string' && key !== 'body'
            ? changes.reduce((text, change) => change(text), value)
            : value,
        );
  const now = byName(after.relations);
  return renamed.relations.reduce((reach, was) => {
    const is = now.get(was.name);
    const columns = is ? renamedColumns(was, is) : new Map<string, string>();
    return columns.size === 0 ? reach : withColumns(reach, was.name, columns);
  }, renamed);
}

/** A reach in which columns of one relation are called otherwise: there, in its policies and in what guards it. */
function withColumns(reach: Reach, relation: string, columns: ReadonlyMap<string, string>): Reach {
  const named = (column: string) => columns.get(column) ?? column;
  const changes = [...columns].map(([was, is]) => replacing(was, is, '(?![\\w"(])'));
  const said = (text: string) =>
    outsideQuotes(text, (part) => changes.reduce((rest, change) => change(rest), part));
  const saidOf = (guard: Guard) =>
    guard.on === relation ? { ...guard, name: named(guard.name), definition: said(guard.definition) } : guard;
  const listOf = (list: readonly string[]) => list.map(named);
  return {
    ...reach,
    relations: reach.relations.map((one) =>
      one.name === relation
        ? {
            ...one,
            columns: listOf(one.columns),
            composites: listOf(one.composites),
            held: Object.fromEntries(
              Object.entries(one.held).map(([realm, held]) => [
                realm,
                {
                  ...held,
                  SELECT: listOf(held.SELECT),
                  INSERT: listOf(held.INSERT),
                  UPDATE: listOf(held.UPDATE),
                },
              ]),
            ),
            policies: one.policies.map((policy) => ({
              ...policy,
              using: policy.using && said(policy.using),
              check: policy.check && said(policy.check),
            })),
          }
        : one,
    ),
    triggers: reach.triggers.map(saidOf),
    constraints: reach.constraints.map(saidOf),
    doors: reach.doors.map((door) =>
      door.object === relation && door.columns ? { ...door, columns: listOf(door.columns) } : door,
    ),
  };
}

/** Everything that only has another name. */
export function compareNames(before: Reach, after: Reach): Verdict[] {
  const told = (about: string, was: string, is: string): Verdict => ({
    mark: 'equal',
    realm: EVERYBODY,
    about,
    sentence: `${was} is now called ${is}`,
  });
  const now = byName(after.relations);
  return [
    ...renamedRoutines(before, after).map(({ was, is }) => told(is.name, was.name, is.name)),
    ...before.relations.flatMap((was) => {
      const is = now.get(was.name);
      return is
        ? [...renamedColumns(was, is)].map(([from, to]) => told(was.name, `${was.name} (${from})`, to))
        : [];
    }),
  ];
}
