import type { Reach, Relation } from '../reach/reach.ts';
import { decidingViews } from './deciding-tables.ts';
import { byName, hiddenFrom } from './grasp.ts';
import { isSame } from './same.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed, nameOfRealm } from './words.ts';

/** What comes with a privilege that no policy is asked about. */
const BARE: Readonly<Record<string, string>> = {
  TRUNCATE: 'empty %s, whatever its policies say',
  REFERENCES: 'refer to %s with foreign keys, and so ask which keys exist',
  TRIGGER: 'put triggers on %s, which run as whoever writes next',
  MAINTAIN: 'lock %s against everybody',
  USAGE: 'draw numbers from %s',
  SELECT: 'read the last number of %s',
  UPDATE: 'set the next number of %s',
};

/** Privileges beside those on rows, owners, views' modes, rules and parents: whatever else a relation opens. */
export function compareHoldings(before: Reach, after: Reach): Verdict[] {
  const [old, now] = [byName(before.relations), byName(after.relations)];
  return after.relations.flatMap((is) => {
    const was = old.get(is.name);
    if (isSame(was, is)) return [];
    return [
      ...bareRights(was, is),
      ...(was
        ? [
            ...contents(was, is, now),
            ...rules(was, is),
            ...owner(was, is),
            ...security(was, is),
            ...logged(was, is),
            ...decides(was, is, [before, after]),
          ]
        : rules(undefined, is)),
      ...parents(was, is, now),
    ];
  });
}

function bareRights(was: Relation | undefined, is: Relation): Verdict[] {
  const realms = [...new Set([...Object.keys(was?.held ?? {}), ...Object.keys(is.held)])].sort();
  return realms.flatMap((realm) => {
    const [had, has] = [was?.held[realm]?.bare ?? [], is.held[realm]?.bare ?? []];
    const tell = (right: string) => (BARE[right] ?? right).replace('%s', is.name);
    const verdict = (mark: 'widened' | 'narrowed', right: string, can: string): Verdict => ({
      mark,
      realm,
      about: is.name,
      sentence: `${nameOfRealm(realm)} ${can} ${tell(right)}`,
    });
    return [
      ...has.filter((right) => !had.includes(right)).map((right) => verdict('widened', right, 'can now')),
      ...had
        .filter((right) => !has.includes(right))
        .map((right) => verdict('narrowed', right, 'can no longer')),
    ];
  });
}

/** Who reads a relation by any column. */
function readersOf({ held }: Relation): readonly string[] {
  return Object.entries(held)
    .filter(([, { SELECT }]) => SELECT.length > 0)
    .map(([realm]) => realm)
    .sort();
}

/** What a view, a materialised view or a foreign table opens, to whom who could use it before. */
function contents(was: Relation, is: Relation, now: ReadonlyMap<string, Relation>): Verdict[] {
  if (is.kind === 'table' || is.kind === 'sequence') return [];
  return Object.keys(is.held)
    .filter((realm) => was.held[realm])
    .sort()
    .flatMap((realm) => {
      // Who only writes through a view reaches by it what its owner may write.
      const use = (is.held[realm]?.SELECT.length ?? 0) > 0 ? 'read' : 'write';
      return contentOf(was, is, use, (relation) => hiddenFrom(realm, relation, now)).map(([mark, rest]) => ({
        mark,
        realm,
        about: is.name,
        sentence: `${nameOfRealm(realm)} ${rest}`,
        details: [`before: ${was.definition}`, `now: ${is.definition}`],
      }));
    });
}

function contentOf(
  was: Relation,
  is: Relation,
  use: 'read' | 'write',
  hidden: (relation: Relation) => readonly string[],
): readonly (readonly [Mark, string])[] {
  const through = `${use} through ${is.name}`;
  const seen = use === 'read' ? 'see' : 'write';
  const isOther = was.definition !== is.definition;
  if (is.kind !== 'view') return isOther ? [['changed', `can ${through} something else than before`]] : [];
  if (was.isInvoker && !is.isInvoker)
    return [['widened', `can now ${through} whatever its owner ${is.owner} may ${seen}`]];
  if (!was.isInvoker && is.isInvoker)
    return [['narrowed', `can ${through} only what they may ${use} themselves`]];
  if (is.isInvoker) {
    const shown = hidden(is).filter((name) => !hidden(was).includes(name));
    if (shown.length === 0) return [];
    return [
      ['widened', `can now ${through} what they may ${seen} of ${listed(shown)}, which they cannot name`],
    ];
  }
  const other = `can ${through} what its owner ${is.owner} may ${seen}, by another query`;
  return [...(isOther ? [['changed', other] as const] : []), ...filters(was, is)];
}

/**
 * A view that decides about others, whoever reads it: its reader's rights are then the function's that asks it, and its conditions are
 * what the function asks.
 */
