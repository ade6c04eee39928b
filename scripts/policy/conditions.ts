import {
  CONDITIONS,
  type Condition,
  type FenceCondition,
  type PlainCondition,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import {
  absent,
  all,
  always,
  compare,
  type Expression,
  either,
  mapped,
  member,
  never,
  present,
  rowCall,
  scalar,
  text,
  transactionStart,
} from './nodes.ts';

/** What an emergency grant for the row's patient stands in for. */
export interface Bypassable {
  readonly conditions: readonly Condition[];
  readonly hours: readonly number[] | null;
}

/** How each row condition reads in SQL and in a sentence. A new condition is one entry here and one in the vocabulary. */
interface Meaning {
  readonly build: (table: TablePolicy) => Expression;
  readonly sentence: string;
}

const MEANINGS: Record<PlainCondition, Meaning> = {
  own_organisation: {
    build: (table) => member(tenantKey(table), scalar('patient_organisation_ids')),
    sentence: 'of an organisation where they are a patient',
  },
  own_user: {
    build: () => compare('user_id', '=', scalar('user_id')),
    sentence: 'their own',
  },
  other_user: {
    build: () => compare('user_id', '<>', scalar('user_id')),
    sentence: "another user's",
  },
  colleague: {
    build: () => member('user_id', scalar('colleague_ids')),
    sentence: 'of a user of the current organisation',
  },
  below_own_rank: {
    build: () => compare('rank', '<', scalar('own_rank')),
    sentence: 'of a rank below their own',
  },
  // The array finds the rows by index; the pair decides, since ids are unique only within a tenant.
  own_patient: {
    build: (table) => {
      const key = patientKey(table);
      return all([
        member(key, scalar('own_patient_ids')),
        rowCall('is_own_patient', [tenantKey(table), key]),
      ]);
    },
    sentence: 'their own',
  },
  active: { build: () => compare('status', '=', text('active')), sentence: 'active' },
  proposed: { build: () => compare('status', '=', text('proposed')), sentence: 'proposed' },
  unarchived: { build: () => absent('archived_at'), sentence: 'not archived, and stay so' },
  patient_active: {
    build: () => compare('patient_status', '=', text('active')),
    sentence: 'of an active patient',
  },
  unsegmented: { build: () => compare('is_segmented', '=', never), sentence: 'without a protected segment' },
  financial: { build: () => compare('is_financial', '=', always), sentence: 'of a financial kind' },
  attached: { build: () => present('case_id'), sentence: 'attached to a case of operations' },
  // As for own_patient.
  handed_over: {
    build: (table) => {
      const by = table.handedOverBy ?? 'case';
      const key = handedOverKey(table);
      return all([
        member(key, scalar('handed_over_ids', by)),
        rowCall('is_handed_over', [tenantKey(table), key], [by]),
      ]);
    },
    sentence: 'of a case that operations hold',
  },
  // Of the statement, so that a transaction held open does not outlive a packet.
  unexpired: { build: () => compare('expires_at', '>', scalar('now')), sentence: 'not expired' },
  treating: {
    build: (table) => inCare('treating', table),
    sentence: 'of a patient whom they treat',
  },
  // An UPDATE that archives must still see its own new row: PostgreSQL holds it against the SELECT policy. The stamp
  // trigger sets archived_at to the transaction's time, so that the archiving transaction sees it and nobody after.
  not_archived: {
    build: () => either([absent('archived_at'), compare('archived_at', '=', transactionStart)]),
    sentence: 'not archived',
  },
};

/** What an emergency grant stands in for, beside the hours. */
export function isBypassable(condition: Condition): boolean {
  return condition === 'treating' || typeof condition === 'object';
}

/**
 * The conditions that an emergency grant stands in for, or the grant. Hours ride on the care relationship's own call
 * where there is one: each call costs a verification of the token.
 */
export function buildBypassable({ conditions, hours }: Bypassable, table: TablePolicy): Expression {
  const isTreating = conditions.includes('treating');
  const usual = all([
    ...(isTreating ? [inCare('treating', table, hours)] : []),
    ...(!isTreating && hours !== null
      ? [compare(tenantKey(table), '=', scalar('organisation_within', [], [], hours, false, []))]
      : []),
    ...conditions.filter((one) => one !== 'treating').map((one) => buildCondition(one, table)),
  ]);
  return either([usual, inCare('emergency', table)]);
}

/**
 * Whether the row's patient, at the row's own organisation, is one of the caller's. Both in one value: patient ids are
 * chosen by clients, and the map may be that of another clinic, for whoever switches between two in mid-statement.
 * A map, for it is asked of every row: an array is read from its beginning each time, however many the caller treats.
 */
function inCare(
  way: 'treating' | 'emergency',
  table: TablePolicy,
  hours: readonly number[] | null = null,
): Expression {
  return mapped(tenantKey(table), patientKey(table), scalar('patients_in_care', way, hours));
}

/** Finds by index what inCare decides: no index answers for a map. */
export function buildReachable(table: TablePolicy): Expression {
  return member(patientKey(table), scalar('reachable_patients'));
}

/** The expression of one condition on one table. */
export function buildCondition(condition: Condition, table: TablePolicy): Expression {
  if (typeof condition === 'string') return MEANINGS[condition].build(table);
  // Of the statement, so that a transaction held open does not outlive a consent.
  return compare(`${condition.consent}_consent_until`, '>', scalar('now'));
}

/** The expression of one condition of a fence. */
export function buildFenceCondition(condition: FenceCondition, table: TablePolicy): Expression {
  if (condition === 'everyone') return always;
  if (condition === 'member') return scalar('holds', [], []);
  if (condition === 'operator') return scalar('is_operator', []);
  return buildCondition(condition, table);
}

/** How a condition continues "… may read rows that are". */
export function conditionSentence(condition: Condition): string {
  return typeof condition === 'string'
    ? MEANINGS[condition].sentence
    : `under a consent to ${condition.consent} in force`;
}

/** One text per condition, which also names it in errors. */
export function conditionKey(condition: Condition): string {
  return typeof condition === 'string' ? condition : `consent:${condition.consent}`;
}

/** Conditions in the vocabulary's order, whatever order a file lists them in. */
export function sortConditions(conditions: readonly Condition[]): readonly Condition[] {
  const place = (condition: Condition) =>
    typeof condition === 'string' ? CONDITIONS.indexOf(condition) : CONDITIONS.length;
  return [...conditions].sort((a, b) => place(a) - place(b) || (conditionKey(a) < conditionKey(b) ? -1 : 1));
}

/** The column that `handedOverBy` looks at. */
export function handedOverKey(table: TablePolicy): string {
  if (table.handedOverBy === 'case') return 'case_id';
  return table.handedOverBy === 'bed' ? 'id' : patientKey(table);
}

function patientKey(table: TablePolicy): string {
  return table.patientKey ?? 'patient_id';
}

/** Tables without a tenant have no own_organisation or own_patient; check.ts refuses those before. */
function tenantKey(table: TablePolicy): string {
  return table.tenantKey ?? 'organisation_id';
}
