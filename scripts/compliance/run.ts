import { createHash } from 'node:crypto';
import type pg from 'pg';
import { misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { describeUrl } from '../postgres/url.ts';
import type { Requirement } from '../requirements/requirements.ts';
import { type Found, inOrder, reasonOf, USUAL_PATH, undone } from './look.ts';
import type { Probe } from './probe.ts';
import { World } from './world.ts';

/**
 * held: every look found what it must. broken: one did not. open: what it is made of is not there. unseen: a look could not be made.
 * outside: what was looked at holds, and the rest is not promised or no database can show it.
 */
export const STATUSES = ['held', 'broken', 'open', 'unseen', 'outside'] as const;
export type Status = (typeof STATUSES)[number];

/** What was found of one requirement. */
export interface Line {
  readonly id: string;
  readonly promise: string;
  readonly status: Status;
  /** Why it is not held; null where it is. */
  readonly why: string | null;
  readonly outside: string | null;
  /** What of the promise is not kept by choice; null where nothing is. */
  readonly except: string | null;
  readonly evidence: readonly Found[];
  /** SHA-256 of id, status and evidence, in hexadecimal: equal where the same was found. */
  readonly digest: string;
  readonly milliseconds: number;
}

export interface ComplianceReport {
  readonly format: 'cordon.compliance.1';
  readonly server: { readonly address: string; readonly version: string; readonly role: string };
  /** ISO 8601, by the server's clock. */
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly counts: Readonly<Record<Status, number>>;
  readonly lines: readonly Line[];
}

export interface RunOptions {
  readonly probes: readonly Probe[];
  readonly requirements: readonly Requirement[];
  readonly onProgress?: (line: string) => void;
}

/** Nothing waits long for us, and we for nothing; no sort of ours fills the server's memory. */
const MANNERS = `
  set local lock_timeout = '2s'; set local statement_timeout = '30s'; set local idle_in_transaction_session_timeout = '60s';
  set local jit = off; ${USUAL_PATH}; set local row_security = on`;

/**
 * Looks at every requirement on one live database, in one transaction that is always rolled back. [N-51]
 *
 * @throws CommandError (exit code 2) for a database that cannot be reached or does not hold the schema.
 * @example
 * const { counts } = await runCompliance('postgresql://…', { probes: PROBES, requirements: await readRequirements() });
 */
export async function runCompliance(url: string, options: RunOptions): Promise<ComplianceReport> {
  return withClient(
    url,
    async (client) => {
      await client.query('begin isolation level read committed');
      try {
        return await runThrough(client, describeUrl(url), options);
      } finally {
        await rollBack(client);
      }
    },
    { applicationName: 'cordon compliance' },
  );
}

/** Looks through a connection that is in a transaction, which the caller rolls back. */
export async function runThrough(
  client: pg.Client,
  address: string,
  { probes, requirements, onProgress = () => {} }: RunOptions,
): Promise<ComplianceReport> {
  const started = performance.now();
  await client.query(MANNERS);
  const server = await serverOf(client, address);
  onProgress('staging two clinics that nobody else sees');
  const world = new World();
  const unstaged = await stage(client, world);
  const lines: Line[] = [];
  for (const { id, promise } of requirements) {
    const probe = probes.find((one) => one.id === id);
    if (!probe) continue;
    lines.push(await lineOf(client, world, probe, promise, unstaged));
    if (lines.length % 20 === 0) onProgress(`${lines.length} of ${probes.length} looked at`);
  }
  const counts = Object.fromEntries(
    STATUSES.map((status) => [status, lines.filter((line) => line.status === status).length]),
  ) as Record<Status, number>;
  const { startedAt, ...where } = server;
  return {
    format: 'cordon.compliance.1',
    server: where,
    startedAt,
    milliseconds: Math.round(performance.now() - started),
    counts,
    lines,
  };
}

/** Makes the world; where that fails nothing of it is left, and the answer says why. */
export async function stage(client: pg.Client, world: World): Promise<string | undefined> {
  await client.query('savepoint stage');
  try {
    await world.stage(client);
    await client.query('release savepoint stage');
    return undefined;
  } catch (error) {
    await client.query(`rollback to savepoint stage; ${world.home}`);
    return `not looked at: the synthetic clinics could not be staged (${reasonOf(error)})`;
  }
}

/** Looks at one requirement and takes back what that did. */
export async function lineOf(
  client: pg.Client,
  world: World,
  { id, needs, looks, outside, except }: Probe,
  promise: string,
  unstaged: string | undefined,
): Promise<Line> {
  const started = performance.now();
  const missing = await missingOf(client, needs);
  const evidence =
    missing.length > 0 ? [] : await undone(client, () => inOrder(client, world, looks, unstaged));
  const { status, why } = judge(missing, evidence, [except, outside]);
  const digest = createHash('sha256')
    .update(
      JSON.stringify([
        id,
        status,
        evidence.map(({ claim, expected, found, held }) => [claim, held, isSteady(expected) ? found : '']),
      ]),
    )
    .digest('hex');
  const milliseconds = Math.round(performance.now() - started);
  return {
    id,
    promise,
    status,
    why,
    outside: outside ?? null,
    except: except ?? null,
    evidence,
    digest,
    milliseconds,
  };
}

/** A plan changes with the statistics of the day; that it matches does not. */
function isSteady(expected: string): boolean {
  return !expected.startsWith('matches ');
}

/** What breaks it is told before what could not be looked at; nothing is held for want of evidence. */
function judge(
  missing: readonly string[],
  evidence: readonly Found[],
  rest: readonly (string | undefined)[],
): Pick<Line, 'status' | 'why'> {
  if (missing.length > 0) return { status: 'open', why: `not built: ${missing.join(', ')} missing` };
  const broken = evidence.find(({ held }) => held === false);
  if (broken) return { status: 'broken', why: `${broken.claim}: ${firstLine(broken.found)}` };
  const unseen = evidence.find(({ held }) => held === null);
  if (unseen) return { status: 'unseen', why: unseen.found };
  if (evidence.length === 0) return { status: 'open', why: 'nothing looks at it yet' };
  const told = rest.filter((part) => part !== undefined);
  if (told.length > 0) return { status: 'outside', why: told.join('; ') };
  return { status: 'held', why: null };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** Tables and views by name, functions by a name with brackets, an extension by `extension x`. */
async function missingOf(client: pg.Client, needs: readonly string[]): Promise<string[]> {
  if (needs.length === 0) return [];
  const { rows } = await client.query<{ need: string }>(
    `select need
     from unnest($1::text[]) as n (need)
     where not case
       when need like 'extension %' then exists (select from pg_extension as e where e.extname = substr(need, 11))
       when need like '%()' then exists (
         select from pg_proc as p join pg_namespace as s on s.oid = p.pronamespace
         where s.nspname || '.' || p.proname || '()' = need)
       else exists (
         select from pg_class as c join pg_namespace as s on s.oid = c.relnamespace
         where s.nspname || '.' || c.relname = need)
     end`,
    [needs],
  );
  return rows.map(({ need }) => need);
}

async function serverOf(client: pg.Client, address: string) {
  const { rows } = await client.query<{ version: string; role: string; at: Date; ours: boolean }>(
    `select current_setting('server_version') as version, current_user as role, clock_timestamp() as at,
            to_regnamespace('authz') is not null and to_regclass('public.organisations') is not null as ours`,
  );
  const [row] = rows;
  if (!row?.ours) {
    throw misuse({
      problem: `the database at ${address} does not hold the schema: no authz, no public.organisations`,
      expected: 'a database that the migrations were applied to',
      remedy: 'apply them with `npm run db:migrate`, or correct DATABASE_URL',
    });
  }
  return { address, version: row.version, role: row.role, startedAt: row.at.toISOString() };
}
