import { spellIdentifier } from '../../postgres/quote.ts';
import type { Guard, Reach } from '../reach/reach.ts';
import { decidingTables } from './deciding-tables.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed } from './words.ts';

/** Weakest first: a plain trigger sleeps while a session replays as a replica, and a constraint that is not valid was asked of no row that stands there. */
const STATES: Readonly<Record<string, string>> = {
  disabled: 'is switched off',
  replica: 'now fires only in a session that replays as a replica',
  enabled: 'now fires except in a session that replays as a replica',
  always: 'now always fires',
  unproven: 'is asked of new rows only: those that stand there may break it',
  proven: 'has now been asked of every row',
};

/** Triggers and constraints that came, went or changed: what is refused, whoever asks. */
export function compareGuards(before: Reach, after: Reach): Verdict[] {
  const kept = new Set(after.relations.map(({ name }) => name));
  const known = new Set(before.relations.map(({ name }) => name));
  // What stands on a table that is new or gone is part of that.
  const onBoth = ({ on }: Guard) => kept.has(on) === known.has(on);
  const asked = columnsAsked(before, after);
  const isIdle = (guard: Guard) => guard.kind === 'default' && !asked(guard);
  const list = (reach: Reach) =>
    byDefinition(
      [...reach.triggers, ...reach.constraints].filter((guard) => !guard.instead && onBoth(guard)),
    );
  const [old, now] = [list(before), list(after)];
  return [
    ...compare(old, now, {
      isGuard: guardsAlready(before),
      lost: (guard) => isIdle(guard) || isOfColumnsOnlyIn(before, after, guard),
      come: (guard) => isIdle(guard) || isOfColumnsOnlyIn(after, before, guard),
    }),
    ...switched(before, after, kept),
    ...reordered(old, now),
  ];
}

/** What was switched by itself, or no longer is: a trigger of one partition, the triggers of a foreign key. */
function switched(before: Reach, after: Reach, kept: ReadonlySet<string>): Verdict[] {
  const alone = ({ triggers }: Reach) =>
    new Map(
      triggers
        .filter(({ instead }) => instead)
        .map((guard) => [`${guard.on} ${guard.kind} ${guard.name}`, guard]),
    );
  const [old, now] = [alone(before), alone(after)];
  const back = ({ instead, ...guard }: Guard): Guard => ({ ...guard, state: instead ?? guard.state });
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const one = old.get(key) ?? now.get(key);
    if (!one || !kept.has(one.on)) return [];
    const [was, is] = [old.get(key) ?? back(one), now.get(key) ?? back(one)];
    return was.state === is.state ? [] : [restated(was, is)];
  });
}

/**
 * Triggers that fire before others which they followed: what one of them writes, the other no longer looks at. They fire in the order
 * of their names, so another name is enough.
 */
function reordered(old: Guards, now: Guards): Verdict[] {
  const both = [...now].flatMap(([key, is]) => {
    const was = old.get(key);
    return was && is.kind === 'trigger' ? [{ was, is }] : [];
  });
  const moved = both.filter(({ was, is }) => was.name !== is.name);
  return moved.flatMap((one) => {
    const beside = both.filter(
      (other) =>
        other !== one && other.is.on === one.is.on && areTogether(momentOf(one.is), momentOf(other.is)),
    );
    const passed = beside.filter((other) => other.was.name < one.was.name && one.is.name < other.is.name);
    const behind = beside
      .filter((other) => !moved.includes(other))
      .filter((other) => one.was.name < other.was.name && other.is.name < one.is.name);
    const tellOrder = (others: typeof both, how: string) =>
      others.length === 0
        ? []
        : [
            tell(
              'changed',
              one.is,
              `${subject(one.is)} on ${one.is.on} now fires ${how} ${listed(others.map(({ is }) => is.name))}`,
            ),
          ];
    return [...tellOrder(passed, 'before'), ...tellOrder(behind, 'after')];
  });
}

