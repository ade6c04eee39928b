import type { FencedRealm, Realm, Rule, RuleOperation, TablePolicy } from '../../policies/vocabulary.ts';
import type { Branch, Bypassable } from './branches.ts';
import { conditionSentence } from './conditions.ts';

const VERBS: Record<RuleOperation, string> = { SELECT: 'read', INSERT: 'create', UPDATE: 'change' };

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
    const which = rows === '' ? (realm === 'definer' ? 'every row' : 'rows') : `rows that are ${rows}`;
    return `${who(realm, branch)} may ${VERBS[operation]} ${which}`;
  });
  const reasons = [
    ...new Set(rules.flatMap((rule) => (rule.realm === 'definer' ? [rule.reason] : []))),
  ].sort();
  const because = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return `${sentences.join('; ')}${because}. ${tag(rules.flatMap((rule) => rule.requirements))}`;
}

/** A fence's comment: the outermost reach of a realm. */
export function describeFence(table: TablePolicy, realm: FencedRealm): string {
  return `Whatever another policy allows, ${reach(table, realm)}. ${tag(FENCE_REQUIREMENTS)}`;
}

function who(realm: Realm, { audience }: Branch): string {
  const roles = orList(audience.roles);
  if (realm === 'provider') {
    const capabilities =
      audience.capabilities.length === 0 ? '' : ` with ${audience.capabilities.join(' and ')}`;
    const { hours, network, purposes } = audience;
    const limits = [
      ...hoursSentence(hours),
      ...(network ? ['from a listed network'] : []),
      ...(purposes.length > 0 ? [`for ${orList(purposes)} where a purpose is named`] : []),
    ].map((one) => `, ${one},`);
    return `${roles === '' ? 'any member' : roles}${capabilities} of the current organisation${limits.join('')}`;
  }
  if (realm === 'internal_ops') return `${roles === '' ? 'any member' : roles} of operations`;
  return { patient: 'a patient', anon: 'anybody', definer: 'definer functions', service: 'the server' }[
    realm
  ];
}

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

function reach(table: TablePolicy, realm: FencedRealm): string {
  if (table.tenantKey !== null) {
    if (realm === 'provider') return 'staff reach rows of the current organisation only';
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
