import type { Reach, Routine } from '../reach/reach.ts';
import { tokensOf } from './tokens.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';
import { nameOfRealm } from './words.ts';

/** Who may call what, with whose rights, and what decides for others: helpers of policies, trigger functions, what they call. */
export function compareRoutines(before: Reach, after: Reach): Verdict[] {
  const old = new Map(before.routines.map((routine) => [routine.name, routine]));
  const asked = askersOf(after);
  return [
    ...after.routines.flatMap((is) => {
      const was = old.get(is.name);
      return [...calls(was, is), ...(was ? rewritten(was, is, asked(is.name)) : [])];
    }),
    ...before.routines
      .filter(({ name }) => !after.routines.some((routine) => routine.name === name))
      .flatMap((gone) => calls(gone, { ...gone, callers: [] })),
  ];
}

function calls(was: Routine | undefined, is: Routine): Verdict[] {
  // A trigger function cannot be called: who may execute one may only attach it.
  const verb = is.isTrigger ? 'attach the trigger function' : 'call';
  const rights = is.isDefiner
    ? `, which acts with the rights of ${is.owner}${is.ownerIsUnbound ? ', whom no policy binds' : ''}`
    : '';
  const [had, has] = [was?.callers ?? [], is.callers];
  const verdict = (mark: Verdict['mark'], realm: string, rest: string): Verdict => ({
    mark,
    realm,
    about: is.name,
    sentence: `${nameOfRealm(realm)} ${rest}`,
  });
  return [
    ...has
      .filter((realm) => !had.includes(realm))
      .map((realm) => verdict('widened', realm, `can now ${verb} ${is.name}${rights}`)),
    ...had
      .filter((realm) => !has.includes(realm))
      .map((realm) => verdict('narrowed', realm, `can no longer ${verb} ${is.name}`)),
  ];
}

/** What a routine's text decides: nothing to tell where nobody asks it and nobody borrows rights by it. */
function rewritten(was: Routine, is: Routine, askers: readonly string[]): Verdict[] {
  const isDoor = (is.isDefiner || was.isDefiner) && is.callers.length > 0;
  if (askers.length === 0 && !isDoor) return [];
  const changes = [
    ...(was.isDefiner !== is.isDefiner
      ? [is.isDefiner ? `acts with the rights of ${is.owner}` : 'acts with the rights of its caller']
      : []),
    ...(is.isDefiner && was.owner !== is.owner ? [`belongs to ${is.owner} instead of ${was.owner}`] : []),
    ...(was.volatility !== is.volatility ? [`is ${is.volatility} instead of ${was.volatility}`] : []),
    ...(was.settings.join() !== is.settings.join()
      ? [
          is.settings.length === 0
            ? 'runs under the settings of its caller'
            : `runs under ${is.settings.join(', ')}`,
        ]
      : []),
    ...(was.leakproof !== is.leakproof && is.leakproof ? ['is trusted to leak nothing'] : []),
    ...(tokensOf(was) !== tokensOf(is) || was.language !== is.language ? ['has another text'] : []),
  ];
  if (changes.length === 0) return [];
  return [
    {
      mark: 'changed',
      realm: EVERYBODY,
      about: is.name,
      sentence: `${is.name}${tellAskers(askers, is)} ${changes.join(', ')}`,
      details: askers,
    },
  ];
}

function tellAskers(askers: readonly string[], is: Routine): string {
  if (askers.length === 0) return `, callable by ${is.callers.map(nameOfRealm).join(', ')},`;
  const kinds = new Map<string, number>();
  for (const asker of askers) {
    const kind = asker.split(' ')[0] ?? '';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const plural: Readonly<Record<string, string>> = { policy: 'policies' };
  const counted = [...kinds].map(
    ([kind, count]) => `${count} ${count === 1 ? kind : (plural[kind] ?? `${kind}s`)}`,
  );
  return `, which ${counted.join(', ')} ask${askers.length === 1 ? 's' : ''},`;
}

/** Everything that asks a routine: itself, or through others whose text names it. */
function askersOf({ routines }: Reach): (name: string) => readonly string[] {
  const texts = routines.map((routine) => ({
    routine,
    words: new Set(routine.definition.match(/\w+\.\w+(?=\s*\()/g) ?? []),
  }));
  const bare = (name: string) => name.slice(0, name.indexOf('(')).replaceAll('"', '');
  const known = new Map<string, readonly string[]>();
  const find = (name: string, path: ReadonlySet<string>): readonly string[] => {
    const done = known.get(name);
    if (done) return done;
    const own = routines.find((routine) => routine.name === name)?.askedBy ?? [];
    const through = texts
      .filter(({ routine, words }) => words.has(bare(name)) && !path.has(routine.name))
      .flatMap(({ routine }) => [
        ...(routine.isDefiner && routine.callers.length > 0 ? [`function ${routine.name}`] : []),
        ...find(routine.name, new Set([...path, routine.name])),
      ]);
    const askers = [...new Set([...own, ...through])].sort();
    if (path.size === 1) known.set(name, askers);
    return askers;
  };
  return (name) => find(name, new Set([name]));
}
