import { normalised } from '../programs/normalised.ts';
import type { Reach, Routine } from '../reach/reach.ts';
import { isSame } from './same.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';
import { listed, nameOfRealm } from './words.ts';

/** Who may call what, with whose rights, and what decides for others: helpers of policies, trigger functions, what they call. */
export function compareRoutines(before: Reach, after: Reach): Verdict[] {
  const old = new Map(before.routines.map((routine) => [routine.name, routine]));
  const bareNames = new Set(before.routines.map(({ name }) => bareName(name)));
  const asked = askersOf(after);
  const known = new Set(before.relations.map(({ name }) => name));
  const left = new Set(after.routines.map(({ name }) => name));
  return [
    ...after.routines.flatMap((is) => {
      const was = old.get(is.name);
      if (isSame(was, is)) return [];
      return [
        ...calls(was, is),
        ...(was ? rewritten(was, is, asked(is.name)) : []),
        ...(was
          ? []
          : bareNames.has(bareName(is.name))
            ? overloaded(is, asked(is.name))
            : attached(is, known)),
      ];
    }),
    ...before.routines
      .filter(({ name }) => !left.has(name))
      .flatMap((gone) => calls(gone, { ...gone, callers: [] })),
  ];
}

function calls(was: Routine | undefined, is: Routine): Verdict[] {
  // A trigger function cannot be called: who may execute one may only attach it.
  const verb = is.isTrigger ? 'attach the trigger function' : 'call';
  const rights = is.isDefiner ? `, which acts with the rights of ${ownerOf(is)}` : '';
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

function ownerOf({ owner, ownerIsUnbound }: Routine): string {
  return ownerIsUnbound ? `${owner}, whom no policy binds,` : owner;
}

/** Where what is rewritten always counts: the platform calls it, a job does, or what enforces and records is made of it. */
const OF_THE_FOUNDATION = /^(authz|audit|governance)\./;
const OURS = /^(public|authz|audit|governance)\./;

/** A table's rules, as applications are told of them. As long as the text is nothing but that, it opens nothing: policies are told. */
const RULES = /^authz\.rules_\w+\(\)$/;
const MERE_DATA = /^begin return '(?:[^']|'')*' ; end ?;?$/i;

