import { quoteLiteral } from '../../postgres/quote.ts';
import type { Draft, Operator } from '../mutant.ts';
import type { Site } from '../sites.ts';
import type { Subjects } from '../subjects.ts';
import { replaced, type Token } from '../tokens.ts';

/** Lets one more role in, or everybody, or asks one capability less. */
export const widenRoles: Operator = {
  name: 'widen-roles',
  about: 'let another role in, or all of them, or ask one capability less',
  mutate: (subjects) =>
    policySets(subjects).flatMap(({ site, sets }) => sets.flatMap((set) => wider(site, sets, set, subjects))),
};

/** Leaves one role out. */
export const narrowRoles: Operator = {
  name: 'narrow-roles',
  about: 'leave one role out',
  mutate: (subjects) =>
    policySets(subjects).flatMap(({ site, sets }) =>
      sets
        .filter(({ isRoles, names }) => isRoles && names.length > 1)
        .flatMap((set) =>
          set.names.map((name) =>
            draftOf(site, set, `without ${name}`, [[set, set.names.filter((other) => other !== name)]]),
          ),
        ),
    ),
};

/** The argument of a helper that names an audience: `'{doctor,nurse}'`. */
interface AudienceSet {
  readonly helper: string;
  readonly token: Token;
  readonly names: readonly string[];
  /** The first argument names roles, of which one is enough; the second capabilities, all of which are needed. */
  readonly isRoles: boolean;
}

function policySets({ sites }: Subjects): readonly { site: Site; sets: readonly AudienceSet[] }[] {
  return sites
    .filter(({ kind }) => kind === 'policy')
    .map((site) => ({ site, sets: setsOf(site.tokens) }))
    .filter(({ sets }) => sets.length > 0);
}

/** Names within braces are the helper's role and capability sets, whatever the helper is called. */
function setsOf(tokens: readonly Token[]): readonly AudienceSet[] {
  return tokens.flatMap((token, index): AudienceSet[] => {
    if (!/^'\{[a-z_,]*\}'$/.test(token.text)) return [];
    const opening = tokens
      .slice(0, index)
      .findLastIndex(({ text, depth }) => text === '(' && depth === token.depth - 1);
    const commas = tokens
      .slice(opening, index)
      .filter(({ text, depth }) => text === ',' && depth === token.depth).length;
    const names = token.text.slice(2, -2).split(',').filter(Boolean);
    return [{ helper: tokens[opening - 1]?.word ?? '', token, names, isRoles: commas === 0 }];
  });
}

function wider(
  site: Site,
  sets: readonly AudienceSet[],
  set: AudienceSet,
  subjects: Subjects,
): readonly Draft[] {
  if (set.names.length === 0) return [];
  if (!set.isRoles) {
    return set.names.map((name) =>
      draftOf(site, set, `without ${name}`, [[set, set.names.filter((other) => other !== name)]]),
    );
  }
  // Where branches have audiences of their own, the outer set only finds the tenant: a role has to enter both to get in,
  // and the outer set alone lets nobody in.
  const outer = sets.find(({ helper, isRoles }) => helper.startsWith('organisation_') && isRoles);
  const inner = sets.filter(({ helper }) => helper.startsWith('holds'));
  if (set === outer && inner.length > 0) return [];
  const and = (names: (of: AudienceSet) => readonly string[]): Change[] =>
    outer !== undefined && outer !== set ? [[outer, names(outer)]] : [];
  const others = universeOf(set.helper, subjects).filter((name) => !set.names.includes(name));
  return [
    ...others.map((name) =>
      draftOf(site, set, `and ${name}`, [
        [set, [...set.names, name]],
        ...and((of) => (of.names.includes(name) || of.names.length === 0 ? of.names : [...of.names, name])),
      ]),
    ),
    draftOf(site, set, 'anybody', [[set, []], ...and(() => [])]),
  ];
}

/** Every role that any policy names to helpers of the same kind. */
function universeOf(helper: string, subjects: Subjects): readonly string[] {
  const isOps = (name: string) => name === 'is_operator';
  const names = policySets(subjects).flatMap(({ sets }) =>
    sets.filter((set) => set.isRoles && isOps(set.helper) === isOps(helper)).flatMap((set) => set.names),
  );
  return [...new Set(names)].sort();
}

type Change = readonly [set: AudienceSet, names: readonly string[]];

function draftOf(site: Site, set: AudienceSet, how: string, changes: readonly Change[]): Draft {
  const fromTheEnd = [...changes].sort(([a], [b]) => b.token.start - a.token.start);
  const text = fromTheEnd.reduce(
    (changed, [{ token }, names]) => replaced(changed, token, quoteLiteral(`{${names.join(',')}}`)),
    site.text,
  );
  return {
    subject: site.subject,
    what: `${site.place}${set.helper} {${set.names.join(',')}} ${how}`,
    sql: site.install(text),
    role: site.role,
  };
}
