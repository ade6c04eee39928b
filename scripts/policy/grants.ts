import {
  REALM_ROLE,
  REALMS,
  type Realm,
  RULE_OPERATIONS,
  type Rule,
  type TablePolicy,
  type ViewPolicy,
} from '../../policies/vocabulary.ts';
import { rulesOf } from './branches.ts';
import { COMMANDS, type GrantsNode, nameOf, type PrivilegeNode, type TableName } from './nodes.ts';

const PUBLIC_ROLE = 'public';

/** What each role holds on the table, in one node per role; nobody is left out, so that nothing lingers. */
export function buildGrants(table: TablePolicy): readonly GrantsNode[] {
  const grants = REALMS.map((realm) =>
    grantsNode(nameOf(table), REALM_ROLE[realm], privilegesOf(table, realm)),
  );
  return [grantsNode(nameOf(table), PUBLIC_ROLE, []), ...grants];
}

/** What each role holds on the view. */
export function buildViewGrants(view: ViewPolicy): readonly GrantsNode[] {
  const relation = { schema: view.schema ?? 'public', name: view.viewName };
  const grants = REALMS.map((realm) => {
    const columns = view.readers[realm];
    if (columns === undefined) return grantsNode(relation, REALM_ROLE[realm], []);
    return grantsNode(relation, REALM_ROLE[realm], [
      columns === 'all' ? { privilege: 'select' } : { privilege: 'select', columns: sorted(columns) },
    ]);
  });
  return [grantsNode(relation, PUBLIC_ROLE, []), ...grants];
}

function grantsNode(relation: TableName, role: string, privileges: readonly PrivilegeNode[]): GrantsNode {
  return Object.freeze({ kind: 'grants', relation, role, privileges: Object.freeze([...privileges]) });
}

function privilegesOf(table: TablePolicy, realm: Realm): readonly PrivilegeNode[] {
  return RULE_OPERATIONS.flatMap((operation) => {
    const rules = rulesOf(table, realm, operation);
    if (rules.length === 0) return [];
    const columns = grantedColumns(rules);
    const privilege = COMMANDS[operation];
    return columns === undefined ? [{ privilege }] : [{ privilege, columns }];
  });
}

/** The columns of rules on one command of one realm; a rule without a list means the whole table. */
export function grantedColumns(rules: readonly Rule[]): readonly string[] | undefined {
  const lists = rules.map((rule) => ('columns' in rule ? rule.columns : undefined));
  return lists.some((list) => list === undefined) ? undefined : sorted(lists.flatMap((list) => list ?? []));
}

function sorted(columns: readonly string[]): readonly string[] {
  return [...new Set(columns)].sort();
}
