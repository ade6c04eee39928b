import type { Reach } from '../reach/reach.ts';
import type { Verdict } from './verdict.ts';
import { nameOfRealm } from './words.ts';

const ATTRIBUTES: Readonly<Record<string, readonly [gained: string, lost: string]>> = {
  superuser: ['can now do anything: superuser', 'can no longer do anything: superuser'],
  bypassrls: ['can now pass by every policy: bypassrls', 'can no longer pass by policies: bypassrls'],
  login: ['can now log in', 'can no longer log in'],
  createrole: ['can now create roles', 'can no longer create roles'],
  createdb: ['can now create databases', 'can no longer create databases'],
  replication: ['can now read every change by replication', 'can no longer read changes by replication'],
};

/** What roles are, whose rights they have, and whom they can become. Who becomes somebody by inheriting is told the stronger half. */
export function compareRoles(before: Reach, after: Reach): Verdict[] {
  const old = new Map(before.roles.map((role) => [role.name, role]));
  const now = new Map(after.roles.map((role) => [role.name, role]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    const tell = (mark: Verdict['mark'], rest: string): Verdict => ({
      mark,
      realm: name,
      about: `role ${name}`,
      sentence: `${nameOfRealm(name)} ${rest}`,
    });
    if (!is) return [tell('narrowed', 'is gone')];
    const differ = (
      of: 'attributes' | 'inherits' | 'becomes' | 'passesOn',
      word: (item: string, gained: boolean) => string,
    ) => {
      const [had, has] = [was?.[of] ?? [], is[of]];
      return [
        ...has.filter((item) => !had.includes(item)).map((item) => tell('widened', word(item, true))),
        ...had.filter((item) => !has.includes(item)).map((item) => tell('narrowed', word(item, false))),
      ];
    };
    const can = (gained: boolean) => (gained ? 'can now' : 'can no longer');
    const inherited = differ(
      'inherits',
      (role, gained) => `${can(gained)} do whatever ${nameOfRealm(role)} can`,
    );
    const told = new Set(
      differ('inherits', (role, gained) => `${can(gained)} act as ${nameOfRealm(role)}`).map(
        ({ sentence }) => sentence,
      ),
    );
    return [
      ...differ('attributes', (item, gained) => ATTRIBUTES[item]?.[gained ? 0 : 1] ?? item),
      ...inherited,
      ...differ('becomes', (role, gained) => `${can(gained)} act as ${nameOfRealm(role)}`).filter(
        ({ sentence }) => !told.has(sentence),
      ),
      ...differ('passesOn', (role, gained) => `${can(gained)} let others act as ${nameOfRealm(role)}`),
    ];
  });
}
