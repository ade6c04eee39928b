import {
  AUDIT_LEVELS,
  CAPABILITIES,
  CONSENT_PURPOSES,
  type Condition,
  type InsightsRule,
  LEVEL_RANK,
  OPS_ROLES,
  PROVIDER_ROLES,
  type ProviderRule,
  PURPOSES,
  REALM_CONDITIONS,
  REALMS,
  RULE_OPERATIONS,
  type Rule,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import { audienceOf } from './audience.ts';
import { checkAudienceOfLevel } from './check-level.ts';
import { conditionKey, isBypassable } from './conditions.ts';
import {
  checkColumns,
  checkReason,
  checkRequirements,
  listed,
  oneOf,
  refusal,
  refuseStrangers,
  someOf,
  unique,
} from './refuse.ts';

const RULE_KEYS = ['operation', 'realm', 'auditLevel', 'requirements'];
const REALM_KEYS: Record<Rule['realm'], readonly string[]> = {
  provider: [
    ...RULE_KEYS,
    'roles',
    'capabilities',
    'conditions',
    'hours',
    'network',
    'purposes',
    'emergencyBypass',
    'columns',
  ],
  internal_ops: [...RULE_KEYS, 'roles', 'conditions', 'columns'],
  patient: [...RULE_KEYS, 'conditions', 'columns'],
  anon: [...RULE_KEYS, 'conditions', 'columns'],
  definer: [...RULE_KEYS, 'columns', 'reason'],
  insights: [...RULE_KEYS, 'conditions', 'columns', 'reason'],
  service: RULE_KEYS,
};

/**
 * Refuses a rule that cannot be meant on this table.
 *
 * @throws CommandError (exit code 2) naming `where`.
 */
export function checkRule(rule: Rule, table: TablePolicy, where: string): void {
  if (typeof rule !== 'object' || rule === null) throw refusal(where, 'is not a rule');
  oneOf(rule.realm, REALMS, where, 'realm');
  if ((rule.operation as string) === 'DELETE') {
    throw refusal(where, 'no rule opens DELETE', 'rows are archived: UPDATE of archived_at');
  }
  oneOf(rule.operation, RULE_OPERATIONS, where, 'operation');
  refuseStrangers(rule, REALM_KEYS[rule.realm], where);
  oneOf(rule.auditLevel, AUDIT_LEVELS, where, 'auditLevel');
  checkRequirements(rule.requirements, where);
  checkAudience(rule, where);
  checkConditions(('conditions' in rule ? rule.conditions : undefined) ?? [], rule, table, where);
  if (rule.realm === 'provider') {
    checkLimits(rule, table, where);
    checkAudienceOfLevel(rule, table, where);
  }
  checkColumnList(rule, table, where);
  if (rule.realm === 'definer' || rule.realm === 'insights') checkReason(rule.reason, where);
  if (rule.realm === 'insights') checkInsights(rule, table, where);
}

/** What leaves the house: read only, nothing above INTERNAL, and never every tenant's. */
function checkInsights(rule: InsightsRule, table: TablePolicy, where: string): void {
  if (rule.operation !== 'SELECT') throw refusal(where, 'Smart Insights only reads', 'SELECT');
  if (LEVEL_RANK[table.level] > LEVEL_RANK.INTERNAL) {
    throw refusal(where, `lets Smart Insights read a table of level ${table.level}`, 'PUBLIC or INTERNAL');
  }
  if (table.tenantKey === null && !rule.conditions?.includes('colleague')) {
    throw refusal(where, 'lets Smart Insights read rows of every organisation', "conditions: ['colleague']");
  }
}

function checkAudience(rule: Rule, where: string): void {
  if (rule.realm !== 'provider' && rule.realm !== 'internal_ops') return;
  const roles = rule.realm === 'provider' ? PROVIDER_ROLES : OPS_ROLES;
  if (rule.roles !== 'any') someOf(rule.roles, roles, where, 'roles');
  if (rule.realm === 'provider' && rule.capabilities !== undefined) {
    someOf(rule.capabilities, CAPABILITIES, where, 'capabilities');
  }
}

/** Hours, network and emergency: what depends on the moment and the place. */
function checkLimits(rule: ProviderRule, table: TablePolicy, where: string): void {
  const { hours, network, purposes, emergencyBypass, conditions = [] } = rule;
  if (purposes !== undefined) someOf(purposes, PURPOSES, where, 'purposes');
  if (hours !== undefined && hours !== 'business') checkHours(hours, where);
  if (table.tenantKey === null && (hours ?? network ?? purposes ?? emergencyBypass) !== undefined) {
    throw refusal(
      where,
      'hours, networks, purposes and emergencies are those of an organisation',
      'a table with a tenant',
    );
  }
  for (const [name, value] of Object.entries({ network, emergencyBypass })) {
    if (value !== undefined && value !== true)
      throw refusal(where, `${name} is not true`, 'true, or no such key');
  }
  if (!emergencyBypass) return;
  if (table.patientKey === undefined)
    throw refusal(where, 'an emergency is a patient’s', 'patientKey on the table');
  if (hours === undefined && !conditions.some(isBypassable)) {
    throw refusal(where, 'has nothing that an emergency could bypass', 'hours, treating or a consent');
  }
}

function checkHours(hours: unknown, where: string): void {
  const expected = "'business', or { start, end } in whole hours from 0 to 24";
  if (typeof hours !== 'object' || hours === null)
    throw refusal(where, 'hours are no window of a day', expected);
  refuseStrangers(hours, ['start', 'end'], where);
  const { start, end } = hours as Record<string, unknown>;
  for (const hour of [start, end]) {
    if (!Number.isInteger(hour) || (hour as number) < 0 || (hour as number) > 24) {
      throw refusal(where, `not an hour of the day: ${String(hour).slice(0, 20)}`, expected);
    }
  }
  if (start === end) throw refusal(where, 'the window is empty: it ends when it starts', expected);
  // 0 and 24 are one moment. Such a window would pass for a limit, and be none, or one that nobody keeps.
  if (Number(start) % 24 === Number(end) % 24) {
    throw refusal(where, 'the window is the whole day', 'a part of the day, or no hours');
  }
}

/** Realms that read by column alone. */
const LISTED: readonly string[] = ['anon', 'definer', 'insights'];

function checkColumnList(rule: Rule, table: TablePolicy, where: string): void {
  if (rule.realm === 'service') return; // whole tables: it bypasses policies, and triggers hold it to the rest
  const { columns } = rule;
  if (columns === undefined) {
    if (rule.operation === 'SELECT' && !LISTED.includes(rule.realm)) return;
    throw refusal(
      where,
      'lists no columns',
      `the columns that may be written, or read by ${LISTED.join(', ')}`,
    );
  }
  checkColumns(columns, where);
  if (rule.operation === 'SELECT' || rule.realm === 'definer') return;

  const stamp = columns.find(
    (column) => STAMPS.has(column) && !(column === ARCHIVED && rule.operation === 'UPDATE'),
  );
  if (stamp !== undefined) throw refusal(where, `${stamp} is stamped by trigger, never written by a caller`);
  if (table.tenantKey === null) return;
  if (rule.operation === 'UPDATE' && columns.includes(table.tenantKey)) {
    throw refusal(where, `${table.tenantKey} never changes: a row stays in its organisation`);
  }
  if (
    rule.operation === 'INSERT' &&
    table.tenantKey === 'organisation_id' &&
    !columns.includes('organisation_id')
  ) {
    throw refusal(
      where,
      'a row cannot be created without organisation_id',
      'organisation_id among the columns',
    );
  }
}

/** What triggers write (S-16). Archiving alone is asked for by its column, and stamped all the same. */
const ARCHIVED = 'archived_at';
const STAMPS = new Set([
  ARCHIVED,
  'archived_by_user_id',
  'created_at',
  'created_by_user_id',
  'updated_at',
  'updated_by_user_id',
  'actor_kind',
  'last_status_change_at',
  'last_status_change_by_user_id',
  'recorded_by_user_id',
]);

function checkConditions(
  conditions: readonly Condition[],
  rule: Rule,
  table: TablePolicy,
  where: string,
): void {
  const allowed: readonly string[] = REALM_CONDITIONS[rule.realm];
  listed(conditions, where, 'conditions', `a list: some of ${allowed.join(', ')}`);
  for (const condition of conditions) {
    const isConsent = typeof condition === 'object' && condition !== null;
    oneOf(isConsent ? Object.keys(condition).join() : condition, allowed, where, 'condition');
    if (isConsent) oneOf(condition.consent, CONSENT_PURPOSES, where, 'consent');
  }
  unique(conditions.map(conditionKey), where, 'conditions');
  const names = new Set(conditions.map(conditionKey));
  if (names.has('own_patient') && table.patientKey === undefined) {
    throw refusal(
      where,
      'own_patient needs the table to say which column names the patient',
      'patientKey on the table',
    );
  }
  if (
    names.has('handed_over') &&
    (table.handedOverBy === undefined ||
      (table.handedOverBy.endsWith('patient') && table.patientKey === undefined))
  ) {
    throw refusal(
      where,
      'handed_over needs the table to say by what operations hold a row',
      'handedOverBy on the table, and patientKey where it is by patient',
    );
  }
  const byPatient = conditions.find(isBypassable);
  if (byPatient !== undefined && table.patientKey === undefined) {
    throw refusal(
      where,
      `${conditionKey(byPatient)} needs the table to say which column names the patient`,
      'patientKey on the table',
    );
  }
  if (table.tenantKey === null && (names.has('own_patient') || names.has('own_organisation'))) {
    throw refusal(where, 'a table without a tenant has no patient or organisation of one');
  }
  if (names.has('own_user') && names.has('other_user'))
    throw refusal(where, 'no row is own and of another user');
  // Of a table of patients, what is of the caller's organisation is mostly of somebody else.
  const isOwn =
    names.has('own_patient') ||
    names.has('own_user') ||
    (names.has('own_organisation') && table.patientKey === undefined);
  if (rule.realm === 'patient' && !isOwn && table.level !== 'PUBLIC') {
    throw refusal(
      where,
      'opens rows of others to every patient',
      'own_patient, own_user or own_organisation',
    );
  }
  if (
    rule.realm === 'internal_ops' &&
    table.domain === 'clinical' &&
    table.level !== 'PUBLIC' &&
    !names.has('handed_over') &&
    !names.has('attached')
  ) {
    throw refusal(where, 'opens clinical rows that nobody handed to operations', 'handed_over or attached');
  }
  if (rule.realm === 'anon' && table.level !== 'PUBLIC') {
    throw refusal(where, `opens a table of level ${table.level} to everybody`, 'anon only on PUBLIC tables');
  }
}

/** One text per meaning, so that two rules that say the same are found. */
export function ruleKey(rule: Rule): string {
  const { roles, capabilities, purposes } = audienceOf(rule);
  const conditions = ('conditions' in rule ? rule.conditions : undefined) ?? [];
  const columns = rule.realm === 'definer' || rule.realm === 'insights' ? [...rule.columns].sort() : [];
  const limits = rule.realm === 'provider' ? [rule.hours, rule.network, purposes, rule.emergencyBypass] : [];
  return JSON.stringify([
    rule.realm,
    rule.operation,
    roles,
    capabilities,
    conditions.map(conditionKey).sort(),
    limits,
    columns,
  ]);
}
