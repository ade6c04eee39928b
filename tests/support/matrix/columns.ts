import { TABLES, VIEWS } from '../../../policies/index.ts';
import { REALM_ROLE } from '../../../policies/vocabulary.ts';
import type { Queryable } from '../../../scripts/catalog/invariants/invariant.ts';
import { withExplanation } from '../../../scripts/policy/explain.ts';
import { buildGrants, buildViewGrants } from '../../../scripts/policy/grants.ts';
import type { GrantsNode } from '../../../scripts/policy/nodes.ts';
import { quoteLiteral } from '../../../scripts/postgres/quote.ts';

/** One column, and whether a role gets at it: what the rules say beside what the server answered. */
export interface ColumnCell {
  readonly relation: string;
  readonly column: string;
  readonly role: string;
  readonly privilege: 'select' | 'insert' | 'update';
  readonly declared: boolean;
  readonly observed: boolean;
}

/**
 * Asks for every column as every role: reads it, writes it. Statements are explained, not run: the server checks the
 * privileges, and no row, policy or trigger has a say. Where a role cannot name the schema, what it holds counts:
 * nobody should find more than was declared on the day the schema opens.
 *
 * @param client a superuser inside a transaction.
 * @param relations qualified names; all when left out.
 */
export async function observeColumns(
  client: Queryable,
  relations?: readonly string[],
): Promise<readonly ColumnCell[]> {
  await client.query(REACHED);
  const { rows } = await client.query<Omit<ColumnCell, 'declared'>>(ASK, [relations ?? null]);
  const declared = declaredColumns();
  return rows.map((row) => ({ ...row, declared: declared(row) }));
}

/** The cells where a role gets something else than the rules declare, as text. */
export function differingColumns(cells: readonly ColumnCell[]): readonly string[] {
  return cells
    .filter(({ declared, observed }) => declared !== observed)
    .map(
      ({ relation, column, role, privilege, observed }) =>
        `${role} ${observed ? 'reaches' : 'does not reach'} ${relation}: ${privilege} (${column})`,
    );
}

function declaredColumns() {
  const nodes = [...TABLES.map(withExplanation).flatMap(buildGrants), ...VIEWS.flatMap(buildViewGrants)];
  const key = ({ relation, role }: GrantsNode) => `${relation.schema}.${relation.name} ${role}`;
  const known = new Map(nodes.map((node) => [key(node), node.privileges]));
  return ({ relation, role, privilege, column }: Omit<ColumnCell, 'declared'>): boolean =>
    (known.get(`${relation} ${role}`) ?? []).some(
      (held) => held.privilege === privilege && (held.columns?.includes(column) ?? true),
    );
}

/** The exception takes the role back, whatever the answer. */
const REACHED = `
  create or replace function pg_temp.reached(asked_role text, statement text) returns boolean language plpgsql as $$
  begin
    perform set_config('role', asked_role, true);
    execute 'explain ' || statement;
    raise exception using errcode = 'XX0OK';
  exception
    when insufficient_privilege then return false;
    when sqlstate 'XX0OK' then return true;
  end
  $$`;

const ROLES = Object.values(REALM_ROLE).map(quoteLiteral).join(', ');

const ASK = `
  select n.nspname || '.' || c.relname as relation, a.attname::text as column, r.rolname::text as role, w.privilege,
         case
           when has_schema_privilege(r.oid, n.oid, 'usage') then
             pg_temp.reached(r.rolname, format(w.statement, c.oid::regclass, a.attname))
           else has_column_privilege(r.oid, c.oid, a.attnum, w.privilege)
         end as observed
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  cross join pg_roles as r
  cross join (values
    ('select', 'select %2$I from %1$s limit 0'),
    ('insert', 'insert into %1$s (%2$I) values (default)'),
    ('update', 'update %1$s set %2$I = default')
  ) as w (privilege, statement)
  where n.nspname in ('public', 'authz', 'audit', 'governance')
    and (c.relkind in ('r', 'p') or (c.relkind = 'v' and w.privilege = 'select'))
    and r.rolname in (${ROLES})
    and ($1::text[] is null or n.nspname || '.' || c.relname = any ($1))
  order by 1, a.attnum, 3, 4`;
