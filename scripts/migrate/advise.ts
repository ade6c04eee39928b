import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { escapeIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { ADVISOR_EXCEPTIONS, type AdvisorException } from './advisor-exceptions.ts';
import { supabaseProcess } from './runners.ts';

/** What PostgREST exposes: `api.schemas` in supabase/config.toml. */
const EXPOSED = 'public';
const OWN_SCHEMAS = new Set(['public', 'authz', 'audit', 'governance']);

/** One finding of a lint. */
export interface Advice {
  /** `rls_disabled_in_public` */
  readonly lint: string;
  readonly level: 'ERROR' | 'WARN' | 'INFO';
  readonly detail: string;
  /** Identifies the finding over time: lint and object. */
  readonly key: string;
}

export interface Advisory {
  /** Warnings and errors without an exception. */
  readonly failing: readonly Advice[];
  readonly excepted: readonly Advice[];
  readonly notes: readonly Advice[];
  /** Exceptions that match nothing any more. */
  readonly stale: readonly AdvisorException[];
}

/**
 * Runs Supabase's advisors (`supabase db advisors`) on a database of ours.
 *
 * @param adminUrl a scratch database's superuser: it sets `pgrst.db_schemas`, without which five lints, among
 *   them "RLS disabled" and "security definer view", pass over everything in silence.
 * @throws CommandError (2) if the setting does not hold or the CLI cannot do its work.
 */
export async function advise(adminUrl: string, exceptions = ADVISOR_EXCEPTIONS): Promise<Advisory> {
  await expose(adminUrl);
  const found = (await callAdvisors(adminUrl)).filter(
    ({ schema }) => schema === undefined || OWN_SCHEMAS.has(schema),
  );
  const known = new Set(exceptions.map(({ key }) => key));
  const serious = found.filter(({ level }) => level !== 'INFO');
  return {
    failing: serious.filter(({ key }) => !known.has(key)),
    excepted: serious.filter(({ key }) => known.has(key)),
    notes: found.filter(({ level }) => level === 'INFO'),
    stale: exceptions.filter(({ key }) => !serious.some((advice) => advice.key === key)),
  };
}

async function expose(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    const database = escapeIdentifier(rows[0]?.name ?? '');
    await client.query(`alter database ${database} set pgrst.db_schemas = ${quoteLiteral(EXPOSED)}`);
  });
  const { rows } = await withClient(adminUrl, (client) =>
    client.query<{ schemas: string | null }>(`select current_setting('pgrst.db_schemas', true) as schemas`),
  );
  if (rows[0]?.schemas === EXPOSED) return;
  throw misuse({
    problem: 'pgrst.db_schemas is not set: the advisors would pass over every table in silence',
    expected: `${EXPOSED}, in every new session on the database`,
    remedy: 'run as a role that may set it',
  });
}

interface Finding extends Advice {
  readonly schema: string | undefined;
}

async function callAdvisors(url: string): Promise<Finding[]> {
  const args = ['db', 'advisors', '--level', 'info', '--fail-on', 'warn', '--output-format', 'json'];
  const { file, args: all, env, cwd } = supabaseProcess(url, args, tmpdir());
  const child = spawn(file, [...all], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]).catch((cause: Error) => {
    throw misuse(
      {
        problem: `the Supabase CLI could not be started: ${cause.message}`,
        expected: 'a temporary folder that exists, and a program that may be run',
        remedy: 'look at TMPDIR, and run npm ci',
      },
      { cause },
    );
  });
  const findings = parse(stdout);
  const isSerious = findings?.some(({ level }) => level !== 'INFO') ?? false;
  if (findings && (code === 0) === !isSerious) return findings;
  throw misuse({
    problem: 'the Supabase CLI could not run its advisors',
    expected: 'JSON with `results`, and an exit code that agrees with them',
    details: `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== ''),
  });
}

function parse(stdout: string): Finding[] | undefined {
  try {
    const { results } = JSON.parse(stdout) as { results: CliResult[] };
    return results.map(({ name, level, detail, cacheKey, metadata }) => {
      return { lint: name, level, detail, key: cacheKey, schema: metadata?.schema };
    });
  } catch {
    return undefined;
  }
}

interface CliResult {
  readonly name: string;
  readonly level: Advice['level'];
  readonly detail: string;
  readonly cacheKey: string;
  readonly metadata?: { readonly schema?: string };
}
