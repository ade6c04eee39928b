import type { Condition, Realm, Rule, RuleOperation, TablePolicy } from '../../policies/vocabulary.ts';
import { type Audience, audienceKey, audienceOf, byText, hoursOf, uniteRoles } from './audience.ts';
import { type Bypassable, conditionKey, isBypassable, sortConditions } from './conditions.ts';

/** Rules that say the same to different roles, as one. */
export interface Branch {
  readonly audience: Audience;
  readonly conditions: readonly Condition[];
  readonly bypassable?: Bypassable;
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
    const branch = branchOf(rule);
    const key = branchKey({ ...branch, audience: { ...branch.audience, roles: [] } });
    const known = merged.get(key);
    const roles = known ? uniteRoles(known.audience.roles, branch.audience.roles) : branch.audience.roles;
    merged.set(key, { ...branch, audience: { ...branch.audience, roles } });
  }
  return [...merged.values()].sort(byText(branchKey));
}

/** What the branches' conditions are called, for telling common ones from those of one branch. */
export function termKeys({ conditions, bypassable }: Branch): readonly string[] {
  return [...conditions.map(conditionKey), ...(bypassable ? [bypassableKey(bypassable)] : [])];
}

/** Whether nothing of a branch is for patients whom the caller neither treats nor broke the glass for. */
export function isOfTreated({ conditions, bypassable }: Branch): boolean {
  return [...conditions, ...(bypassable?.conditions ?? [])].includes('treating');
}

export function bypassableKey({ conditions, hours }: Bypassable): string {
  // The organisation's own hours are an empty list: joined, they would read as no hours at all.
  const within = hours?.length === 0 ? 'business' : (hours?.join('-') ?? '');
  return `bypassable ${conditions.map(conditionKey).join()} ${within}`;
}

function branchOf(rule: Rule): Branch {
  const audience = audienceOf(rule);
  const conditions = conditionsOf(rule);
  if (rule.realm !== 'provider' || !rule.emergencyBypass) return { audience, conditions };
  return {
    audience,
    conditions: conditions.filter((condition) => !isBypassable(condition)),
    bypassable: { conditions: conditions.filter(isBypassable), hours: hoursOf(rule.hours) },
  };
}

function branchKey(branch: Branch): string {
  return `${audienceKey(branch.audience)}|${termKeys(branch).join()}`;
}
