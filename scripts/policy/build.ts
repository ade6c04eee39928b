import {
  FENCED_REALMS,
  type FencedRealm,
  REALM_ROLE,
  REALMS,
  type Realm,
  RULE_OPERATIONS,
  type Rule,
  type RuleOperation,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import { type Audience, audienceKey, isLimited, uniteAudiences, uniteRoles } from './audience.ts';
import { discloses, withAudit, withDisclosure, withRowsDisclosed } from './audit.ts';
import { type Branch, branchesOf, bypassableKey, isOfTreated, rulesOf, termKeys } from './branches.ts';
import {
  buildBypassable,
  buildCondition,
  buildFenceCondition,
  buildReachable,
  conditionKey,
} from './conditions.ts';
import { describeBranches, describeFence, describeRows } from './describe.ts';
import {
  type Argument,
  all,
  always,
  COMMANDS,
  type Command,
  compare,
  type Expression,
  either,
  first,
  member,
  nameOf,
  never,
  type PolicyNode,
  type ScalarNode,
  scalar,
} from './nodes.ts';

/**
 * The policies of one checked table: a fence per realm of callers, then one per command and realm that has rules. Of
 * staff in a tenant these are two: an opening that asks who, and a restrictive one that asks which rows.
 */
export function buildPolicies(table: TablePolicy): readonly PolicyNode[] {
  const fences = FENCED_REALMS.map((realm) => buildFence(table, realm));
  const openings = REALMS.filter((realm) => realm !== 'service').flatMap((realm) =>
    RULE_OPERATIONS.flatMap((operation) => {
      const rules = rulesOf(table, realm, operation);
      if (rules.length === 0) return [];
      return realm === 'provider' && table.tenantKey !== null
        ? buildStaff(table, table.tenantKey, operation, rules)
        : [buildOpening(table, realm, operation, rules)];
    }),
  );
  return [...fences, ...openings];
}

function buildFence(table: TablePolicy, realm: FencedRealm): PolicyNode {
  const reach =
    table.tenantKey === null ? writtenReach(table, realm) : tenantReach(table, table.tenantKey, realm);
  const comment = describeFence(table, realm, readersOf(table));
  return policyNode(table, realm, 'fence', { command: 'all', restrictive: true, using: reach, comment });
}

function tenantReach(table: TablePolicy, tenantKey: string, realm: FencedRealm): Expression {
  if (realm === 'provider') {
    const readers = readersOf(table);
    return readers === undefined
      ? compare(tenantKey, '=', scalar('organisation_id'))
      : readingOf(table, tenantKey, readers);
  }
  if (realm === 'patient') return member(tenantKey, scalar('patient_organisation_ids'));
  if (realm === 'internal_ops') return scalar('is_operator', []);
  return table.level === 'PUBLIC' ? always : never;
}

function writtenReach(table: TablePolicy, realm: FencedRealm): Expression {
  const conditions = table.fence?.[realm];
  return conditions === undefined
    ? never
    : all(conditions.map((condition) => buildFenceCondition(condition, table)));
}

/**
 * Who reads, if whoever may do anything may read. PostgreSQL asks a restrictive policy and the only permissive one once
 * where they are equal to the letter, so that the fence asks exactly this: a call fewer for each table of a query.
 */
function readersOf(table: TablePolicy): readonly Audience[] | undefined {
  const audiences = RULE_OPERATIONS.map((operation) => audiencesOf(rulesOf(table, 'provider', operation)));
  const readers = audiencesOf(rulesOf(table, 'provider', 'SELECT'));
  const isEverybody = keysOf(uniteAudiences(audiences.flat())) === keysOf(readers);
  return readers.length > 0 && isEverybody ? readers : undefined;
}

function audiencesOf(rules: readonly Rule[]): readonly Audience[] {
  return uniteAudiences(branchesOf(rules).map(({ audience }) => audience));
}

function keysOf(audiences: readonly Audience[]): string {
  return audiences.map(audienceKey).join('; ');
}

/** The tenant's rows, for whoever is of one of the audiences. */
function tenantOf(tenantKey: string, audiences: readonly Audience[]): Expression {
  return compare(tenantKey, '=', first(audiences.map(organisationFor)));
}

/** What opens reading to staff, on record. */
function readingOf(table: TablePolicy, tenantKey: string, readers: readonly Audience[]): Expression {
  return withAudit(
    tenantOf(tenantKey, readers),
    table,
    'provider',
    'SELECT',
    rulesOf(table, 'provider', 'SELECT'),
  );
}

/** What staff may do: who may, then which rows, where that is asked. */
function buildStaff(
  table: TablePolicy,
  tenantKey: string,
  operation: RuleOperation,
  rules: readonly Rule[],
): readonly PolicyNode[] {
  const branches = branchesOf(rules);
  const command = COMMANDS[operation];
  const who = tenantOf(tenantKey, audiencesOf(rules));
  const using = withAudit(who, table, 'provider', operation, rules);
  // USING has asked who may change the old row, and no row changes its tenant. Of the new one it is enough that it stays
  // within the fence; in the readers' words, which PostgreSQL asks of it anyway, and once where they are the same.
  const readers = operation === 'UPDATE' ? readersOf(table) : undefined;
  const check = readers === undefined ? using : readingOf(table, tenantKey, readers);
  const comment = describeBranches('provider', operation, branches, rules);
  const opening = policyNode(table, 'provider', command, { command, using, check, comment });
  const asked = all(buildRows(table, branches));
  const rows = withDisclosure(asked, table, 'provider', operation, rules, readersOf(table) ? always : who);
  if (rows === always) return [opening];
  const index = buildPatientIndex(table, branches);
  return [
    opening,
    policyNode(table, 'provider', `${command}_rows`, {
      command,
      restrictive: true,
      using: index === undefined ? rows : all([rows, index]),
      check: rows,
      comment: describeRows(operation, rules),
    }),
  ];
}

function buildOpening(
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
): PolicyNode {
  const branches = branchesOf(rules);
  const command = COMMANDS[operation];
  const reach = withAudit(buildReach(table, realm, branches), table, realm, operation, rules);
  const using = discloses(operation, rules)
    ? withRowsDisclosed(reach, table, realm, operation, rules)
    : reach;
  const comment = describeBranches(realm, operation, branches, rules);
  return policyNode(table, realm, command, { command, using, comment });
}

/**
 * Where every branch asks for a patient of the caller's: what finds these rows by index. Existing rows only; a new one
 * needs no finding.
 */
function buildPatientIndex(table: TablePolicy, branches: readonly Branch[]): Expression | undefined {
  return branches.every(isOfTreated) ? buildReachable(table) : undefined;
}

/** Who may do it with which rows, as one expression. */
function buildReach(table: TablePolicy, realm: Realm, branches: readonly Branch[]): Expression {
  const none = new Set<string>();
  if (realm === 'insights') {
    const tenant =
      table.tenantKey === null ? [] : [compare(table.tenantKey, '=', scalar('insights_organisation_id'))];
    return all([...tenant, either(branches.map((branch) => all(terms(branch, table, none))))]);
  }
  if (realm === 'internal_ops') {
    const any = branches.map(({ audience }) => audience.roles).reduce(uniteRoles);
    const reach = either(
      branches.map((branch) =>
        all([scalar('is_operator', branch.audience.roles), ...terms(branch, table, none)]),
      ),
    );
    return branches.length === 1 ? reach : all([scalar('is_operator', any), reach]);
  }
  if (realm !== 'provider') return either(branches.map((branch) => all(terms(branch, table, none))));
  return either(branches.map((branch) => all([guard(branch.audience, null), ...terms(branch, table, none)])));
}

/**
 * Which rows of the tenant. The opening admits exactly whoever one branch admits. What all branches ask is
 * asked once; of what remains, each branch asks its own and guards it with its audience: unless every other audience
 * may do at least as much there, and needs no keeping out.
 */
function buildRows(table: TablePolicy, branches: readonly Branch[]): readonly Expression[] {
  const [one, ...others] = branches.map(termKeys);
  const common = new Set((one ?? []).filter((key) => others.every((keys) => keys.includes(key))));
  const own = (branch: Branch) => termKeys(branch).filter((key) => !common.has(key));
  const needsGuard = (branch: Branch) =>
    branches.some(
      (other) =>
        audienceKey(other.audience) !== audienceKey(branch.audience) &&
        own(other).some((key) => !own(branch).includes(key)),
    );
  const rows = branches.map((branch) => ({
    isGuarded: needsGuard(branch),
    // The guard last: where the row decides, the call is never made.
    expression: all([
      ...terms(branch, table, common),
      ...(needsGuard(branch) ? [guard(branch.audience, table.tenantKey)] : []),
    ]),
  }));
  const unguardedFirst = [...rows.filter((row) => !row.isGuarded), ...rows.filter((row) => row.isGuarded)];
  const shared = branches[0] ? terms(branches[0], table, new Set(own(branches[0]))) : [];
  return [...shared, either(unguardedFirst.map(({ expression }) => expression))];
}

/** The conditions of a branch, but for those that are asked elsewhere. */
function terms(branch: Branch, table: TablePolicy, elsewhere: ReadonlySet<string>): readonly Expression[] {
  const { conditions, bypassable } = branch;
  const plain = conditions
    .filter((condition) => !elsewhere.has(conditionKey(condition)))
    .map((condition) => buildCondition(condition, table));
  const isOpen = bypassable !== undefined && !elsewhere.has(bypassableKey(bypassable));
  return isOpen ? [...plain, buildBypassable(bypassable, table)] : plain;
}

/** The organisation, for whoever is of the audience: gives the index its value. */
function organisationFor(audience: Audience): ScalarNode {
  return isLimited(audience)
    ? scalar('organisation_within', ...limitsOf(audience))
    : scalar('organisation_for', audience.roles, audience.capabilities);
}

/**
 * What keeps a branch to its audience. On a table of tenants it names the row's own: scalars are evaluated when first needed,
 * and a caller who switches clinics between two of them must not bring a role of one clinic to rows of the other.
 */
function guard(audience: Audience, tenantKey: string | null): Expression {
  return tenantKey === null
    ? scalar('holds', audience.roles, audience.capabilities)
    : compare(tenantKey, '=', organisationFor(audience));
}

function limitsOf({ roles, capabilities, hours, network, purposes }: Audience): readonly Argument[] {
  return [roles, capabilities, hours, network, purposes];
}

interface Clauses {
  readonly command: Command;
  readonly restrictive?: boolean;
  readonly using: Expression;
  /** Where it asks otherwise of new rows. */
  readonly check?: Expression;
  readonly comment: string;
}

function policyNode(
  table: TablePolicy,
  realm: Realm,
  suffix: string,
  { command, restrictive = false, using, check = using, comment }: Clauses,
): PolicyNode {
  return Object.freeze({
    kind: 'policy',
    name: `${realm}_${suffix}`,
    table: nameOf(table),
    realm,
    role: REALM_ROLE[realm],
    restrictive,
    command,
    ...(command === 'insert' ? {} : { using }),
    // Who is not signed in only ever reads, whatever somebody grants later.
    ...(command === 'select' ? {} : { check: realm === 'anon' ? never : check }),
    comment,
  });
}