interface Moment {
  readonly timing: string;
  readonly events: readonly string[];
}

/** When a trigger fires, and how often. */
function momentOf({ definition }: Guard): Moment {
  const { timing = '', events = '' } =
    /TRIGGER (?<timing>BEFORE|AFTER|INSTEAD OF) (?<events>.*?) ON /s.exec(definition)?.groups ?? {};
  const level = / FOR EACH (ROW|STATEMENT) /.exec(definition)?.[1] ?? '';
  return { timing: `${timing} ${level}`, events: events.replaceAll(/ OF .*?(?= OR |$)/g, '').split(' OR ') };
}

function areTogether(one: Moment, other: Moment): boolean {
  return one.timing === other.timing && one.events.some((event) => other.events.includes(event));
}

/**
 * Whether policies ask about a column, before or after: what stands there by default may decide who sees the row. Read when it is
 * asked: few changes touch a default.
 */
function columnsAsked(...reaches: readonly Reach[]): (guard: Guard) => boolean {
  let deciding: ReadonlySet<string> | undefined;
  const said = (on: string) =>
    reaches
      .flatMap(({ relations }) => relations.filter(({ name }) => name === on))
      .flatMap(({ policies }) => policies.map(({ using, check }) => `${using} ${check}`))
      .join(' ');
  return ({ on, name }) => {
    deciding ??= new Set(reaches.flatMap((reach) => [...decidingTables(reach)]));
    return deciding.has(on) || isWordOf(said(on), name);
  };
}

function isWordOf(text: string, word: string): boolean {
  return text.includes(word) && new RegExp(`\\b${word.replaceAll(/\W/g, '\\$&')}\\b`).test(text);
}

function compare(
  old: Guards,
  now: Guards,
  isBeside: Readonly<Record<'lost' | 'come' | 'isGuard', (guard: Guard) => boolean>>,
): Verdict[] {
  const missing = (from: Guards, other: Guards) =>
    [...from].filter(([key]) => !other.has(key)).map(([, guard]) => guard);
  const lost = missing(old, now).filter((guard) => !isBeside.lost(guard));
  const come = missing(now, old).filter((guard) => !isBeside.come(guard));
  const isSame = (one: Guard, other: Guard) =>
    one.on === other.on && one.kind === other.kind && one.name === other.name;
  return [
    ...[...now].flatMap(([key, is]) => {
      const was = old.get(key);
      return was && was.state !== is.state ? [restated(was, is)] : [];
    }),
    ...lost.flatMap((guard) => {
      const instead = come.find((other) => isSame(guard, other));
      if (instead) return [rewritten(guard, instead)];
      return [
        tell(isUndecided(guard) ? 'changed' : 'widened', guard, `${subject(guard)} no longer ${verb(guard)}`),
      ];
    }),
    ...come
      .filter((guard) => !lost.some((other) => isSame(guard, other)))
      .map((guard) =>
        tell(
          isUndecided(guard) || isInstead(guard) || !isBeside.isGuard(guard) ? 'changed' : 'narrowed',
          guard,
          `${subject(guard)} now ${verb(guard)}`,
        ),
      ),
  ];
}

const OURS = /^(public|authz|audit|governance)\./;

/**
 * Whether a trigger that comes only refuses: its function does so on several tables already. One that was written for another
 * table may do anything here, such as to drop the row in silence. Constraints refuse, whatever they are.
 */
