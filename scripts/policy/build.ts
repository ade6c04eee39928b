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
import { audienceKey, uniteAudiences } from './audience.ts';
import { type Branch, branchesOf, rulesOf } from './branches.ts';
import { buildCondition, buildFenceCondition } from './conditions.ts';
import { describeBranches, describeFence } from './describe.ts';
import {
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
  scalar,
} from './nodes.ts';

/** The policies of one checked table: a fence per realm of callers, then one per command and realm that has rules. */
export function buildPolicies(table: TablePolicy): readonly PolicyNode[] {
  const fences = FENCED_REALMS.map((realm) => buildFence(table, realm));
  const openings = REALMS.filter((realm) => realm !== 'service').flatMap((realm) =>
    RULE_OPERATIONS.flatMap((operation) => {
      const rules = rulesOf(table, realm, operation);
      return rules.length === 0 ? [] : [buildOpening(table, realm, operation, rules)];
    }),
  );
  return [...fences, ...openings];
}

function buildFence(table: TablePolicy, realm: FencedRealm): PolicyNode {
  const reach =
    table.tenantKey === null ? writtenReach(table, realm) : tenantReach(table, table.tenantKey, realm);
  return policyNode(table, realm, 'fence', 'all', reach, describeFence(table, realm));
}

function tenantReach(table: TablePolicy, tenantKey: string, realm: FencedRealm): Expression {
  if (realm === 'provider') return compare(tenantKey, '=', scalar('organisation_id'));
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

function buildOpening(
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
): PolicyNode {
  const branches = branchesOf(rules);
  const command = COMMANDS[operation];
  const reach = buildReach(table, realm, branches);
  const comment = describeBranches(realm, operation, branches, rules);
  return policyNode(table, realm, command, command, reach, comment);
}

/**
 * Who may, as one expression. For staff the scalar comes first and gives the index its value: it admits whoever one
 * branch admits, so each branch starts with the guard of its own audience unless all share one.
 */
function buildReach(table: TablePolicy, realm: Realm, branches: readonly Branch[]): Expression {
  const conditions = (branch: Branch) =>
    branch.conditions.map((condition) => buildCondition(condition, table));
  if (realm === 'internal_ops') {
    return either(
      branches.map((branch) => all([scalar('is_operator', branch.audience.roles), ...conditions(branch)])),
    );
  }
  if (realm !== 'provider') return either(branches.map((branch) => all(conditions(branch))));

  const guard = ({ audience }: Branch) => scalar('holds', audience.roles, audience.capabilities);
  if (table.tenantKey === null) {
    return either(branches.map((branch) => all([guard(branch), ...conditions(branch)])));
  }
  const audiences = branches.map((branch) => branch.audience);
  const isShared = new Set(audiences.map(audienceKey)).size === 1;
  const tenant = first(
    uniteAudiences(audiences).map(({ roles, capabilities }) =>
      scalar('organisation_for', roles, capabilities),
    ),
  );
  const rows = either(
    branches.map((branch) => all(isShared ? conditions(branch) : [guard(branch), ...conditions(branch)])),
  );
  return all([compare(table.tenantKey, '=', tenant), rows]);
}

function policyNode(
  table: TablePolicy,
  realm: Realm,
  suffix: string,
  command: Command,
  reach: Expression,
  comment: string,
): PolicyNode {
  return Object.freeze({
    kind: 'policy',
    name: `${realm}_${suffix}`,
    table: nameOf(table),
    realm,
    role: REALM_ROLE[realm],
    restrictive: command === 'all',
    command,
    ...(command === 'insert' ? {} : { using: reach }),
    // Who is not signed in only ever reads, whatever somebody grants later.
    ...(command === 'select' ? {} : { check: realm === 'anon' ? never : reach }),
    comment,
  });
}
