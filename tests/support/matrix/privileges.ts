import type { Operation } from '../../../policies/vocabulary.ts';
import type { Queryable } from '../../../scripts/catalog/invariants/invariant.ts';
import type { Cell } from './cell.ts';

/** Columns that a role holds on a relation; a probe is phrased with these, so that it asks the policy, not the grant. */
export interface Held {
  readonly insert: ReadonlySet<string>;
  readonly update: ReadonlySet<string>;
  readonly select: ReadonlySet<string>;
  /** Whether rows may be deleted, whichever. */
  readonly delete: boolean;
  /** Commands that a permissive policy opens to the role: `r`, `a`, `w`, `d`, or `*` where no policy binds it. */
  readonly opened: ReadonlySet<string>;
  /** Whether the role can name the relation: has USAGE on its schema. */
  readonly isNamed: boolean;
}

const NOTHING: Held = {
  insert: new Set(),
  update: new Set(),
  select: new Set(),
  delete: false,
  opened: new Set(),
  isNamed: false,
};

const COMMANDS = { SELECT: 'r', INSERT: 'a', UPDATE: 'w', DELETE: 'd' } as const;

/** What the catalog alone says of an operation: the second of the three witnesses. */
export function heldAccess(held: Held, operation: Operation): Cell['held'] {
  const { select, insert, update, isNamed } = held;
  const columns = { SELECT: select, INSERT: insert, UPDATE: update, DELETE: undefined }[operation];
  const isGranted = columns ? columns.size > 0 : held.delete;
  if (!isGranted || !isNamed) return 'no_grant';
  return held.opened.has('*') || held.opened.has(COMMANDS[operation]) ? 'open' : 'no_policy';
}

/** Reads the column privileges of every role on every relation of ours. */
export async function readPrivileges(client: Queryable): Promise<(role: string, relation: string) => Held> {
  const { rows } = await client.query<{
    role: string;
    relation: string;
    insert: string[];
    update: string[];
    select: string[];
    delete: boolean;
    opened: string[];
    named: boolean;
  }>(`
    select r.rolname as role, n.nspname || '.' || c.relname as relation,
           coalesce(array_agg(a.attname::text) filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'insert')), '{}') as insert,
           coalesce(array_agg(a.attname::text) filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'update')), '{}') as update,
           coalesce(array_agg(a.attname::text) filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'select')), '{}') as select,
           has_table_privilege(r.oid, c.oid, 'delete') as delete, has_schema_privilege(r.oid, n.oid, 'usage') as named,
           case
             when r.rolbypassrls or c.relkind = 'v' then array['*']
             else array(
               select p.polcmd::text
               from pg_policy as p
               where p.polrelid = c.oid and p.polpermissive and p.polroles && array[0::oid, r.oid]
             )
           end as opened
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join pg_roles as r
    where n.nspname in ('public', 'authz', 'audit', 'governance') and c.relkind in ('r', 'p', 'v')
      and r.rolname in ('authenticated', 'patient', 'internal_ops', 'anon', 'service_role')
    group by r.oid, r.rolname, r.rolbypassrls, n.oid, n.nspname, c.oid, c.relname, c.relkind`);
  const held = new Map(
    rows.map((row) => [
      `${row.role} ${row.relation}`,
      {
        insert: new Set(row.insert),
        update: new Set(row.update),
        select: new Set(row.select),
        delete: row.delete,
        opened: new Set(row.opened),
        isNamed: row.named,
      },
    ]),
  );
  return (role, relation) => held.get(`${role} ${relation}`) ?? NOTHING;
}
