import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { isServersOwn } from '../console/denied.ts';
import { CommandError, misuse } from '../console/errors.ts';
import { connect } from './connect.ts';
import { rollBack } from './roll-back.ts';
import { describeUrl } from './url.ts';

/**
 * The stand-in, in order of name: the part of Supabase that this project builds on, for servers that are not Supabase.
 *
 * Names, types, owners, grants and function bodies follow what hosted projects have (supabase/postgres, supabase/auth
 * and supabase/storage): API roles, auth.users with its sessions, identities and refresh tokens, storage.buckets and
 * storage.objects, their row-level security, the helper functions policies call, an empty publication, and the
 * default privileges of older projects, which hand every new object in public to the API roles.
 *
 * It is not a migration, and migrations/ may depend on nothing beyond it that real Supabase lacks. In some things it
 * is looser than the platform, and nothing may rely on that either:
 *   - hosted Supabase refuses `alter role authenticated …` and `alter database … set` of custom settings to the role
 *     postgres; a plain server may allow them;
 *   - event triggers it lets postgres create since 2025 (supautils), of functions that no superuser owns, and then calls
 *     them neither for superusers and its reserved roles nor for new extensions, publications and foreign data wrappers;
 *     a plain server refuses them to all but superusers, and calls them for everybody;
 *   - `postgres` is a member of supabase_storage_admin here, because a plain server knows no other way to let it create
 *     policies on storage.objects; on the platform it may do that and nothing more to those tables.
 * In others it has less: no MFA, SSO or OAuth tables, no multipart uploads, no Realtime, Vault, GraphQL or pg_net.
 *
 * Roles, schemas, types, tables and functions are created where they are missing and kept where they are not; owners,
 * row-level security and grants of the named ones are stated again.
 */
const PARTS = new URL('./platform/', import.meta.url);

/** Its files, in the order in which they are applied. */
export function platformFiles(): string[] {
  return readdirSync(PARTS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => fileURLToPath(new URL(name, PARTS)));
}

/** What `ensurePlatform` found and did. */
export interface PlatformReport {
  /** `supabase`: the real thing, untouched. `stand-in`: supplied by platform/, now or before. */
  readonly platform: 'supabase' | 'stand-in';
  /** What was missing and has been supplied: `role anon`, `table auth.users` … Empty when nothing was done. */
  readonly supplied: readonly string[];
}

/**
 * Supplies what Supabase has and this database lacks: roles, `auth`, `storage`, helper functions, privileges.
 * Real Supabase is recognised and left alone, and so is whatever exists already. All or nothing. A part of real Supabase is refused.
 *
 * @param adminUrl a role that may create roles: a superuser, or from PostgreSQL 16 on one with CREATEROLE,
 *   BYPASSRLS and CREATE on the database. On a complete platform any role will do.
 * @throws CommandError (exit code 2) when part of it is missing and the role may not create it, or Supabase Auth is there without the rest.
 */
export async function ensurePlatform(adminUrl: string): Promise<PlatformReport> {
  const client = await connect(adminUrl);
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await supply(client);
      } catch (error) {
        await rollBack(client);
        if (!isCollision(error) || attempt === 8) throw explain(error, adminUrl);
        // Roles belong to the whole server: another database on it is being furnished at the same moment.
        await sleep(20 * attempt * (1 + Math.random()));
      }
    }
  } finally {
    await client.end();
  }
}

async function supply(client: pg.Client): Promise<PlatformReport> {
  const { real, missing } = await inspectPlatform(client);
  if (real && missing.length > 0) throw incomplete(missing);
  if (real) return { platform: 'supabase', supplied: [] };
  if (missing.length === 0) return { platform: 'stand-in', supplied: [] };
  await client.query('begin');
  for (const file of platformFiles()) await client.query(readFileSync(file, 'utf8'));
  await client.query('commit');
  return { platform: 'stand-in', supplied: missing };
}

/** Reads the catalog only: a role without USAGE on `auth` sees it too. */
const INSPECT = `
  with wanted (kind, schema, name) as (values
    ('role', null, 'anon'), ('role', null, 'authenticated'), ('role', null, 'service_role'), ('role', null, 'authenticator'),
    ('schema', null, 'extensions'),
    ('table', 'auth', 'users'), ('table', 'auth', 'sessions'), ('table', 'auth', 'refresh_tokens'), ('table', 'auth', 'identities'),
    ('function', 'auth', 'uid'), ('function', 'auth', 'role'), ('function', 'auth', 'email'), ('function', 'auth', 'jwt'),
    ('table', 'storage', 'buckets'), ('table', 'storage', 'objects'),
    ('function', 'storage', 'foldername'), ('function', 'storage', 'filename'), ('function', 'storage', 'extension'),
    ('function', 'storage', 'operation')
  )
  select
    coalesce(array_agg(w.kind || ' ' || concat_ws('.', w.schema, w.name)) filter (where not case w.kind
      when 'role' then exists (select from pg_catalog.pg_roles r where r.rolname = w.name)
      when 'schema' then exists (select from pg_catalog.pg_namespace n where n.nspname = w.name)
      when 'table' then exists (
        select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = w.schema and c.relname = w.name)
      else exists (
        select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname = w.schema and p.proname = w.name)
    end), '{}') as missing,
    -- Supabase Auth keeps its own ledger there; the stand-in has none.
    exists (
      select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'auth' and c.relname = 'schema_migrations') as real
  from wanted w`;

/** What of the platform a database lacks, and whether it is Supabase itself. */
export async function inspectPlatform(client: pg.Client): Promise<{ real: boolean; missing: string[] }> {
  const { rows } = await client.query<{ real: boolean; missing: string[] }>(INSPECT);
  return rows[0] ?? { real: false, missing: [] };
}

/** Duplicate role or key, deadlock, or two writers of one catalog row ("tuple concurrently updated"). */
function isCollision(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    ['42710', '23505', '40P01', '40001'].includes(code ?? '') || /tuple concurrently/.test(message ?? '')
  );
}

/** Half of what Supabase has is nobody's to complete: what its services own and change, a stand-in beside them would get in the way of. */
function incomplete(missing: readonly string[]): CommandError {
  return misuse({
    problem: `Supabase Auth keeps its tables in this database, and part of what Supabase has is missing: ${missing.join(', ')}`,
    expected: 'all of what Supabase has, as its services leave it, or nothing of it',
    remedy:
      'start Auth and Storage both before npm run db:migrate, each until it has migrated, or neither: then it is supplied',
  });
}

function explain(error: unknown, url: string): unknown {
  if (error instanceof CommandError || !(error instanceof Error) || isServersOwn(error)) return error;
  const denied = (error as { code?: string }).code === '42501';
  return misuse(
    {
      problem: denied
        ? `${describeUrl(url)} lacks part of what Supabase has, and this role may not create it`
        : `the platform stand-in could not be applied to ${describeUrl(url)}`,
      expected: 'a Supabase project, or a role that may create roles and schemas',
      details: [`the server said: ${error.message}`],
      remedy: denied
        ? 'run the command once with a superuser in DATABASE_URL; afterwards an ordinary role is enough'
        : 'see scripts/postgres/platform/ for what it creates',
    },
    { cause: error },
  );
}
