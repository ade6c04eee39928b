import type { ClientBase } from 'pg';
import { API_ROLES, PLATFORM_ROLES, PLATFORM_SCHEMAS } from '../../drift/platform-names.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { DOORS } from './queries/doors.ts';
import { CONSTRAINTS, TRIGGERS } from './queries/guards.ts';
import { RELATIONS } from './queries/relations.ts';
import { ROLES } from './queries/roles.ts';
import { ROUTINES } from './queries/routines.ts';
import type { DecidingRow, Door, Guard, Reach, Relation, Role, Routine } from './reach.ts';

/**
 * Reads who may do what. Only reads; the connection's search_path is as before afterwards.
 *
 * Looked at are all schemas but those of the platform and of PostgreSQL, and the roles of requests, ours and whatever role a
 * migration made.
 */
export async function readReach(client: ClientBase): Promise<Reach> {
  const { rows: paths } = await client.query<{ path: string }>(
    `select current_setting('search_path') as path`,
  );
  await client.query(`select set_config('search_path', '', false)`);
  try {
    const list = async <Row>(sql: string) =>
      (await client.query<{ found: Row }>(`${SCOPE} ${sql}`)).rows.map(({ found }) => found);
    return {
      roles: await list<Role>(ROLES),
      relations: await list<Relation>(RELATIONS),
      routines: await list<Routine>(ROUTINES),
      triggers: await list<Guard>(TRIGGERS),
      constraints: await list<Guard>(CONSTRAINTS),
      doors: await list<Door>(DOORS),
      decidingRows: await readDecidingRows(client),
    };
  } finally {
    await client.query(`select set_config('search_path', $1, false)`, [paths[0]?.path ?? '']);
  }
}

const names = (list: readonly string[]) => list.map(quoteLiteral).join(', ');

/** Schemas and roles that count, for every query. */
const SCOPE = `
  with schemas as (
    select n.oid, n.nspname from pg_namespace as n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname not in (${names(PLATFORM_SCHEMAS)})
  ),
  roles as (
    select r.* from pg_roles as r
    where r.rolname !~ '^pg_' and (r.rolname in (${names(API_ROLES)}) or r.rolname not in (${names(PLATFORM_ROLES)}))
  ),
  extension_objects as (select classid, objid from pg_depend where deptype = 'e')`;

/** Tables whose rows rules read: what stands in them decides as a policy does. */
async function readDecidingRows(client: ClientBase): Promise<readonly DecidingRow[]> {
  const { rows: tables } = await client.query<{ table: string }>(`
    select c.oid::regclass::text as table
    from pg_class as c
    where c.relnamespace = to_regnamespace('authz') and c.relkind = 'r'
      and not exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id')
    order by 1`);
  const found: DecidingRow[] = [];
  for (const { table } of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select (select string_agg(key || ' ' || value, ', ' order by key) from jsonb_each_text(to_jsonb(t) - '{created_at,updated_at,created_by,updated_by}'::text[])) as row
       from ${table} as t order by 1`,
    );
    found.push(...rows.map(({ row }) => ({ table, row })));
  }
  return found;
}
