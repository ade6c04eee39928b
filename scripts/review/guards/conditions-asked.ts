import { ALWAYS, Decision } from '../conditions/decision.ts';
import { parseCondition } from '../conditions/parse-condition.ts';
import type { Policy, Reach } from '../reach/reach.ts';
import type { Guard } from './guard.ts';

/** Roles of requests; a definer function's own policies let it see what it decides about. */
const CALLERS: readonly string[] = ['anon', 'authenticated', 'patient', 'internal_ops'];

export const conditionsAsked: Guard = {
  name: 'conditions-asked',
  claim: 'no new permissive policy lets callers through without a condition, whatever stands beside it',
  requirements: ['S-04', 'N-24'],
  check({ start, end }) {
    const before = openPolicies(start.reach);
    return [...openPolicies(end.reach)]
      .filter((key) => !before.has(key))
      .map((key) => ({
        where: key,
        problem: 'asks nothing: its condition is always true',
        expected: 'a condition on the row and the caller; a fence beside it may be dropped one day',
        remedy: 'write the rule in policies/, and compose it: npm run db:new -- --amend',
      }));
  },
};

function openPolicies({ relations }: Reach): ReadonlySet<string> {
  return new Set(
    relations.flatMap(({ name, policies }) =>
      policies.filter(isOpen).map((policy) => `policy ${policy.name} on ${name}`),
    ),
  );
}

function isOpen({ isPermissive, appliesTo, using, check, command }: Policy): boolean {
  if (!isPermissive || !CALLERS.some((role) => appliesTo.includes(role))) return false;
  const parts = command === 'INSERT' ? [check] : [using, check ?? using];
  return parts.some((part) => part !== null && new Decision().truth(parseCondition(part)) === ALWAYS);
}
