import { CAPABILITIES, OPS_ROLES, PROVIDER_ROLES, type Rule } from '../../policies/vocabulary.ts';

/** Who a branch of a rule admits: one of the roles (empty: any) and all of the capabilities. Both in vocabulary order. */
export interface Audience {
  readonly roles: readonly string[];
  readonly capabilities: readonly string[];
}

/** The audience of a rule. Realms without roles admit everybody in them. */
export function audienceOf(rule: Rule): Audience {
  if (rule.realm === 'provider') {
    return {
      roles: rule.roles === 'any' ? [] : inOrder(rule.roles, PROVIDER_ROLES),
      capabilities: inOrder(rule.capabilities ?? [], CAPABILITIES),
    };
  }
  if (rule.realm === 'internal_ops') {
    return { roles: rule.roles === 'any' ? [] : inOrder(rule.roles, OPS_ROLES), capabilities: [] };
  }
  return { roles: [], capabilities: [] };
}

/** Roles of two audiences with the same capabilities. */
export function uniteRoles(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return [];
  return inOrder([...a, ...b], [...PROVIDER_ROLES, ...OPS_ROLES]);
}

/**
 * The fewest audiences that together admit whoever one of these admits: those with the same capabilities are united,
 * those that another one contains fall away.
 */
export function uniteAudiences(audiences: readonly Audience[]): readonly Audience[] {
  const byCapabilities = new Map<string, Audience>();
  for (const audience of audiences) {
    const key = audience.capabilities.join();
    const known = byCapabilities.get(key);
    byCapabilities.set(key, known ? { ...known, roles: uniteRoles(known.roles, audience.roles) } : audience);
  }
  const united = [...byCapabilities.values()].sort(byText(audienceKey));
  return united.filter((one) => !united.some((other) => other !== one && contains(other, one)));
}

/** Whether whoever `inner` admits is admitted by `outer` too. `any` is contained in `any` alone. */
export function contains(outer: Audience, inner: Audience): boolean {
  const holdsRole =
    outer.roles.length === 0 ||
    (inner.roles.length > 0 && inner.roles.every((role) => outer.roles.includes(role)));
  return holdsRole && outer.capabilities.every((capability) => inner.capabilities.includes(capability));
}

/** One text per audience, for comparing and sorting. */
export function audienceKey(audience: Audience): string {
  return `${audience.capabilities.join()}|${audience.roles.join()}`;
}

/** A comparison for `sort` by code units: the same on every machine, unlike a collation. */
export function byText<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

function inOrder(values: readonly string[], order: readonly string[]): readonly string[] {
  return order.filter((value) => values.includes(value));
}
