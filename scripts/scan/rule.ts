import type { Invariant } from '../catalog/invariants/invariant.ts';
import type { ScanScope } from './scope.ts';

/** How much a finding opens: rows of others now; rows of others together with one more fault; little by itself. */
export const LEVELS = ['high', 'medium', 'low'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * One rule about any database: an invariant whose query is written for a scope that is only known when it is asked.
 * Its claim is what holds of a database without findings.
 */
export interface ScanRule extends Omit<Invariant, 'query' | 'values' | 'requirements'> {
  readonly level: Level;
  /** How to mend it, as an instruction. */
  readonly remedy: string;
  /** What a database must have for the rule to mean anything. */
  readonly needs?: 'tenant' | 'storage';
  /** As an invariant's query: one row per object looked at, `problem` is NULL or says what is wrong with it. */
  readonly query: (scope: ScanScope) => string;
}

/** The rule as an invariant of one scope. */
export function asInvariant(rule: ScanRule, scope: ScanScope): Invariant {
  return { name: rule.name, claim: rule.claim, why: rule.why, requirements: [], query: rule.query(scope) };
}
