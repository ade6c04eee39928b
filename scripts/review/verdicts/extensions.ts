import type { Extension, Member, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/**
 * Objects that an extension was given, or lost. Nobody's reach differs by that alone; but a dump leaves a member out, it goes when the
 * extension is dropped, and many take an extension's objects for nobody's. What another version brings is that version's.
 */
export function compareExtensions(before: Reach, after: Reach): Verdict[] {
  const old = new Map(before.extensions.map((extension) => [extension.id, extension]));
  return after.extensions.flatMap((is) => {
    const was = old.get(is.id);
    const counts = ({ isAtHome }: Member) => !isAtHome || was?.version === is.version;
    const missing = (from: Extension, other: Extension | undefined) =>
      from.members.filter((one) => counts(one) && !other?.members.some(({ id }) => id === one.id));
    const tell = (what: string, rest: string): Verdict => ({
      mark: 'changed',
      realm: EVERYBODY,
      about: what.replace(/^(?:[a-z]+ )+/, ''),
      sentence: `the extension ${is.name} ${rest}`,
    });
    return [
      ...missing(is, was).map(({ what }) =>
        tell(what, `now holds ${what}: a dump leaves it out, and it goes with the extension`),
      ),
      ...(was ? missing(was, is) : []).map(({ what }) => tell(what, `no longer holds ${what}`)),
    ];
  });
}
