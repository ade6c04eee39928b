import type { Operator } from '../mutant.ts';
import { roleName } from '../sites.ts';
import type { RelationSubject } from '../subject.ts';

const BY_COLUMN = ['select', 'insert', 'update'] as const;
const BY_TABLE = ['select', 'insert', 'update', 'delete', 'truncate'] as const;

/** Gives a role one column that it does not hold. */
export const grantColumn: Operator = {
  name: 'grant-column',
  about: 'grant a column that a role does not hold',
  mutate: ({ relations, grantees }) =>
    relations.flatMap((relation) =>
      grantees.flatMap((role) =>
        BY_COLUMN.filter((privilege) => !relation.isView || privilege === 'select').flatMap((privilege) =>
          relation.columns
            .filter((column) => !holds(relation, role, privilege, column))
            .map((column) => ({
              subject: relation.relation,
              what: `${privilege} (${column}) to ${role}`,
              sql: `grant ${privilege} (${column}) on ${relation.relation} to ${roleName(role)}`,
              role,
            })),
        ),
      ),
    ),
};

/** Gives a role a privilege on a whole table. */
export const grantTable: Operator = {
  name: 'grant-table',
  about: 'grant a privilege on a whole table',
  mutate: ({ relations, grantees }) =>
    relations
      .filter(({ isView }) => !isView)
      .flatMap((relation) =>
        grantees.flatMap((role) =>
          BY_TABLE.filter((privilege) => !relation.held[role]?.includes(privilege)).map((privilege) => ({
            subject: relation.relation,
            what: `${privilege} to ${role}`,
            sql: `grant ${privilege} on ${relation.relation} to ${roleName(role)}`,
            role,
          })),
        ),
      ),
};

/** Takes a privilege away. */
export const revokeGrant: Operator = {
  name: 'revoke-grant',
  about: 'revoke a privilege',
  mutate: ({ relations, grantees }) =>
    relations.flatMap(({ relation, held }) =>
      grantees.flatMap((role) =>
        (held[role] ?? []).map((privilege) => ({
          subject: relation,
          what: `${privilege} from ${role}`,
          sql: `revoke ${privilege} on ${relation} from ${roleName(role)}`,
          role,
        })),
      ),
    ),
};

/** Lets a role, or everybody, call a function. */
export const grantExecute: Operator = {
  name: 'grant-execute',
  about: 'grant EXECUTE to a role without it, or to PUBLIC',
  mutate: ({ functions, callers }) =>
    functions.flatMap(({ name, signature, executors }) => [
      ...callers
        .filter((role) => !executors.includes(role))
        .map((role) => ({
          subject: name,
          what: `to ${role}`,
          sql: `grant execute on function ${signature} to ${roleName(role)}`,
          role,
        })),
      { subject: name, what: 'to PUBLIC', sql: `grant execute on function ${signature} to public` },
    ]),
};

/** Takes EXECUTE away. */
export const revokeExecute: Operator = {
  name: 'revoke-execute',
  about: 'revoke EXECUTE',
  mutate: ({ functions }) =>
    functions.flatMap(({ name, calls, signature, executors }) =>
      executors.map((role) => ({
        subject: name,
        calls,
        what: `from ${role}`,
        sql: `revoke execute on function ${signature} from ${roleName(role)}`,
        role,
      })),
    ),
};

function holds({ held }: RelationSubject, role: string, privilege: string, column: string): boolean {
  const own = held[role] ?? [];
  return own.includes(privilege) || own.includes(`${privilege} (${column})`);
}
