import type { ClientBase } from 'pg';
import { API_ROLES, PLATFORM_ROLES } from '../../drift/platform-names.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { DEFAULT_DOORS } from './queries/doors/defaults.ts';
import { GRANT_DOORS } from './queries/doors/grants.ts';
import { MEMBERSHIP_DOORS } from './queries/doors/memberships.ts';
import { PUBLICATION_DOORS } from './queries/doors/publications.ts';
import { SCHEMA_DOORS } from './queries/doors/schemas.ts';
import { SETTINGS } from './queries/doors/settings.ts';
import { EXTENSIONS } from './queries/extensions.ts';
import { CONSTRAINTS, TRIGGERS } from './queries/guards.ts';
import { RELATIONS } from './queries/relations.ts';
import { ROLES } from './queries/roles.ts';
import { ROUTINES } from './queries/routines.ts';
import type {
  DecidingRow,
  Door,
  Extension,
  Guard,
  Reach,
  Relation,
  Role,
  Routine,
  Setting,
} from './reach.ts';

const DOORS = [SCHEMA_DOORS, MEMBERSHIP_DOORS, GRANT_DOORS, DEFAULT_DOORS, PUBLICATION_DOORS];

/**
 * Reads who may do what. Only reads; the connection's search_path is as before afterwards.
 *
 * Looked at are all schemas, as a migration may leave something in one of the platform's, where it would be just as much in reach;
 * and the roles of requests, the login that becomes them, ours, and whatever role a migration made. Of other roles only what is
 * granted to them by name.
 */
export async function readReach(client: ClientBase): Promise<Reach> {
  const { rows: paths } = await client.query<{ path: string }>(
    `select current_setting('search_path') as path`,
  );
  await client.query(`select set_config('search_path', 'pg_catalog, pg_temp', false)`);
  try {
    const list = async <Row extends object>(sql: string) =>
      (await client.query<{ found: string }>({ text: `${SCOPE} ${sql}`, types: AS_TEXT })).rows.map(
        ({ found }) => parsed<Row>(found),
      );
    const doors = async () => {
      const found: Door[] = [];
      for (const sql of DOORS) found.push(...(await list<Door>(sql)));
      return [...found, ...(await readPublicBuckets(client))];
    };
    return {
      roles: await list<Role>(ROLES),
      relations: await list<Relation>(RELATIONS),
      routines: await list<Routine>(ROUTINES),
      triggers: await list<Guard>(TRIGGERS),
      constraints: await list<Guard>(CONSTRAINTS),
      doors: await doors(),
      settings: await list<Setting>(SETTINGS),
      decidingRows: await readDecidingRows(client),
      extensions: await list<Extension>(EXTENSIONS),
    };
  } finally {
    await client.query(`select set_config('search_path', $1, false)`, [paths[0]?.path ?? '']);
  }
}

const AS_TEXT = { getTypeParser: () => String };

/** By its text: what is before and after a migration is the same but for a few, and is parsed, held and compared once. */
const known = new Map<string, object>();

function parsed<Row extends object>(text: string): Row {
  const row = known.get(text) ?? JSON.parse(text);
  known.set(text, row);
  return row;
}

const names = (list: readonly string[]) => list.map(quoteLiteral).join(', ');

/** Schemas and roles that count, for every query. */
const SCOPE = `
  with schemas as (
    select n.oid, n.nspname from pg_namespace as n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  ),
  roles as (
    select r.* from pg_roles as r
    where r.rolname !~ '^pg_' and (r.rolname in (${names([...API_ROLES, 'authenticator'])}) or r.rolname not in (${names(PLATFORM_ROLES)}))
  )`;

/** What tells a row apart from others, and what it says; who wrote it when is neither. */
const WRITTEN = `'{created_at,updated_at,created_by_user_id,updated_by_user_id,actor_kind}'::text[]`;

/** Tables whose rows rules read: what stands in them decides as a policy does. */
async function readDecidingRows(client: ClientBase): Promise<readonly DecidingRow[]> {
  const { rows: tables } = await client.query<{ table: string; key: string[] }>(`
    select c.oid::regclass::text as table, coalesce((
      select array_agg(a.attname::text) from pg_index as i join pg_attribute as a on a.attrelid = c.oid and a.attnum = any (i.indkey)
      where i.indrelid = c.oid and i.indisprimary), '{}') as key
    from pg_class as c
    where c.relnamespace = to_regnamespace('authz') and c.relkind = 'r'
      and not exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id')
    order by 1`);
  const found: DecidingRow[] = [];
  for (const { table, key } of tables) {
    const { rows } = await client.query<{ says: Record<string, string | null> }>(
      `select (select json_object_agg(key, value) from json_each_text(row_to_json(t)) where key <> all (${WRITTEN})) as says
       from ${table} as t order by t::text`,
    );
    found.push(...rows.map(({ says }) => ({ table, key: key.map((name) => says[name] ?? '').join(), says })));
  }
  return found;
}

/** Files of a public bucket are served to whoever asks for their address: Storage asks no policy about them. */
async function readPublicBuckets(client: ClientBase): Promise<readonly Door[]> {
  const { rows: found } = await client.query<{ there: boolean }>(`
    select exists (
      select from pg_attribute as a where a.attrelid = to_regclass('storage.buckets') and a.attname = 'public' and not a.attisdropped) as there`);
  if (!found[0]?.there) return [];
  const { rows } = await client.query<{ id: string }>(
    `select b.id::text as id from storage.buckets as b where b.public order by 1`,
  );
  return rows.map(({ id }) => ({
    realm: '',
    who: 'whoever knows its address',
    verb: 'read',
    object: `every file in bucket ${id}`,
  }));
}
