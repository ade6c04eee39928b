import type { Reach, Relation } from '../reach/reach.ts';
import type { Verdict } from './verdict.ts';
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
  const old = new Map(before.relations.map((relation) => [relation.name, relation]));
  return after.relations.flatMap((is) => {
    const was = old.get(is.name);
    return [
      ...bareRights(was, is),
      ...(was
        ? [...viewMode(was, is), ...rules(was, is), ...owner(was, is), ...security(was, is)]
        : rules(undefined, is)),
      ...parents(was, is, after),
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

function viewMode(was: Relation, is: Relation): Verdict[] {
  if (is.kind !== 'view') return [];
  return readersOf(is)
    .filter((realm) => was.held[realm])
    .flatMap((realm): Verdict[] => {
      const verdict = (mark: Verdict['mark'], sentence: string): Verdict => ({
        mark,
        realm,
        about: is.name,
        sentence,
        details: [`before: ${was.definition}`, `now: ${is.definition}`],
      });
      const who = nameOfRealm(realm);
      if (was.isInvoker && !is.isInvoker)
        return [
          verdict('widened', `${who} can now read through ${is.name} whatever its owner ${is.owner} may see`),
        ];
      if (!was.isInvoker && is.isInvoker)
        return [verdict('narrowed', `${who} can read through ${is.name} only what they may read themselves`)];
      if (is.isInvoker || was.definition === is.definition) return [];
      return [
        verdict(
          'changed',
          `${who} can read through ${is.name} what its owner ${is.owner} may see, by another query`,
        ),
      ];
    });
}

function rules(was: Relation | undefined, is: Relation): Verdict[] {
  const verdict = (mark: Verdict['mark'], sentence: string, rule: string): Verdict => ({
    mark,
    realm: 'everybody',
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
    { mark, realm: 'everybody', about: is.name, sentence },
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

/** Through a parent, a child's rows are read under the parent's policies, and under none of its own. */
function parents(was: Relation | undefined, is: Relation, after: Reach): Verdict[] {
  if (!was) return [];
  return is.parents
    .filter((parent) => !was.parents.includes(parent))
    .flatMap((parent) => {
      const readers = readersOf(after.relations.find(({ name }) => name === parent) ?? is).map(nameOfRealm);
      if (readers.length === 0) return [];
      return [
        {
          mark: 'widened' as const,
          realm: 'everybody',
          about: is.name,
          sentence: `the rows of ${is.name} are now read through ${parent} too, under the policies of that: by ${listed(readers)}`,
        },
      ];
    });
}