function guardsAlready({ triggers }: Reach): (guard: Guard) => boolean {
  const functionOf = ({ definition }: Guard) =>
    / EXECUTE (?:FUNCTION|PROCEDURE) ([^(]+)\(/.exec(definition)?.[1];
  const tables = new Map<string, Set<string>>();
  for (const trigger of triggers.filter(({ instead }) => !instead)) {
    const called = functionOf(trigger) ?? '';
    tables.set(called, (tables.get(called) ?? new Set()).add(trigger.on));
  }
  return (guard) => {
    const called = functionOf(guard);
    return called === undefined || (OURS.test(guard.on) && (tables.get(called)?.size ?? 0) > 1);
  };
}

/** What stands in a column where nobody says it: it refuses nothing, and may decide what policies show. */
function isUndecided({ kind }: Guard): boolean {
  return kind === 'expression' || kind === 'default';
}

/** A trigger of a view does what is asked of it, with the rights of its function; it refuses nothing. */
function isInstead({ definition }: Guard): boolean {
  return definition.includes(' INSTEAD OF ');
}

/** By what they do. */
type Guards = ReadonlyMap<string, Guard>;

/** Of several that do the same, the strongest counts. */
function byDefinition(guards: readonly Guard[]): Guards {
  const found = new Map<string, Guard>();
  for (const guard of guards) {
    const key = `${guard.on} ${guard.kind} ${guard.definition}`;
    const other = found.get(key);
    if (!other || strength(other) < strength(guard)) found.set(key, guard);
  }
  return found;
}

function strength({ state }: Guard): number {
  return Object.keys(STATES).indexOf(state);
}

function restated(was: Guard, is: Guard): Verdict {
  return tell(
    strength(is) < strength(was) ? 'widened' : 'narrowed',
    is,
    `${subject(is)}${is.kind === 'not null' ? '' : ` on ${is.on}`} ${STATES[is.state]}${until(is)}`,
  );
}

/** What asks those rows too. The name of a NOT NULL is its column's, and not that of its constraint. */
function until({ on, kind, name, state }: Guard): string {
  if (state !== 'unproven' || kind === 'not null') return '';
  const [, domain] = /^type (.+)$/.exec(on) ?? [];
  const whose = domain ? `domain ${domain}` : `table ${on}`;
  return `, until \`alter ${whose} validate constraint ${spellIdentifier(name)}\``;
}

/** The same name over something else: nobody can tell from the catalog which of the two refuses more. */
function rewritten(was: Guard, is: Guard): Verdict {
  const what = isUndecided(is) ? 'is another one' : `guards ${is.on} by another definition`;
  return {
    ...tell('changed', is, `${subject(is)} ${what}`),
    details: [`before: ${was.definition}`, `now: ${is.definition}`],
  };
}

function tell(mark: Mark, { on, definition }: Guard, sentence: string): Verdict {
  return { mark, realm: EVERYBODY, about: on, sentence, details: [definition] };
}

function subject(guard: Guard): string {
  const { kind, name, on } = guard;
  if (kind === 'not null' || kind === 'identity') return `${on} (${name})`;
  if (isUndecided(guard)) return `the ${kind} of ${on} (${name})`;
  return `the ${kind} ${name}`;
}

/** What it does, behind "now" or "no longer". */
function verb(guard: Guard): string {
  if (guard.kind === 'not null') return 'has to be filled in';
  if (guard.kind === 'identity') return 'takes its numbers from its sequence alone';
  if (isInstead(guard)) return `does what is asked of ${guard.on}`;
  return isUndecided(guard) ? 'decides what stands there' : `guards ${guard.on}`;
}

/**
 * Whether it goes with a column that the one has and the other has not: it binds nobody beyond that. A check may speak of other
 * columns too, and then it does. A trigger is never part of a column.
 */
function isOfColumnsOnlyIn(one: Reach, other: Reach, { on, kind, definition, name }: Guard): boolean {
  if (/trigger$/.test(kind)) return false;
  const columns = (reach: Reach) => reach.relations.find((relation) => relation.name === on)?.columns ?? [];
  const kept = columns(other);
  const own = definition.replace(/ REFERENCES .*/s, '');
  const isMentioned = (column: string) => name === column || isWordOf(own, column);
  const mentioned = columns(one).filter(isMentioned);
  if (!mentioned.some((column) => !kept.includes(column))) return false;
  return /^(check|exclusion|unique index)$/.test(kind)
    ? !mentioned.some((column) => kept.includes(column))
    : true;
}
