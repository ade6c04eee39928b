import { ALWAYS, Decision, type Situations } from '../conditions/decision.ts';
import { all, any, FALSE, type Formula, simplify, TRUE } from '../conditions/formula.ts';
import { parseCondition } from '../conditions/parse-condition.ts';
import { atomsIn, conjunctsOf, printCondition } from '../conditions/print-condition.ts';
import {
  CLINIC_ROLE,
  HOURS,
  MEMBER,
  OPERATIONS_ROLE,
  OPERATOR,
  OWN_TENANT,
} from '../conditions/read-scalar.ts';
import type { Command, Policy, Relation } from '../reach/reach.ts';

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
  const through = (part: (policy: Policy) => string | null): Formula => {
    const permissive = applying.filter(({ isPermissive }) => isPermissive);
    const restrictive = applying.filter(({ isPermissive }) => !isPermissive);
    // Without an expression a restrictive policy refuses nothing, and a permissive one lets nothing through.
    const read = (policy: Policy, absent: Formula) => {
      const expression = part(policy);
      return expression === null ? absent : parseCondition(expression, relation.composites);
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

const array = (call: string, name: string) => `ANY (( SELECT authz.${call} AS ${name})::uuid[])`;

/**
 * What follows from the exact check of a row: that it is among the keys that stand before it for an index to find, and in a place
 * that the fence asks for. Each is how the two functions are written; where one of them is rewritten, that is told.
 */
const FOLLOWS: readonly (readonly [check: RegExp, follows: (column: string, kind: string) => string])[] = [
  [
    /^authz\.is_own_patient\(organisation_id, (?<column>\w+)\)$/,
    () => `organisation_id = ${array('patient_organisation_ids()', 'patient_organisation_ids')}`,
  ],
  [
    /^authz\.is_own_patient\(organisation_id, (?<column>\w+)\)$/,
    (column) => `${column} = ${array('own_patient_ids()', 'own_patient_ids')}`,
  ],
  [
    /^authz\.is_handed_over\('(?<kind>case|patient|consenting_patient)'::text, organisation_id, (?<column>\w+)\)$/,
    (column, kind) => `${column} = ${array(`handed_over_ids('${kind}'::text)`, 'handed_over_ids')}`,
  ],
  // Whoever acts in no organisation has no colleagues.
  [
    /^(?<column>\w+) = ANY \(\( SELECT authz\.colleague_ids\(\) AS colleague_ids\)::uuid\[\]\)$/,
    () => MEMBER,
  ],
];

/** Whether a window of the day lies in another one. One that runs over midnight is compared with none. */
function isWithinHours(one: string, other: string): boolean {
  const [from = 0, to = 0, wideFrom = 0, wideTo = 0] = [one, other].flatMap((text) => {
    const window = HOURS.exec(text);
    return window ? [Number(window[1]), Number(window[2])] : [0, 0];
  });
  return one !== other && from < to && wideFrom < wideTo && wideFrom <= from && to <= wideTo;
}

/** A diagram for rows that knows what our scalars imply: who has a role, or whose row's organisation it is, is a member. */
export function decisionOfRows(...formulas: readonly Formula[]): Decision {
  const decision = new Decision();
  const implies = (one: string, other: string) =>
    decision.suppose(decision.some([decision.complement(decision.holds(one)), decision.holds(other)]));
  implies(OWN_TENANT, MEMBER);
  const atoms = [...new Set(formulas.flatMap(atomsIn))];
  const hours = atoms.filter((text) => HOURS.test(text));
  for (const one of hours) {
    for (const other of hours) if (isWithinHours(one, other)) implies(one, other);
  }
  for (const text of atoms) {
    for (const [check, follows] of FOLLOWS) {
      const { column, kind = '' } = check.exec(text)?.groups ?? {};
      if (column !== undefined) implies(text, follows(column, kind));
    }
  }
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
 * What is known of somebody with this role. In a clinic, and among operators, everybody has one role at a time; who has one of
 * the first may have any of the second.
 */
export function knownOf(role: string, named: readonly string[]): ReadonlyMap<string, boolean> {
  const kind = KINDS.find((start) => role.startsWith(start)) ?? '';
  const others = named.filter((name) => name.startsWith(kind)).map((name) => [name, name === role] as const);
  return new Map([...others, ...(kind === CLINIC_ROLE ? [[MEMBER, true] as const] : [])]);
}

/**
 * The strongest conditions that `asked` always asked of somebody and `now` no longer does; what another of them implies is not
 * said again.
 */
export function conditionsGone(
  decision: Decision,
  asked: Formula,
  now: Formula,
  known: ReadonlyMap<string, boolean>,
): readonly string[] {
  const [was, is] = [simplify(asked, known), simplify(now, known)];
  const [before, after] = [decision.truth(was), decision.truth(is)];
  const gone = new Map<Situations, string>();
  // Nobody reads more of them than that, and each is compared with the whole.
  for (const condition of conditionsIn(was).slice(0, 60)) {
    const set = decision.truth(condition);
    if (set !== ALWAYS && !gone.has(set) && decision.isWithin(before, set) && !decision.isWithin(after, set))
      gone.set(set, printCondition(condition));
  }
  const isImplied = (set: Situations) =>
    [...gone.keys()].some((other) => other !== set && decision.isWithin(other, set));
  return [...gone].filter(([set]) => !isImplied(set)).map(([, text]) => text);
}

/** Every part that might be asked of all rows: conjuncts, also those inside alternatives. */
function conditionsIn(formula: Formula): readonly Formula[] {
  return conjunctsOf(formula).flatMap((part) =>
    part.kind === 'or' ? [part, ...part.parts.flatMap(conditionsIn)] : [part],
  );
}

const OWN = /authz\.(own_patient_ids|is_own_patient|user_id)\b/;
const OWN_CLINIC = /authz\.patient_organisation_ids\b/;

/** Whose rows they are, in words. */
export function whose(decision: Decision, set: Situations, formula: Formula, hasTenant: boolean): string {
  if (set === ALWAYS) return hasTenant ? ', every row of every organisation' : ', every row';
  if (decision.requires(set, OWN_TENANT)) return ' of their own organisation';
  if (decision.requires(set, OPERATOR)) return ', as operators';
  const asksFor = (what: RegExp) =>
    atomsIn(formula).some((text) => what.test(text) && decision.requires(set, text));
  if (asksFor(OWN)) return ' that are their own';
  if (asksFor(OWN_CLINIC)) return ' of the clinics where they are patients';
  return hasTenant ? ', of any organisation, where its policies let them' : ', where its policies let them';
}
