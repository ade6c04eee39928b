import type { Reach, Setting } from '../reach/reach.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';
import { nameOfRealm } from './words.ts';

/** Settings that sessions begin with. Whether another value opens anything, the catalog cannot tell. */
export function compareSettings(before: Reach, after: Reach): Verdict[] {
  const key = ({ realm, name, value }: Setting) => `${realm} ${name} ${value}`;
  const missing = (from: readonly Setting[], other: readonly Setting[]) => {
    const known = new Set(other.map(key));
    return from.filter((setting) => !known.has(key(setting)));
  };
  return [...missing(after.settings, before.settings), ...missing(before.settings, after.settings)].map(
    ({ realm, name }) => ({
      mark: 'changed',
      realm: realm || EVERYBODY,
      about: `setting ${name}`,
      sentence: `${realm ? nameOfRealm(realm) : EVERYBODY} begin${isOne(realm) ? 's' : ''} every session with another ${name}`,
    }),
  );
}

function isOne(realm: string): boolean {
  return realm === '' || /^(the|whoever) /.test(nameOfRealm(realm));
}