function decides(was: Relation, is: Relation, reaches: readonly Reach[]): Verdict[] {
  const changes = [
    ...(was.definition === is.definition ? [] : ['has another query']),
    ...(was.isInvoker === is.isInvoker
      ? []
      : [is.isInvoker ? "runs with its reader's rights" : `runs with the rights of its owner ${is.owner}`]),
  ];
  if (changes.length === 0) return [];
  const views = reaches.map(decidingViews);
  const ofPolicies = views.some((view) => view.ofPolicies.has(is.name));
  if (!ofPolicies && !views.some((view) => view.ofDefiners.has(is.name))) return [];
  const what = ofPolicies ? 'by which policies decide' : "which is read with other rights than its reader's";
  return [
    {
      mark: 'changed',
      realm: EVERYBODY,
      about: is.name,
      sentence: `${is.name}, ${what}, ${listed(changes)}`,
      details: [`before: ${was.definition}`, `now: ${is.definition}`],
    },
  ];
}

/** What a view keeps from its reader's own functions, and from what is written through it. */
function filters(was: Relation, is: Relation): readonly (readonly [Mark, string])[] {
  const told = (item: string) =>
    item.startsWith('security_barrier')
      ? `see what ${is.name} filters out, by functions of their own`
      : `write through ${is.name} what it does not show`;
  const items = ({ filters }: Relation) => (filters === '' ? [] : filters.split(', '));
  const differ = (from: Relation, other: Relation) =>
    items(from).filter((item) => !/=(false|off|no|0)$/.test(item) && !items(other).includes(item));
  return [
    ...differ(was, is).map((item) => ['widened', `can now ${told(item)}`] as const),
    ...differ(is, was).map((item) => ['narrowed', `can no longer ${told(item)}`] as const),
  ];
}

function rules(was: Relation | undefined, is: Relation): Verdict[] {
  const verdict = (mark: Verdict['mark'], sentence: string, rule: string): Verdict => ({
    mark,
    realm: EVERYBODY,
    about: is.name,
    sentence,
    details: [rule],
  });
  return [
    ...is.rules
      .filter((rule) => !was?.rules.includes(rule))
      .map((rule) =>
        verdict(
          'changed',
          `a rule rewrites statements on ${is.name}, with the rights of its owner ${is.owner}`,
          rule,
        ),
      ),
    ...(was?.rules ?? [])
      .filter((rule) => !is.rules.includes(rule))
      .map((rule) => verdict('changed', `a rule no longer rewrites statements on ${is.name}`, rule)),
  ];
}

function owner(was: Relation, is: Relation): Verdict[] {
  if (was.owner === is.owner) return [];
  return [
    {
      mark: 'changed',
      realm: is.owner,
      about: is.name,
      sentence: `${is.name} belongs to ${is.owner} instead of ${was.owner}: an owner grants, alters and drops`,
    },
  ];
}

/** Row security is told of the table itself too: who is bound by it today may be another one tomorrow. */
function security(was: Relation, is: Relation): Verdict[] {
  const verdict = (mark: Verdict['mark'], sentence: string): Verdict[] => [
    { mark, realm: EVERYBODY, about: is.name, sentence },
  ];
  if (was.rowSecurity !== is.rowSecurity) {
    return is.rowSecurity
      ? verdict('narrowed', `the policies of ${is.name} hold from now on`)
      : verdict(
          'widened',
          `the policies of ${is.name} no longer hold for anybody: row-level security is off`,
        );
  }
  if (was.forced === is.forced) return [];
  return is.forced
    ? verdict('narrowed', `the policies of ${is.name} bind its owner ${is.owner} too`)
    : verdict('widened', `the policies of ${is.name} no longer bind its owner ${is.owner}`);
}

/** What is not in the log is empty after a crash, and on every server that lives by the log: so records are lost without a statement. */
function logged(was: Relation, is: Relation): Verdict[] {
  if (is.kind !== 'table' || was.isLogged === is.isLogged) return [];
  return [
    {
      mark: is.isLogged ? 'narrowed' : 'widened',
      realm: EVERYBODY,
      about: is.name,
      sentence: is.isLogged
        ? `the rows of ${is.name} outlive a crash from now on`
        : `the rows of ${is.name} are no longer logged: a crash empties it, and no standby has them`,
    },
  ];
}

/** Through a parent, a child's rows are read under the parent's policies, and under none of its own. */
function parents(was: Relation | undefined, is: Relation, now: ReadonlyMap<string, Relation>): Verdict[] {
  if (!was) return [];
  const differ = (from: Relation, other: Relation) =>
    from.parents.filter((parent) => !other.parents.includes(parent));
  const verdict = (mark: Mark, parent: string, rest: string): Verdict[] => {
    const readers = readersOf(now.get(parent) ?? is).map(nameOfRealm);
    if (readers.length === 0) return [];
    return [
      {
        mark,
        realm: EVERYBODY,
        about: is.name,
        sentence: `the rows of ${is.name} are ${rest}: by ${listed(readers)}`,
      },
    ];
  };
  return [
    ...differ(is, was).flatMap((parent) =>
      verdict('widened', parent, `now read through ${parent} too, under the policies of that`),
    ),
    ...differ(was, is).flatMap((parent) => verdict('narrowed', parent, `no longer read through ${parent}`)),
  ];
}