/** What a routine's text decides: nothing to tell where nobody asks it and nobody borrows rights by it. */
function rewritten(was: Routine, is: Routine, askers: readonly string[]): Verdict[] {
  const isDefiner = is.isDefiner || was.isDefiner;
  const isDoor = isDefiner && (is.callers.length > 0 || OURS.test(is.name));
  if (askers.length === 0 && !isDoor && !OF_THE_FOUNDATION.test(is.name)) return [];
  const changes = [
    ...(was.isDefiner !== is.isDefiner
      ? [is.isDefiner ? `acts with the rights of ${ownerOf(is)}` : 'acts with the rights of its caller']
      : []),
    ...(was.owner !== is.owner ? [`belongs to ${ownerOf(is)} instead of ${was.owner}`] : []),
    ...(was.volatility !== is.volatility ? [`is ${is.volatility} instead of ${was.volatility}`] : []),
    ...(was.settings.join() !== is.settings.join()
      ? [
          is.settings.length === 0
            ? 'runs under the settings of its caller'
            : `runs under ${is.settings.join(', ')}`,
        ]
      : []),
    ...is.traits.filter((trait) => !was.traits.includes(trait)),
    ...was.traits.filter((trait) => !is.traits.includes(trait)).map((trait) => `no longer ${trait}`),
    ...(was.signature !== is.signature ? ['takes or gives something else'] : []),
    ...((normalised(was) !== normalised(is) && !areRules(was, is)) || was.language !== is.language
      ? ['has another text']
      : []),
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

function areRules(...routines: readonly Routine[]): boolean {
  return routines.every((routine) => RULES.test(routine.name) && MERE_DATA.test(normalised(routine)));
}

/**
 * New code that runs whenever somebody writes to a table that was there before: with the rights of its owner, or of whoever comes
 * along. What policies and views ask is told by what they let through.
 */
function attached(is: Routine, known: ReadonlySet<string>): Verdict[] {
  const askers = is.askedBy.filter(
    (asker) =>
      asker.startsWith('event trigger ') ||
      (!/^(policy|view) /.test(asker) && known.has(asker.replace(/^.* (on|of) /, ''))),
  );
  if (askers.length === 0) return [];
  return [
    {
      mark: 'changed',
      realm: EVERYBODY,
      about: is.name,
      sentence: `${is.name} is new${tellAskers(askers, is).replace(/,$/, '')}`,
      details: askers,
    },
  ];
}

/** A call that is resolved by name when it runs may find this one from now on. */
function overloaded(is: Routine, askers: readonly string[]): Verdict[] {
  if (askers.length === 0) return [];
  return [
    {
      mark: 'changed',
      realm: EVERYBODY,
      about: is.name,
      sentence: `${is.name} is new beside a function of the same name${tellAskers(askers, is).replace(/,$/, '')}`,
      details: askers,
    },
  ];
}

function tellAskers(askers: readonly string[], is: Routine): string {
  if (askers.length === 0) {
    return is.callers.length === 0
      ? ', which only its owner and the platform may call,'
      : `, callable by ${listed(is.callers.map(nameOfRealm))},`;
  }
  const kinds = new Map<string, number>();
  for (const asker of askers) {
    const kind = /^(event trigger|\w+)/.exec(asker)?.[0] ?? '';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const plural: Readonly<Record<string, string>> = { policy: 'policies' };
  const counted = [...kinds].map(
    ([kind, count]) => `${count} ${count === 1 ? kind : (plural[kind] ?? `${kind}s`)}`,
  );
  return `, which ${listed(counted)} ask${askers.length === 1 ? 's' : ''},`;
}

function bareName(name: string): string {
  return name.slice(0, name.indexOf('(')).replaceAll('"', '');
}

/** Everything that asks a routine: itself, or through others whose text names it, with its schema or by way of search_path. */
export function askersOf({ routines }: Reach): (name: string) => readonly string[] {
  let callers: ReadonlyMap<string, readonly Routine[]> | undefined;
  const byName = new Map(routines.map((routine) => [routine.name, routine]));
  const known = new Map<string, readonly string[]>();
  const find = (name: string, path: ReadonlySet<string>): readonly string[] => {
    const done = known.get(name);
    if (done) return done;
    callers ??= callersByName(routines);
    const through = (callers.get(bareName(name)) ?? [])
      .filter((routine) => !path.has(routine.name))
      .flatMap((routine) => [
        ...(routine.isDefiner && routine.callers.length > 0 ? [`function ${routine.name}`] : []),
        ...find(routine.name, new Set([...path, routine.name])),
      ]);
    const askers = [...new Set([...(byName.get(name)?.askedBy ?? []), ...through])].sort();
    if (path.size === 1) known.set(name, askers);
    return askers;
  };
  return (name) => find(name, new Set([name]));
}

/** Routines by the bare names that stand before a parenthesis in their text. */
function callersByName(routines: readonly Routine[]): ReadonlyMap<string, readonly Routine[]> {
  const schemasOf = new Map<string, Set<string>>();
  for (const { name } of routines) {
    const [schema = '', own = ''] = bareName(name).split('.');
    schemasOf.set(own, (schemasOf.get(own) ?? new Set()).add(schema));
  }
  const found = new Map<string, Routine[]>();
  const add = (name: string, routine: Routine) => {
    const list = found.get(name) ?? [];
    if (!list.includes(routine)) found.set(name, [...list, routine]);
  };
  for (const routine of routines) {
    const path = routine.settings.find((setting) => setting.startsWith('search_path='));
    for (const word of routine.body.replaceAll('"', '').match(/[\w.]+(?=\s*\()/g) ?? []) {
      if (word.includes('.')) add(word, routine);
      for (const schema of word.includes('.') ? [] : (schemasOf.get(word) ?? [])) {
        // Without a search_path of its own a routine finds whatever its caller's finds.
        if (!path || path.includes(schema)) add(`${schema}.${word}`, routine);
      }
    }
  }
  return found;
}
