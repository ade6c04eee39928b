import { isDefiner, isInvokerView, rangeVar, roleName, subjectOf } from '../sql/names.ts';
import type { ParsedStatement, Tree } from '../sql/parse.ts';
import {
  describeGrantee,
  describeObject,
  describePolicy,
  describePrivileges,
  objectPolicy,
} from './access-words.ts';

/** What one statement changes in who may do what. */
export interface AccessChange {
  readonly noun: 'grant' | 'policy' | 'definer function' | 'definer view' | 'DO block';
  readonly sign: '+' | '-' | '~';
  /** One line for the header. */
  readonly sentence: string;
  /** What it is about: a grant taken back or a policy created anew within the file meets its partner under it. */
  readonly about: string;
}

/**
 * Reads the access changes off the statements of a migration, in their order. What a file takes back itself does not count,
 * nor does a REVOKE on something that it has just created.
 */
export function accessChanges(statements: readonly ParsedStatement[]): AccessChange[] {
  const created = new Set<string>();
  const changes: AccessChange[] = [];
  for (const statement of statements) {
    note(created, statement);
    for (const change of changesOf(statement, created)) settle(changes, change);
  }
  return changes;
}

function note(created: Set<string>, { kind, tree }: ParsedStatement): void {
  if (kind === 'CreateStmt') created.add(rangeVar(tree.relation));
  if (kind === 'ViewStmt') created.add(rangeVar(tree.view));
  if (kind === 'CreateSchemaStmt') created.add(`schema ${tree.schemaname}`);
  if (kind === 'CreateFunctionStmt') created.add(subjectOf({ kind, tree })?.key ?? '');
}

function settle(changes: AccessChange[], change: AccessChange): void {
  const index = changes.findIndex(({ about }) => about === change.about);
  const earlier = changes[index];
  if (earlier?.noun === 'grant' && earlier.sign === '+' && change.sign === '-') changes.splice(index, 1);
  else if (earlier?.noun === 'policy' && earlier.sign === '-' && change.sign === '+') {
    changes[index] = { ...change, sign: '~' };
  } else changes.push(change);
}

function changesOf({ kind, tree, sql }: ParsedStatement, created: ReadonlySet<string>): AccessChange[] {
  switch (kind) {
    case 'GrantStmt':
      return grantChanges(tree, created);
    case 'GrantRoleStmt':
      return membershipChanges(tree);
    case 'AlterDefaultPrivilegesStmt':
      return [{ noun: 'grant', sign: '~', sentence: sql.replaceAll(/\s+/g, ' '), about: sql }];
    case 'CreateFunctionStmt': {
      const { key = '', on = '' } = subjectOf({ kind, tree }) ?? {};
      if (!isDefiner(tree)) return [];
      // The text alone does not tell whether there was one before.
      const sentence = `${on} is written, and runs with the rights of its owner`;
      return [{ noun: 'definer function', sign: '~', sentence, about: key }];
    }
    case 'ViewStmt': {
      const view = rangeVar(tree.view);
      if (isInvokerView(tree)) return [];
      const sentence = `${view} is written, and shows what its owner may see`;
      return [{ noun: 'definer view', sign: '~', sentence, about: view }];
    }
    case 'DoStmt':
      return [
        {
          noun: 'DO block',
          sign: '~',
          sentence: 'a DO block: read it, its statements are not listed',
          about: sql,
        },
      ];
    case 'CreatePolicyStmt':
      return [
        {
          noun: 'policy',
          sign: '+',
          sentence: describePolicy(tree),
          about: `policy ${tree.policy_name} on ${rangeVar(tree.table)}`,
        },
      ];
    case 'AlterPolicyStmt': {
      const about = `policy ${tree.policy_name} on ${rangeVar(tree.table)}`;
      return [{ noun: 'policy', sign: '~', sentence: about, about }];
    }
    case 'DropStmt': {
      if (tree.removeType !== 'OBJECT_POLICY') return [];
      return (tree.objects as Tree[]).map((object): AccessChange => {
        const about = `policy ${objectPolicy(object)}`;
        return { noun: 'policy', sign: '-', sentence: about, about };
      });
    }
    case 'AlterTableStmt':
      return rowSecurityChanges(tree, created);
    default:
      return [];
  }
}

const ROW_SECURITY: Readonly<Record<string, string>> = {
  AT_EnableRowSecurity: 'row level security enabled',
  AT_DisableRowSecurity: 'row level security DISABLED',
  AT_ForceRowSecurity: 'row level security forced on the owner',
  AT_NoForceRowSecurity: 'row level security NO LONGER forced on the owner',
};

function rowSecurityChanges(tree: Tree, created: ReadonlySet<string>): AccessChange[] {
  const table = rangeVar(tree.relation);
  return (tree.cmds as Tree[]).flatMap(({ AlterTableCmd: { subtype } }): AccessChange[] => {
    const what = ROW_SECURITY[subtype as string];
    if (what === undefined || (created.has(table) && !/DISABLED|NO LONGER/.test(what))) return [];
    return [{ noun: 'policy', sign: '~', sentence: `${table}: ${what}`, about: `${table} ${what}` }];
  });
}

function grantChanges(tree: Tree, created: ReadonlySet<string>): AccessChange[] {
  const privileges = describePrivileges(tree.privileges);
  const verb = privileges
    ? `${tree.is_grant ? 'may' : 'may no longer'} ${privileges}`
    : `${tree.is_grant ? 'gains' : 'loses'} every right`;
  return ((tree.objects ?? []) as Tree[]).flatMap((object) => {
    const name = describeObject(tree, object);
    if (!tree.is_grant && created.has(name)) return [];
    return ((tree.grantees ?? []) as Tree[]).map(({ RoleSpec }): AccessChange => {
      const role = describeGrantee(RoleSpec);
      const option = tree.grant_option && tree.is_grant ? ', and pass it on' : '';
      const where = tree.objtype === 'OBJECT_TABLE' || !privileges ? `on ${name}` : name;
      return {
        noun: 'grant',
        sign: tree.is_grant ? '+' : '-',
        sentence: `${role} ${verb} ${where}${option}`,
        about: `${role} ${privileges} ${name}`,
      };
    });
  });
}

function membershipChanges(tree: Tree): AccessChange[] {
  return (tree.granted_roles as Tree[]).flatMap(({ AccessPriv }) =>
    (tree.grantee_roles as Tree[]).map(({ RoleSpec }): AccessChange => {
      const [role, member] = [AccessPriv.priv_name, roleName(RoleSpec)];
      const sentence = tree.is_grant ? `${member} becomes a member of ${role}` : `${member} leaves ${role}`;
      return { noun: 'grant', sign: tree.is_grant ? '+' : '-', sentence, about: `${member} in ${role}` };
    }),
  );
}
