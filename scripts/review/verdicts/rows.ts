import type { Decision, Situations } from '../conditions/decision.ts';
import { ALWAYS } from '../conditions/decision.ts';
import { all, any, FALSE, type Formula, TRUE } from '../conditions/formula.ts';
import { parseCondition } from '../conditions/parse-condition.ts';
import { atomsIn, conjunctsOf, printCondition } from '../conditions/print-condition.ts';
import { OPERATOR, OWN_TENANT, ROLE } from '../conditions/read-atom.ts';
import type { Command, Relation } from '../reach/reach.ts';

/** Which rows a role reaches by a command: those it finds, and those it may leave behind. */
export interface Rows {
  readonly found: Formula;
  readonly written: Formula;
}

export const NO_ROWS: Rows = { found: FALSE, written: FALSE };
const EVERY_ROW: Rows = { found: TRUE, written: TRUE };

/**
 * The rows that policies let through: every restrictive one and any permissive one of those that apply. A command that writes no
 * row, or finds none, is told by the other half alone.
 *
 * @param role holds the privilege, which is not asked here.
 */
export function rowsOf(relation: Relation, role: string, command: Command): Rows {
  if (relation.kind !== 'table' || !relation.rowSecurity || relation.held[role]?.isUnbound) return EVERY_ROW;
  const applying = relation.policies.filter(
    (policy) => policy.appliesTo.includes(role) && (policy.command === command || policy.command === 'ALL'),
  );
  const through = (part: (policy: Relation['policies'][number]) => string | null): Formula => {
    const permissive = applying.filter(({ isPermissive }) => isPermissive);
    const restrictive = applying.filter(({ isPermissive }) => !isPermissive);
    return all([
      ...restrictive.map((policy) => parseCondition(part(policy))),
      permissive.length === 0 ? FALSE : any(permissive.map((policy) => parseCondition(part(policy)))),
    ]);
  };
  const found = through(({ using }) => using);
  // PostgreSQL checks new rows by USING where a policy has no WITH CHECK.
  const written = through(({ using, check }) => check ?? using);
  if (command === 'INSERT') return { found: written, written };
  return command === 'UPDATE' ? { found, written } : { found, written: found };
}

/** Both halves as one condition, for what is told of them together. */
export function wholeOf({ found, written }: Rows): Formula {
  return all([found, written]);
}

/** The roles of people that the conditions name. */
export function rolesIn(...formulas: readonly Formula[]): readonly string[] {
  const texts = formulas.flatMap(atomsIn).filter((text) => text.startsWith(ROLE));
  return [...new Set(texts.map((text) => text.slice(ROLE.length)))].sort();
}

/** Stands for every role that no condition names. */
export const ANY_OTHER = '';

/** The situations of somebody with this role and no other. */
export function asRole(
  decision: Decision,
  set: Situations,
  role: string,
  named: readonly string[],
): Situations {
  return decision.given(set, new Map(named.map((name) => [`${ROLE}${name}`, name === role])));
}

/**
 * Conditions that `asked` always asked of somebody and `now` no longer does.
 *
 * @param as narrows to the situations of that somebody; what is always true of them is no condition.
 */
export function conditionsGone(
  decision: Decision,
  asked: Formula,
  now: Formula,
  as: (set: Situations) => Situations,
): readonly string[] {
  const [before, after] = [as(decision.truth(asked)), as(decision.truth(now))];
  const gone = conditionsIn(asked).filter((condition) => {
    const set = as(decision.truth(condition));
    return set !== ALWAYS && decision.isWithin(before, set) && !decision.isWithin(after, set);
  });
  return [...new Set(gone.map(printCondition))];
}

/** Every part that might be asked of all rows: conjuncts, also those inside alternatives. */
function conditionsIn(formula: Formula): readonly Formula[] {
  return conjunctsOf(formula).flatMap((part) =>
    part.kind === 'or' ? [part, ...part.parts.flatMap(conditionsIn)] : [part],
  );
}

const OWN = /authz\.(own_patient_ids|is_own_patient|patient_organisation_ids|user_id)\b/;

/** Whose rows they are, in words. */
export function whose(decision: Decision, formula: Formula, hasTenant: boolean): string {
  const set = decision.truth(formula);
  if (set === ALWAYS) return hasTenant ? ', every row of every organisation' : ', every row';
  if (decision.requires(set, OWN_TENANT)) return ' of their own organisation';
  if (decision.requires(set, OPERATOR)) return ', as operators';
  if (atomsIn(formula).some((text) => OWN.test(text) && decision.requires(set, text)))
    return ' that are their own';
  return hasTenant ? ', of any organisation, where its policies let them' : ', where its policies let them';
}
