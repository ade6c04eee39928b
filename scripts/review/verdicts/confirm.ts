import type { Observation, ObservedChange } from '../facts/observed.ts';
import type { ReviewFinding } from '../guards/guard.ts';
import { EVERYBODY, mayWiden, type Verdict } from './verdict.ts';
import { nameOfRealm, VERBS } from './words.ts';

export interface ConfirmedVerdict extends Verdict {
  /** Personas that really get otherwise than before by it; undefined where nobody tried, or where there is nothing to try. */
  readonly seen?: readonly string[];
}

/** What confirms a verdict, and what nobody foresaw. */
export interface Confirmation {
  readonly verdicts: readonly ConfirmedVerdict[];
  readonly findings: readonly ReviewFinding[];
}

/**
 * Puts what was observed beside what the catalog tells. Something gained that no verdict speaks of is a finding: then the
 * comparison has overlooked a way. [S-30]
 */
export function confirm(verdicts: readonly Verdict[], observation: Observation | undefined): Confirmation {
  if (!observation) return { verdicts, findings: [] };
  const confirmed = verdicts.map((verdict): ConfirmedVerdict => {
    if (!verdict.command || verdict.mark === 'equal') return verdict;
    const seen = [...observation.changes, ...firstOf(observation)]
      .filter((change) => isOf(verdict, change))
      .map(({ persona }) => persona);
    return { ...verdict, seen: [...new Set(seen)] };
  });
  const gains = observation.changes.filter(({ after }) => after === 'allow');
  const told = (gain: ObservedChange) => verdicts.some((verdict) => mayWiden(verdict) && isOf(verdict, gain));
  const foreseen = ({ role }: ObservedChange) =>
    verdicts.some((verdict) => mayWiden(verdict) && (verdict.realm === role || verdict.realm === EVERYBODY));
  return {
    verdicts: [...confirmed, ...foundOut(gains.filter((gain) => !told(gain)))],
    findings: gains
      .filter((gain) => !foreseen(gain))
      .map(({ persona, operation, relation, whose }) => ({
        guard: 'observation-foreseen',
        where: relation,
        problem: `${persona} got ${operation} of ${whose} rows, which the catalog does not tell`,
        expected: 'nothing gained on a real connection that the comparison of catalogs has not foreseen',
        remedy: 'find the way it goes, and report it: the comparison is incomplete',
      })),
  };
}

/** What personas get of a table that was not there before. */
function firstOf({ cells }: Observation): readonly ObservedChange[] {
  return cells
    .filter(({ before, after }) => before === null && after === 'allow')
    .map((cell) => ({ ...cell, before: 'no_grant' }));
}

/** What only trying shows: which rows a helper's new text opens, the catalog cannot tell. */
function foundOut(gains: readonly ObservedChange[]): readonly ConfirmedVerdict[] {
  const groups = new Map<string, ConfirmedVerdict & { readonly seen: string[] }>();
  for (const { role, operation, relation, persona } of gains) {
    const key = `${role} ${operation} ${relation}`;
    const sentence = `${nameOfRealm(role)} can now ${VERBS[operation]} ${relation}, as personas found out`;
    const group = groups.get(key) ?? {
      mark: 'widened',
      realm: role,
      about: relation,
      command: operation,
      sentence,
      seen: [],
    };
    if (!group.seen.includes(persona)) group.seen.push(persona);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function isOf({ realm, about, command, mark }: Verdict, change: ObservedChange): boolean {
  if (change.relation !== about || change.role !== realm || change.operation !== command) return false;
  return mark === 'changed' || (change.after === 'allow') === (mark === 'widened');
}
