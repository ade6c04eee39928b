import type { FencedRealm, Realm, Rule, RuleOperation, TablePolicy } from '../../policies/vocabulary.ts';
import type { Audience } from './audience.ts';
import type { Branch } from './branches.ts';
import { type Bypassable, conditionSentence } from './conditions.ts';
import { COMMANDS } from './nodes.ts';

const VERBS: Record<RuleOperation, string> = { SELECT: 'read', INSERT: 'create', UPDATE: 'change' };

/** Any member at any time. */
const ANYBODY: Audience = { roles: [], capabilities: [], hours: null, network: false, purposes: [] };

/** Requirements that every fence serves, whatever the table. */
const FENCE_REQUIREMENTS = ['S-02', 'S-03', 'S-04', 'N-24'];

/** A policy's comment: who may do what with which rows, and why. */
export function describeBranches(
  realm: Realm,
  operation: RuleOperation,
  branches: readonly Branch[],
  rules: readonly Rule[],
): string {
  const sentences = branches.map((branch) => {
    const asked = branch.conditions.map(conditionSentence);
    const rows = [...asked, ...(branch.bypassable ? [bypassableSentence(branch.bypassable)] : [])].join(
      ' and ',
    );
    const which = rows === '' ? (WHOLE[realm] ?? 'rows') : `rows that are ${rows}`;
    return `${who(realm, branch.audience)} may ${VERBS[operation]} ${which}`;
  });
  const reasons = [...new Set(rules.flatMap((rule) => ('reason' in rule ? [rule.reason] : [])))].sort();
  const because = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return `${sentences.join('; ')}${because}. ${tag(rules.flatMap((rule) => rule.requirements))}`;
}

/** The comment of what keeps an opening of staff to the rows that its rules name. */
export function describeRows(operation: RuleOperation, rules: readonly Rule[]): string {
  const opening = `provider_${COMMANDS[operation]}`;
  const requirements = tag(rules.flatMap((rule) => rule.requirements));
  return `Whatever another policy allows, staff ${VERBS[operation]} only rows that the comment of ${opening} names. ${requirements}`;
}

/**
 * A fence's comment: the outermost reach of a realm.
 *
 * @param readers to whom the fence of staff opens, where these are not all of them.
 */
export function describeFence(
  table: TablePolicy,
  realm: FencedRealm,
  readers: readonly Audience[] | undefined,
): string {
  return `Whatever another policy allows, ${reach(table, realm, readers)}. ${tag(FENCE_REQUIREMENTS)}`;
}

function who(realm: Realm, audience: Audience): string {
  const roles = orList(audience.roles);
  if (realm === 'provider') {
    const capabilities =
      audience.capabilities.length === 0 ? '' : ` with ${audience.capabilities.join(' and ')}`;
    const { hours, network, purposes } = audience;
    const limits = [
      ...hoursSentence(hours),
      ...(network ? ['from a listed network'] : []),
      ...(purposes.length > 0 ? [`for ${orList(purposes)} where a purpose is named`] : []),
    ];
    const limited = limits.length === 0 ? '' : `, ${limits.join(', ')},`;
    return `${roles === '' ? 'any member' : roles}${capabilities} of the current organisation${limited}`;
  }
  if (realm === 'internal_ops') return `${roles === '' ? 'any member' : roles} of operations`;
  return OTHERS[realm];
}

const OTHERS = {
  patient: 'a patient',
  anon: 'anybody',
  definer: 'definer functions',
  insights: 'Smart Insights',
  service: 'the server',
} as const;

/** Which rows a realm reaches where its rule names none. */
const WHOLE: { readonly [R in Realm]?: string } = {
  definer: 'every row',
  insights: 'rows of the current organisation, while it is switched on',
};

function bypassableSentence({ conditions, hours }: Bypassable): string {
  const usual = [...conditions.map(conditionSentence), ...hoursSentence(hours)].join(' and ');
  return `either ${usual}, or of a patient for whom they broke the glass`;
}

function hoursSentence(hours: readonly number[] | null): readonly string[] {
  if (hours === null) return [];
  const [start, end] = hours;
  return [start === undefined ? 'within business hours' : `between ${start}:00 and ${end}:00`];
}

function orList(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function reach(table: TablePolicy, realm: FencedRealm, readers: readonly Audience[] | undefined): string {
  if (table.tenantKey !== null) {
    if (realm === 'provider') {
      const named = readers?.map((audience) => who('provider', audience)).join(' or ');
      return named === undefined || named === who('provider', ANYBODY)
        ? 'staff reach rows of the current organisation only'
        : `staff reach rows of the current organisation only, and of staff only ${named.replace(/,$/, '')}`;
    }
    if (realm === 'patient')
      return 'a patient reaches rows of organisations where they hold a live account only';
    if (realm === 'internal_ops') return 'only live members of operations reach a row';
    return table.level === 'PUBLIC' ? 'anybody may reach a row' : 'nobody reaches a row without signing in';
  }
  const conditions = table.fence?.[realm];
  if (conditions === undefined) return `${NAMES[realm]} reach no row`;
  const rows = conditions.map((condition) => {
    if (condition === 'everyone') return 'every row';
    if (condition === 'member') return 'a row only as a live member of the current organisation';
    if (condition === 'operator') return 'a row only as a live member of operations';
    return `only rows that are ${conditionSentence(condition)}`;
  });
  return `${NAMES[realm]} reach ${rows.join(' and ')}`;
}

const NAMES: Record<FencedRealm, string> = {
  provider: 'staff',
  patient: 'patients',
  internal_ops: 'operations',
  anon: 'callers who are not signed in',
};

function tag(requirements: readonly string[]): string {
  return `[${[...new Set(requirements)].sort().join(', ')}]`;
}
