import type { Condition, Realm, Rule, RuleOperation, TablePolicy } from '../../policies/vocabulary.ts';
import { type Audience, audienceKey, audienceOf, byText, uniteRoles } from './audience.ts';
import { conditionKey, sortConditions } from './conditions.ts';

/** Rules with the same conditions and capabilities, as one. */
export interface Branch {
  readonly audience: Audience;
  readonly conditions: readonly Condition[];
}

/** The rules of one table, realm and operation. */
export function rulesOf(table: TablePolicy, realm: Realm, operation: RuleOperation): readonly Rule[] {
  return table.rules.filter((rule) => rule.realm === realm && rule.operation === operation);
}

/** The conditions of a rule, in the vocabulary's order. */
export function conditionsOf(rule: Rule): readonly Condition[] {
  return 'conditions' in rule ? sortConditions(rule.conditions ?? []) : [];
}

/** Rules as branches, in an order that does not depend on the file's. */
export function branchesOf(rules: readonly Rule[]): readonly Branch[] {
  const merged = new Map<string, Branch>();
  for (const rule of rules) {
    const audience = audienceOf(rule);
    const conditions = conditionsOf(rule);
    const key = `${audience.capabilities.join()}|${conditions.map(conditionKey).join()}`;
    const known = merged.get(key);
    const roles = known ? uniteRoles(known.audience.roles, audience.roles) : audience.roles;
    merged.set(key, { audience: { ...audience, roles }, conditions });
  }
  return [...merged.values()].sort(
    byText((branch) => `${audienceKey(branch.audience)}|${branch.conditions.map(conditionKey).join()}`),
  );
}
