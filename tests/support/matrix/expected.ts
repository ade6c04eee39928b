import {
  type Condition,
  type FenceCondition,
  type Operation,
  PROVIDER_ROLES,
  type Realm,
  ROLE_RANK,
  type Rule,
  type TablePolicy,
  type ViewPolicy,
} from '../../../policies/vocabulary.ts';
import { audienceOf, covers } from '../../../scripts/policy/audience.ts';
import { conditionsOf, rulesOf } from '../../../scripts/policy/branches.ts';
import { qualified } from '../../../scripts/policy/check.ts';
import { grantedColumns } from '../../../scripts/policy/grants.ts';

/** Who asks, as far as rules can tell: what live rows give them at this moment. */
export interface Asker {
  readonly realm: Exclude<Realm, 'definer' | 'insights'>;
  /** The role of a live membership, of an organisation or of operations. None: a stranger, or a realm without roles. */
  readonly role?: string;
  readonly capabilities?: readonly string[];
  /** realm patient: whether they hold a live account. */
  readonly hasAccount?: boolean;
  /** realm service: whether the transaction is pinned to their own tenant (S-05). */
  readonly isPinned?: boolean;
}

/**
 * Which row. `own`: one that satisfies the row conditions for this asker if any row can, in their own tenant.
 * `other`: the same in another tenant; in a table without a tenant, a row of a user with whom they share nothing.
 */
export type Whose = 'own' | 'other';

/** Why not, as a connection observes it. */
type Denial =
  /** No privilege: 42501 "permission denied", whatever the row. */
  | 'no_grant'
  /** A privilege and no policy for this row: SELECT and UPDATE find 0 rows, INSERT ends with 42501. */
  | 'no_row'
  /** A role that bypasses policies, held by the tenant trigger: CD004. */
  | 'not_pinned';

export type Expectation =
  | { readonly verdict: 'allow'; readonly rule: Rule }
  | { readonly verdict: 'deny'; readonly because: Denial };

/** What the rules say about one cell of the access matrix. No caller names what stands outside of public: views show it. */
export function expectedAccess(
  table: TablePolicy,
  operation: Operation,
  asker: Asker,
  whose: Whose,
): Expectation {
  if ((table.schema ?? 'public') !== 'public') return deny('no_grant');
  return accessByRules(table, operation, asker, whose);
}

function accessByRules(table: TablePolicy, operation: Operation, asker: Asker, whose: Whose): Expectation {
  if (operation === 'DELETE') return deny('no_grant');
  const rules = rulesOf(table, asker.realm, operation);
  const [anyRule] = rules;
  if (anyRule === undefined) return deny('no_grant');
  if (asker.realm === 'service') {
    const mustPin = table.tenantKey !== null && operation !== 'SELECT';
    return mustPin && !(asker.isPinned === true && whose === 'own') ? deny('not_pinned') : allow(anyRule);
  }
  if (!isWithinFence(table, asker, whose)) return deny('no_row');
  const rule = rules.find(
    (each) => admits(each, asker) && satisfiesAll(conditionsOf(each), table, asker, whose),
  );
  return rule === undefined ? deny('no_row') : allow(rule);
}

/** What the rules say about reading a view: its own grant, then the first table beneath, to which it joins the others. */
export function expectedViewAccess(
  view: ViewPolicy,
  tables: readonly TablePolicy[],
  asker: Asker,
  whose: Whose,
): Expectation {
  const name = qualified(view.over[0]);
  const base = tables.find((table) => `${table.schema ?? 'public'}.${table.tableName}` === name);
  if (base === undefined || view.readers[asker.realm] === undefined) return deny('no_grant');
  return accessByRules(base, 'SELECT', asker, whose);
}

/** The columns that a realm may use in an operation: a list, `all`, or undefined without a privilege. */
export function expectedColumns(
  table: TablePolicy,
  operation: Operation,
  realm: Realm,
): readonly string[] | 'all' | undefined {
  const rules = operation === 'DELETE' ? [] : rulesOf(table, realm, operation);
  return rules.length === 0 ? undefined : (grantedColumns(rules) ?? 'all');
}

function isWithinFence(table: TablePolicy, asker: Asker, whose: Whose): boolean {
  if (table.tenantKey === null) {
    const conditions = asker.realm === 'service' ? undefined : table.fence[asker.realm];
    return conditions !== undefined && satisfiesAll(conditions, table, asker, whose);
  }
  if (asker.realm === 'provider') return asker.role !== undefined && whose === 'own';
  if (asker.realm === 'patient') return asker.hasAccount === true && whose === 'own';
  if (asker.realm === 'internal_ops') return asker.role !== undefined;
  return table.level === 'PUBLIC';
}

function admits(rule: Rule, asker: Asker): boolean {
  if (rule.realm !== 'provider' && rule.realm !== 'internal_ops') return true;
  if (asker.role === undefined) return false;
  return covers(audienceOf(rule), { roles: [asker.role], capabilities: asker.capabilities ?? [] });
}

function satisfiesAll(
  conditions: readonly (Condition | FenceCondition)[],
  table: TablePolicy,
  asker: Asker,
  whose: Whose,
): boolean {
  return conditions.every((condition) => canBeSatisfied(condition, table, asker, whose));
}

/** Whether the probed row satisfies the condition, taking for granted whatever only depends on the row itself. */
function canBeSatisfied(
  condition: Condition | FenceCondition,
  table: TablePolicy,
  asker: Asker,
  whose: Whose,
): boolean {
  if (typeof condition === 'object') return true;
  switch (condition) {
    case 'own_user':
      return table.tenantKey !== null || whose === 'own';
    case 'colleague':
      return asker.role !== undefined && whose === 'own';
    case 'own_patient':
    case 'own_organisation':
      return asker.hasAccount === true && whose === 'own';
    case 'below_own_rank':
      return rankOf(asker.role) > Math.min(...PROVIDER_ROLES.map((role) => ROLE_RANK[role]));
    case 'member':
    case 'operator':
      return asker.role !== undefined;
    case 'everyone':
    case 'other_user':
    case 'active':
    case 'proposed':
    case 'not_archived':
    case 'patient_active':
    case 'unarchived':
    case 'unsegmented':
    case 'financial':
    case 'attached':
    case 'handed_over':
    case 'unexpired':
    case 'treating':
      return true;
  }
}

function rankOf(role: string | undefined): number {
  const ranks: Readonly<Record<string, number>> = ROLE_RANK;
  return role === undefined ? -1 : (ranks[role] ?? -1);
}

function allow(rule: Rule): Expectation {
  return { verdict: 'allow', rule };
}

function deny(because: Denial): Expectation {
  return { verdict: 'deny', because };
}
