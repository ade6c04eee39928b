import type { Guard, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/** Triggers and constraints that came, went or changed: what a table refuses, whoever asks. */
export function compareGuards(before: Reach, after: Reach): Verdict[] {
  const kept = new Set(after.relations.map(({ name }) => name));
  const known = new Set(before.relations.map(({ name }) => name));
  // What stands on a table that is new or gone is part of that.
  const onBoth = ({ on }: Guard) => kept.has(on) && known.has(on);
  return [
    ...compare(before.triggers.filter(onBoth), after.triggers.filter(onBoth), 'trigger'),
    ...compare(before.constraints.filter(onBoth), after.constraints.filter(onBoth), 'constraint').filter(
      // A column that is gone takes its constraints along.
      (verdict) => !isOfLostColumn(verdict, before, after),
    ),
  ];
}

function compare(before: readonly Guard[], after: readonly Guard[], kind: string): Verdict[] {
  const key = ({ on, definition }: Guard) => `${on} ${definition}`;
  const [old, now] = [
    new Map(before.map((guard) => [key(guard), guard])),
    new Map(after.map((guard) => [key(guard), guard])),
  ];
  const tell = (mark: Verdict['mark'], { on, name, definition }: Guard, what: string): Verdict => ({
    mark,
    realm: EVERYBODY,
    about: on,
    sentence: what.replace('%s', `the ${kind} ${name}`).replace('%t', on),
    details: [definition],
  });
  return [
    ...[...old].flatMap(([at, guard]) => {
      const is = now.get(at);
      if (!is) return [tell('widened', guard, '%s no longer guards %t')];
      if (is.state === guard.state) return [];
      const weaker = STATES.indexOf(is.state) < STATES.indexOf(guard.state);
      return [tell(weaker ? 'widened' : 'narrowed', is, `%s on %t is ${is.state} instead of ${guard.state}`)];
    }),
    ...[...now].filter(([at]) => !old.has(at)).map(([, guard]) => tell('narrowed', guard, '%s guards %t')),
  ];
}

/** Weakest first: a plain trigger sleeps while a session replays as a replica. */
const STATES: readonly string[] = ['disabled', 'replica', 'enabled', 'always'];

function isOfLostColumn({ about, details = [] }: Verdict, before: Reach, after: Reach): boolean {
  const columns = (reach: Reach) => reach.relations.find(({ name }) => name === about)?.columns ?? [];
  const still = columns(after);
  return columns(before).some(
    (column) => !still.includes(column) && new RegExp(`\\b${column}\\b`).test(details.join(' ')),
  );
}
