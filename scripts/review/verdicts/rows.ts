import { ALWAYS, Decision, type Situations } from '../conditions/decision.ts';
import { all, any, FALSE, type Formula, TRUE } from '../conditions/formula.ts';
import { parseCondition } from '../conditions/parse-condition.ts';
import { atomsIn, conjunctsOf, printCondition } from '../conditions/print-condition.ts';
import { CLINIC_ROLE, MEMBER, OPERATIONS_ROLE, OPERATOR, OWN_TENANT } from '../conditions/read-scalar.ts';
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
    // Without an expression a restrictive policy refuses nothing, and a permissive one lets nothing through.
    const read = (policy: Relation['policies'][number], absent: Formula) => {
      const expression = part(policy);
      return expression === null ? absent : parseCondition(expression);
    };
    return all([
      ...restrictive.map((policy) => read(policy, TRUE)),
      any(permissive.map((policy) => read(policy, FALSE))),
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

const KINDS = [CLINIC_ROLE, OPERATIONS_ROLE];

/** A diagram for rows: whose role it is, or whose row's organisation, is a member. */
export function decisionOfRows(): Decision {
  const decision = new Decision();
  decision.suppose(decision.some([decision.complement(decision.holds(OWN_TENANT)), decision.holds(MEMBER)]));
  return decision;
}

/** The roles of people that the conditions name, as atoms. */
export function rolesIn(...formulas: readonly Formula[]): readonly string[] {
  const texts = formulas.flatMap(atomsIn).filter((text) => KINDS.some((kind) => text.startsWith(kind)));
  return [...new Set(texts)].sort();
}

/** `doctor` */
export function nameOfRole(atom: string): string {
  return KINDS.reduce((text, kind) => text.replace(kind, ''), atom);
}

/** Stands for every role that no condition names. */
export const ANY_OTHER = '';

/**
 * The situations of somebody with this role. In a clinic, and among operators, everybody has one role at a time; who has one of
 * the first may have any of the second.
 */
export function asRole(
  decision: Decision,
  set: Situations,
  role: string,
  named: readonly string[],
): Situations {
  const kind = KINDS.find((start) => role.startsWith(start)) ?? '';
  const others = named.filter((name) => name.startsWith(kind)).map((name) => [name, name === role] as const);
  const implied = kind === CLINIC_ROLE ? [[MEMBER, true] as const] : [];
  return decision.given(set, new Map([...others, ...implied]));
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
export function whose(decision: Decision, set: Situations, formula: Formula, hasTenant: boolean): string {
  if (set === ALWAYS) return hasTenant ? ', every row of every organisation' : ', every row';
  if (decision.requires(set, OWN_TENANT)) return ' of their own organisation';
  if (decision.requires(set, OPERATOR)) return ', as operators';
  if (atomsIn(formula).some((text) => OWN.test(text) && decision.requires(set, text)))
    return ' that are their own';
  return hasTenant ? ', of any organisation, where its policies let them' : ', where its policies let them';
}
