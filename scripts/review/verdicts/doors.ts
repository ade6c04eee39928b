import type { Door, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed, nameOfRealm } from './words.ts';

/** Schemas, default privileges, publications, grants: there or not. What one may do with the same object is one sentence. */
export function compareDoors(before: Reach, after: Reach): Verdict[] {
  const [old, now] = [byKey(before), byKey(after)];
  const tables = new Map(after.relations.map(({ name, columns }) => [name, columns.length]));
  const missing = (from: typeof old, other: typeof old) =>
    [...from].filter(([key]) => !other.has(key)).map(([, door]) => door);
  return [
    ...merge(missing(now, old)).map((doors) => there('widened', doors, tables)),
    ...merge(missing(old, now)).map((doors) => there('narrowed', doors, tables)),
    ...[...now].flatMap(([key, is]) => {
      const was = old.get(key);
      return was ? otherwise(was, is) : [];
    }),
  ];
}

function byKey({ doors }: Reach): ReadonlyMap<string, Door> {
  return new Map(doors.map((door) => [`${subject(door)} ${door.verb} ${door.object}`, door]));
}

/** Doors of the same role to the same object. */
function merge(doors: readonly Door[]): readonly (readonly Door[])[] {
  const groups = new Map<string, Door[]>();
  for (const door of doors) {
    const key = `${subject(door)} ${door.object}`;
    groups.set(key, [...(groups.get(key) ?? []), door]);
  }
  return [...groups.values()];
}

function there(mark: Mark, doors: readonly Door[], tables: ReadonlyMap<string, number>): Verdict {
  const [door] = doors as readonly [Door];
  const can = mark === 'widened' ? 'can now' : 'can no longer';
  const isAll = door.columns?.length === tables.get(door.object);
  const columns = door.columns && !isAll ? ` (${door.columns.join(', ')})` : '';
  const state = door.state ? ` ${door.state}` : '';
  return verdict(
    mark,
    door,
    `${can} ${listed(doors.map(({ verb }) => verb))} ${door.object}${columns}${state}`,
  );
}

/** The same door, opened wider or less wide. */
function otherwise(was: Door, is: Door): Verdict[] {
  const more = (from: Door, other: Door) =>
    (from.columns ?? []).filter((column) => !other.columns?.includes(column));
  const [gained, lost] = [more(is, was), more(was, is)];
  const object = `${is.verb} ${is.object}`;
  return [
    ...((was.digest ?? '') === (is.digest ?? '')
      ? []
      : [verdict('changed', is, `can now ${object} as somebody else`)]),
    ...(gained.length > 0 ? [verdict('widened', is, `can now ${object} (${gained.join(', ')}) too`)] : []),
    ...(lost.length > 0 ? [verdict('narrowed', is, `can no longer ${object} (${lost.join(', ')})`)] : []),
    ...((was.state ?? '') === (is.state ?? '')
      ? []
      : [
          verdict(
            'changed',
            is,
            `can now ${object} ${is.state || 'without a condition'} instead of ${was.state || 'without a condition'}`,
          ),
        ]),
  ];
}

function verdict(mark: Mark, door: Door, rest: string): Verdict {
  return {
    mark,
    realm: door.realm || EVERYBODY,
    about: door.object,
    sentence: `${subject(door)} ${rest}`,
  };
}

function subject({ who, realm }: Door): string {
  return who ?? nameOfRealm(realm);
}
