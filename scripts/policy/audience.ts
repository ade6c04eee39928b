import {
  CAPABILITIES,
  type Hours,
  OPS_ROLES,
  PROVIDER_ROLES,
  PURPOSES,
  type Rule,
} from '../../policies/vocabulary.ts';

/** What a membership must carry: one of the roles (empty: any) and all of the capabilities. Both in vocabulary order. */
export interface Membership {
  readonly roles: readonly string[];
  readonly capabilities: readonly string[];
}

/** Who a branch of a rule admits, and when, and from where: nothing of it depends on the row. */
export interface Audience extends Membership {
  /** `[start, end]`; empty: the organisation's own hours; null: at any time. */
  readonly hours: readonly number[] | null;
  /** Only from the networks that the organisation has listed, where it has. */
  readonly network: boolean;
  /** Only for these purposes, where the session names one; empty: for any. */
  readonly purposes: readonly string[];
}

/** The audience of a rule. Realms without roles admit everybody in them. Hours that an emergency opens are no part of it. */
export function audienceOf(rule: Rule): Audience {
  if (rule.realm === 'provider') {
    return {
      roles: rule.roles === 'any' ? [] : inOrder(rule.roles, PROVIDER_ROLES),
      capabilities: inOrder(rule.capabilities ?? [], CAPABILITIES),
      hours: rule.emergencyBypass ? null : hoursOf(rule.hours),
      network: rule.network ?? false,
      purposes: inOrder(rule.purposes ?? [], PURPOSES),
    };
  }
  const roles = rule.realm !== 'internal_ops' || rule.roles === 'any' ? [] : inOrder(rule.roles, OPS_ROLES);
  return { roles, capabilities: [], hours: null, network: false, purposes: [] };
}

/** Hours as the scalars take them. */
export function hoursOf(hours: Hours | undefined): readonly number[] | null {
  if (hours === undefined) return null;
  return hours === 'business' ? [] : [hours.start, hours.end];
}

/** Roles of two audiences with the same capabilities. */
export function uniteRoles(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return [];
  return inOrder([...a, ...b], [...PROVIDER_ROLES, ...OPS_ROLES]);
}

/**
 * The fewest audiences that together admit whoever one of these admits, and nobody else: those that differ in roles
 * alone are united, those that another one contains fall away.
 */
export function uniteAudiences(audiences: readonly Audience[]): readonly Audience[] {
  const byRest = new Map<string, Audience>();
  for (const audience of audiences) {
    const rest = audienceKey({ ...audience, roles: [] });
    const known = byRest.get(rest);
    byRest.set(rest, known ? { ...known, roles: uniteRoles(known.roles, audience.roles) } : audience);
  }
  const united = [...byRest.values()].sort(byText(audienceKey));
  return united.filter((one) => !united.some((other) => other !== one && contains(other, one)));
}

/** Whether whoever carries `inner` carries `outer` too. `any` is covered by `any` alone. */
export function covers(outer: Membership, inner: Membership): boolean {
  const holdsRole =
    outer.roles.length === 0 ||
    (inner.roles.length > 0 && inner.roles.every((role) => outer.roles.includes(role)));
  return holdsRole && outer.capabilities.every((capability) => inner.capabilities.includes(capability));
}

/** Whether whoever `inner` admits is admitted by `outer` too, whenever and wherever. */
function contains(outer: Audience, inner: Audience): boolean {
  const anyTime = outer.hours === null || outer.hours.join() === inner.hours?.join();
  const anyPurpose =
    outer.purposes.length === 0 ||
    (inner.purposes.length > 0 && inner.purposes.every((purpose) => outer.purposes.includes(purpose)));
  return covers(outer, inner) && anyTime && anyPurpose && (!outer.network || inner.network);
}

/** Whether an audience says more than a membership does. */
export function isLimited({ hours, network, purposes }: Audience): boolean {
  return hours !== null || network || purposes.length > 0;
}

/** One text per audience, for comparing and sorting. */
export function audienceKey({ roles, capabilities, hours, network, purposes }: Audience): string {
  const limits = `${hours === null ? '' : `|hours ${hours.join()}`}${network ? '|network' : ''}${purposes.length > 0 ? `|for ${purposes.join()}` : ''}`;
  return `${capabilities.join()}|${roles.join()}${limits}`;
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
