import type { Reach, Relation } from '../reach/reach.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed, nameOfRealm } from './words.ts';

interface Move {
  readonly was: Relation;
  readonly is: Relation;
}

/** Relations under another name or in another schema: one is gone, one is new, and they have the same columns. */
export function movesOf(before: Reach, after: Reach): readonly Move[] {
  const missing = (from: Reach, other: Reach) => {
    const known = new Set(other.relations.map(({ name }) => name));
    return from.relations.filter(({ name, kind }) => kind !== 'sequence' && !known.has(name));
  };
  const [gone, come] = [missing(before, after), missing(after, before)];
  const isSame = (one: Relation, other: Relation) =>
    one.kind === other.kind && one.columns.join() === other.columns.join();
  return gone.flatMap((was) => {
    const [is, ...more] = come.filter((relation) => isSame(was, relation));
    const isOne =
      is !== undefined && more.length === 0 && gone.filter((other) => isSame(other, is)).length === 1;
    return isOne ? [{ was, is }] : [];
  });
}

/** The move itself: nothing to whoever holds nothing, and something to whoever can name the new place and not the old one. */
export function compareMoves(before: Reach, after: Reach): Verdict[] {
  return movesOf(before, after).flatMap(({ was, is }) => {
    const holders = Object.keys(is.held).filter((realm) => was.held[realm]);
    const verdict = (mark: Mark, sentence: string): Verdict => ({
      mark,
      realm: EVERYBODY,
      about: is.name,
      sentence,
    });
    const only = (one: Relation, other: Relation) =>
      holders.filter((realm) => one.nameableBy.includes(realm) && !other.nameableBy.includes(realm));
    const named = (realms: readonly string[]) => listed(realms.map(nameOfRealm).sort());
    const [found, lost] = [only(is, was), only(was, is)];
    return [
      verdict('equal', `${was.name} is now called ${is.name}`),
      ...(found.length > 0
        ? [
            verdict(
              'widened',
              `${named(found)} can now name what was ${was.name}, and use what they hold of it`,
            ),
          ]
        : []),
      ...(lost.length > 0
        ? [verdict('narrowed', `${named(lost)} can no longer name what was ${was.name}`)]
        : []),
    ];
  });
}
