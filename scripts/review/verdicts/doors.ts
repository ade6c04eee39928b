import type { DecidingRow, Door, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';
import { nameOfRealm } from './words.ts';

/** Schemas, default privileges, publications, settings: there or not. */
export function compareDoors(before: Reach, after: Reach): Verdict[] {
  const differ = (from: readonly Door[], other: readonly Door[]) =>
    from.filter(({ key }) => !other.some((door) => door.key === key));
  const tell = (mark: Verdict['mark'], { realm, who, opens, key }: Door): Verdict => ({
    mark,
    realm: realm || EVERYBODY,
    about: key,
    sentence: `${who ?? nameOfRealm(realm)} ${mark === 'widened' ? 'can now' : 'can no longer'} ${opens}`,
  });
  return [
    ...differ(after.doors, before.doors).map((door) => tell('widened', door)),
    ...differ(before.doors, after.doors).map((door) => tell('narrowed', door)),
  ];
}

/** What roles are, and whom they can become. */
export function compareRoles(before: Reach, after: Reach): Verdict[] {
  const old = new Map(before.roles.map((role) => [role.name, role]));
  return after.roles.flatMap(({ name, attributes, becomes }) => {
    const was = old.get(name);
    const tell = (mark: Verdict['mark'], rest: string): Verdict => ({
      mark,
      realm: name,
      about: `role ${name}`,
      sentence: `${nameOfRealm(name)} ${rest}`,
    });
    const differ = (from: readonly string[], other: readonly string[] = []) =>
      from.filter((item) => !other.includes(item));
    return [
      ...differ(attributes, was?.attributes).map((attribute) =>
        tell('widened', ATTRIBUTES[attribute]?.[0] ?? attribute),
      ),
      ...differ(was?.attributes ?? [], attributes).map((attribute) =>
        tell('narrowed', ATTRIBUTES[attribute]?.[1] ?? attribute),
      ),
      ...differ(becomes, was?.becomes).map((role) => tell('widened', `can now become ${role}`)),
      ...differ(was?.becomes ?? [], becomes).map((role) => tell('narrowed', `can no longer become ${role}`)),
    ];
  });
}

const ATTRIBUTES: Readonly<Record<string, readonly [gained: string, lost: string]>> = {
  superuser: ['can now do anything: superuser', 'can no longer do anything: superuser'],
  bypassrls: ['can now pass by every policy: bypassrls', 'can no longer pass by policies: bypassrls'],
  login: ['can now log in', 'can no longer log in'],
  createrole: ['can now create roles', 'can no longer create roles'],
  createdb: ['can now create databases', 'can no longer create databases'],
  replication: ['can now read every change by replication', 'can no longer read changes by replication'],
};

/** Rows of the tables that rules read: a transition that may be made from now on, a setting of the deployment. */
export function compareDecidingRows(before: Reach, after: Reach): Verdict[] {
  const key = ({ table, row }: DecidingRow) => `${table} ${row}`;
  const differ = (from: readonly DecidingRow[], other: readonly DecidingRow[]) => {
    const known = new Set(other.map(key));
    return from.filter((row) => !known.has(key(row)));
  };
  const tell = (mark: Verdict['mark'], { table, row }: DecidingRow, verb: string): Verdict => ({
    mark,
    realm: EVERYBODY,
    about: table,
    sentence: `${table} ${verb} (${row})`,
  });
  return [
    ...differ(after.decidingRows, before.decidingRows).map((row) => tell('widened', row, 'now allows')),
    ...differ(before.decidingRows, after.decidingRows).map((row) =>
      tell('narrowed', row, 'no longer allows'),
    ),
  ];
}
