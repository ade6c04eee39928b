import type { Guard, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';

/** Weakest first: a plain trigger sleeps while a session replays as a replica. */
const STATES: Readonly<Record<string, string>> = {
  disabled: 'is switched off',
  replica: 'now fires only in a session that replays as a replica',
  enabled: 'now fires except in a session that replays as a replica',
  always: 'now always fires',
};

/** Triggers and constraints that came, went or changed: what is refused, whoever asks. */
export function compareGuards(before: Reach, after: Reach): Verdict[] {
  const kept = new Set(after.relations.map(({ name }) => name));
  const known = new Set(before.relations.map(({ name }) => name));
  // What stands on a table that is new or gone is part of that.
  const onBoth = ({ on }: Guard) => kept.has(on) === known.has(on);
  const list = (reach: Reach) => [...reach.triggers, ...reach.constraints].filter(onBoth);
  return compare(list(before), list(after), (guard) => isOfOtherColumns(guard, before, after));
}

function compare(
  before: readonly Guard[],
  after: readonly Guard[],
  isBeside: (guard: Guard) => boolean,
): Verdict[] {
  const [old, now] = [byDefinition(before), byDefinition(after)];
  const missing = (from: typeof old, other: typeof old) =>
    [...from].filter(([key, guard]) => !other.has(key) && !isBeside(guard)).map(([, guard]) => guard);
  const [lost, come] = [missing(old, now), missing(now, old)];
  const isSame = (one: Guard, other: Guard) =>
    one.on === other.on && one.kind === other.kind && one.name === other.name;
  return [
    ...[...now].flatMap(([key, is]) => {
      const was = old.get(key);
      return was && was.state !== is.state ? [restated(was, is)] : [];
    }),
    ...lost.flatMap((guard) => {
      const instead = come.find((other) => isSame(guard, other));
      return instead
        ? rewritten(guard, instead)
        : [tell('widened', guard, `${subject(guard)} no longer ${verb(guard)}`)];
    }),
    ...come
      .filter((guard) => guard.kind !== 'expression' && !lost.some((other) => isSame(guard, other)))
      .map((guard) => tell('narrowed', guard, `${subject(guard)} now ${verb(guard)}`)),
  ];
}

function byDefinition(guards: readonly Guard[]): ReadonlyMap<string, Guard> {
  return new Map(guards.map((guard) => [`${guard.on} ${guard.kind} ${guard.definition}`, guard]));
}

function restated(was: Guard, is: Guard): Verdict {
  const order = Object.keys(STATES);
  const weaker = order.indexOf(is.state) < order.indexOf(was.state);
  return tell(weaker ? 'widened' : 'narrowed', is, `${subject(is)} on ${is.on} ${STATES[is.state]}`);
}

/** The same name over something else: nobody can tell from the catalog which of the two refuses more. */
function rewritten(was: Guard, is: Guard): Verdict[] {
  return [
    {
      ...tell('changed', is, `${subject(is)} guards ${is.on} by another definition`),
      details: [`before: ${was.definition}`, `now: ${is.definition}`],
    },
  ];
}

function tell(mark: Mark, { on, definition }: Guard, sentence: string): Verdict {
  return { mark, realm: EVERYBODY, about: on, sentence, details: [definition] };
}

function subject({ kind, name, on }: Guard): string {
  if (kind === 'not null') return `${on} (${name})`;
  if (kind === 'expression') return `the expression of ${on} (${name})`;
  return `the ${kind} ${name}`;
}

/** What it does, behind "now" or "no longer". */
function verb({ kind, on }: Guard): string {
  if (kind === 'not null') return 'has to be filled in';
  return kind === 'expression' ? 'decides what stands there' : `guards ${on}`;
}

/**
 * Whether it goes with a column that came or went: it binds nobody beyond that. A check may speak of others too, and then it does.
 * A trigger is never part of a column.
 */
function isOfOtherColumns({ on, kind, definition, name }: Guard, before: Reach, after: Reach): boolean {
  if (/trigger$/.test(kind)) return false;
  const columns = (reach: Reach) => reach.relations.find((relation) => relation.name === on)?.columns ?? [];
  const [was, is] = [columns(before), columns(after)];
  const mentioned = (column: string) =>
    name === column || new RegExp(`\\b${column.replaceAll(/\W/g, '\\$&')}\\b`).test(definition);
  const [both, one] = [
    was.filter((column) => is.includes(column)),
    [...was.filter((column) => !is.includes(column)), ...is.filter((column) => !was.includes(column))],
  ];
  if (!one.some(mentioned)) return false;
  return /^(check|exclusion|unique index)$/.test(kind) ? !both.some(mentioned) : true;
}
