import { qualifiedName, rangeVar, roleName, signature } from '../sql/names.ts';
import type { Tree } from '../sql/parse.ts';

/** How grants and policies are told in a migration's header. */

const FEW_COLUMNS = 6;

/** Privileges whose names are no verbs. */
const VERBS: Readonly<Record<string, string>> = { usage: 'use', create: 'create in' };

/**
 * `select, insert (mrn, full_name)`; a long list of columns is counted, the statement itself names them. Empty for ALL.
 */
export function describePrivileges(privileges: Tree): string {
  if (!privileges) return '';
  const described = (privileges as Tree[]).map(({ AccessPriv: { priv_name, cols } }): string => {
    if (!cols) return VERBS[priv_name] ?? priv_name;
    const names = (cols as Tree[]).map((column): string => column.String.sval);
    return names.length > FEW_COLUMNS
      ? `${priv_name} (${names.length} columns)`
      : `${priv_name} (${names.join(', ')})`;
  });
  return described.join(', ');
}

export function describeGrantee(role: Tree): string {
  return role.roletype === 'ROLESPEC_PUBLIC' ? 'everyone (PUBLIC)' : roleName(role);
}

/** `public.patients`, `function authz.holds(text[], text[])`, `schema authz`, `all tables in schema public`. */
export function describeObject(tree: Tree, object: Tree): string {
  if (object.RangeVar) return rangeVar(object.RangeVar);
  if (object.ObjectWithArgs) return `function ${signature(object.ObjectWithArgs)}`;
  const kind = String(tree.objtype).replace('OBJECT_', '').toLowerCase();
  const parts = object.List?.items ?? object.TypeName?.names;
  const name = object.String ? object.String.sval : parts ? qualifiedName(parts) : '';
  return tree.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? `all ${kind}s in schema ${name}` : `${kind} ${name}`;
}

/** A policy that asks for nothing is told as such: it is the one that a reviewer must not miss. */
export function describePolicy({
  policy_name,
  table,
  cmd_name,
  roles,
  permissive,
  qual,
  with_check,
}: Tree): string {
  const names = ((roles ?? []) as Tree[]).map(({ RoleSpec }) => describeGrantee(RoleSpec)).join(', ');
  const open =
    permissive && [qual, with_check].some((expression) => expression?.A_Const?.boolval?.boolval === true);
  const kind = permissive ? '' : 'restrictive, ';
  return `policy ${policy_name} on ${rangeVar(table)}: ${kind}${cmd_name ?? 'all'} to ${names}${open ? ', WITHOUT a condition' : ''}`;
}

/** `tenant_fence on public.patients`, from a DROP's list of names. */
export function objectPolicy(object: Tree): string {
  const parts = object.List.items as Tree[];
  return `${parts.at(-1).String.sval} on ${qualifiedName(parts.slice(0, -1))}`;
}
