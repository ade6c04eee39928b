import { createHash } from 'node:crypto';
import type pg from 'pg';
import { REALM_ROLE } from '../../policies/vocabulary.ts';
import { misuse } from '../console/errors.ts';

/** What one statement of the applications has cost since the statistics were reset. */
export interface StatementCost {
  /** Of the normalised text: the same on every server and after every restart. */
  readonly id: string;
  readonly role: string;
  /** As pg_stat_statements keeps it, its constants replaced by parameters. */
  readonly text: string;
  readonly calls: number;
  /** Milliseconds of execution on the server, a call. */
  readonly mean_ms: number;
}

/** What the functions of our policies have cost. */
interface PolicyCost {
  readonly name: string;
  readonly calls: number;
  /** Microseconds in the function itself, without what it calls, a call. */
  readonly self_us: number;
}

export interface Costs {
  readonly server: string;
  /** When counting began, as the server writes it in UTC; null where it does not say. */
  readonly stats_reset: string | null;
  readonly statements: readonly StatementCost[];
  /** Empty where `track_functions` is `none`. */
  readonly policies: readonly PolicyCost[];
  /** How much of the statements' time our functions took, from 0 to 1; undefined where nobody counted. */
  readonly share?: number;
}

/**
 * Reads what the server counted: statements that ran in a role of the applications, and our functions. Texts are as pg_stat_statements keeps them,
 * without constants but with their comments; statements that keep a constant in their text (SET, DO) are left out. [N-34]
 *
 * @throws CommandError (2) where pg_stat_statements is missing or may not be read.
 */
export async function readCosts(client: pg.Client): Promise<Costs> {
  const schema = await extensionSchema(client);
  const roles = Object.values(REALM_ROLE);
  const { rows: statements } = await client.query<{
    role: string;
    text: string;
    calls: string;
    mean: number;
  }>(
    `select r.rolname as role, s.query as text, sum(s.calls)::text as calls,
            sum(s.total_exec_time) / sum(s.calls) as mean
     from ${schema}.pg_stat_statements as s
     join pg_roles as r on r.oid = s.userid
     where s.dbid = (select oid from pg_database where datname = current_database())
       and s.toplevel and s.calls > 0
       and r.rolname = any ($1)
       and s.query ~* '^\\s*(/\\*.*?\\*/\\s*)*(with|select|insert|update|delete|merge)\\M'
     group by r.rolname, s.query
     order by sum(s.total_exec_time) desc, r.rolname, s.query`,
    [roles],
  );
  const { rows: policies } = await client.query<PolicyCost & { total_ms: number }>(
    `select schemaname || '.' || funcname as name, sum(calls)::float8 as calls,
            1000 * sum(self_time) / sum(calls)::float8 as self_us, sum(self_time) as total_ms
     from pg_stat_user_functions
     where schemaname = 'authz' and calls > 0
     group by 1
     order by sum(self_time) desc, 1`,
  );
  const { rows: server } = await client.query<{ version: string; has_info: boolean }>(
    `select current_setting('server_version') as version,
            to_regclass('${schema}.pg_stat_statements_info') is not null as has_info`,
  );
  const spent = statements.reduce((sum, { calls, mean }) => sum + Number(calls) * mean, 0);
  const inPolicies = policies.reduce((sum, { total_ms }) => sum + total_ms, 0);
  return {
    server: `PostgreSQL ${server[0]?.version ?? ''}`,
    stats_reset: server[0]?.has_info ? await resetAt(client, schema) : null,
    statements: statements.map(({ role, text, calls, mean }) => ({
      id: createHash('sha256').update(`${role}\n${text}`).digest('hex').slice(0, 16),
      role,
      // No control characters: it is written to terminals.
      text: text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' '),
      calls: Number(calls),
      mean_ms: mean,
    })),
    policies: policies.map(({ name, calls, self_us }) => ({ name, calls, self_us })),
    ...(policies.length > 0 && spent > 0 && { share: Math.min(1, inPolicies / spent) }),
  };
}

/** The extension has told since its version 1.9. */
async function resetAt(client: pg.Client, schema: string): Promise<string | null> {
  const { rows } = await client.query<{ stats_reset: string | null }>(
    `select (stats_reset at time zone 'utc')::text as stats_reset from ${schema}.pg_stat_statements_info`,
  );
  return rows[0]?.stats_reset ?? null;
}

const EXPECTED = 'the extension, as Supabase has it, and its library in shared_preload_libraries';

/** Where the extension stands: in `extensions` on Supabase. */
async function extensionSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ schema: string; readable: boolean }>(
    `select quote_ident(n.nspname) as schema, pg_has_role('pg_read_all_stats', 'usage') as readable
     from pg_extension as e
     join pg_namespace as n on n.oid = e.extnamespace
     where e.extname = 'pg_stat_statements'`,
  );
  const [found] = rows;
  if (found === undefined) {
    throw misuse({
      problem: 'this database has no pg_stat_statements',
      expected: EXPECTED,
      remedy: 'create extension pg_stat_statements with schema extensions',
    });
  }
  const { rows: settings } = await client.query<{ loaded: boolean }>(
    `select current_setting('pg_stat_statements.max', true) is not null as loaded`,
  );
  if (!settings[0]?.loaded) {
    throw misuse({
      problem: 'this server has not loaded pg_stat_statements: nothing was counted',
      expected: EXPECTED,
      remedy: 'add it to shared_preload_libraries and restart the server',
    });
  }
  if (!found.readable) {
    throw misuse({
      problem: 'this login may not read the statistics of others',
      expected: 'a member of pg_read_all_stats, as postgres is on Supabase',
      remedy: 'grant pg_read_all_stats to the login, or name another one in DATABASE_URL',
    });
  }
  return found.schema;
}
