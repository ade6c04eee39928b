import { checkInvariant, type Queryable } from '../catalog/invariants/invariant.ts';
import { isLost } from '../console/denied.ts';
import { misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { asBounds, type FoundBounds, findBounds, type Tenant, type Wishes } from './bounds.ts';
import { asInvariant, LEVELS, type Level, type ScanRule } from './rule.ts';
import { RULES } from './rules/index.ts';
import { scanScope } from './scope.ts';
import type { Waiver } from './waivers.ts';

/** One object that breaks one rule. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly object: string;
  readonly problem: string;
  readonly remedy: string;
}

/** What became of one rule. */
interface RuleReport {
  readonly name: string;
  /** How many objects it looked at. */
  readonly looked: number;
  readonly found: number;
  /** Why it was not asked; null where it was. */
  readonly skipped: string | null;
}

export interface ScanReport {
  /** Highest level first, then by rule, then by object. */
  readonly findings: readonly Finding[];
  readonly rules: readonly RuleReport[];
  readonly tenant: Tenant | null;
  readonly schemas: readonly string[];
  readonly roles: readonly string[];
  /** Why those are the roles. */
  readonly rolesReason: string;
  /** Findings that a waiver accepts. */
  readonly waived: readonly (Finding & { readonly reason: string })[];
  /** Waivers of a rule that was asked and found no such object. */
  readonly stale: readonly Waiver[];
}

export interface ScanOptions extends Partial<Wishes> {
  readonly rules?: readonly ScanRule[];
  readonly waivers?: readonly Waiver[];
}

/**
 * Scans any database of PostgreSQL 15 to 18 for what lets callers past its policies. One read-only transaction, which
 * waits for no lock longer than two seconds; catalogs only, no row of any table is read. [N-43]
 *
 * @throws CommandError (exit code 2) where it cannot be reached, or a wish names what it does not have.
 * @example
 * const { findings } = await scan('postgresql://…', { roles: ['app_user'], tenant: 'workspace_id' });
 */
export async function scan(url: string, options: ScanOptions = {}): Promise<ScanReport> {
  return withClient(
    url,
    async (client) => {
      await client.query('begin isolation level repeatable read read only');
      await client.query(`set local lock_timeout = '2s'; set local statement_timeout = '60s'`);
      try {
        return await scanThrough(client, options);
      } finally {
        await rollBack(client);
      }
    },
    { applicationName: 'cordon scan' },
  );
}

/** Scans through a connection that is in a transaction; its settings are left as the rules need them. */
export async function scanThrough(
  client: Queryable,
  { rules = RULES, waivers = [], schemas = [], roles = [], tenant }: ScanOptions = {},
): Promise<ScanReport> {
  // Definitions are then printed with every name qualified, and no setting of the database bends a pattern of ours.
  await client.query(
    `select set_config('search_path', 'pg_catalog', true), set_config('standard_conforming_strings', 'on', true), set_config('jit', 'off', true)`,
  );
  const bounds = await findBounds(client, { schemas, roles, tenant });
  const scope = scanScope(asBounds(bounds));
  const findings: Finding[] = [];
  const reports: RuleReport[] = [];
  for (const rule of rules) {
    const skipped = reasonToSkip(rule, bounds);
    if (skipped !== null) {
      reports.push({ name: rule.name, looked: 0, found: 0, skipped });
      continue;
    }
    const { scanned, offenders } = await checkInvariant(client, asInvariant(rule, scope)).catch((cause) => {
      if (isLost(cause)) throw cause;
      throw misuse(
        {
          problem: `the rule ${rule.name} cannot be asked here: ${cause instanceof Error ? cause.message : cause}`,
          expected: 'catalogs that the connecting role may read, within a minute a rule',
          remedy: 'connect as the owner of the schema, or narrow the scan with --schema or --rule',
        },
        { cause },
      );
    });
    reports.push({ name: rule.name, looked: scanned, found: offenders.length, skipped: null });
    for (const { object, problem } of offenders) {
      findings.push({ rule: rule.name, level: rule.level, object, problem, remedy: rule.remedy });
    }
  }
  return { ...sorted(findings, reports, waivers), ...described(bounds) };
}

function reasonToSkip(rule: ScanRule, { tenant, tenantReason, hasStorage }: FoundBounds): string | null {
  if (rule.needs === 'tenant' && tenant === undefined) return tenantReason;
  if (rule.needs === 'storage' && !hasStorage) return 'no storage.objects';
  return null;
}

function sorted(findings: readonly Finding[], rules: readonly RuleReport[], waivers: readonly Waiver[]) {
  const matches = (finding: Finding) => (waiver: Waiver) =>
    waiver.rule === finding.rule && waiver.object === finding.object;
  const ordered = [...findings].sort(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      compare(a.rule, b.rule) ||
      compare(a.object, b.object),
  );
  const asked = new Set(rules.filter(({ skipped }) => skipped === null).map(({ name }) => name));
  return {
    findings: ordered.filter((finding) => !waivers.some(matches(finding))),
    rules,
    waived: ordered.flatMap((finding) => {
      const waiver = waivers.find(matches(finding));
      return waiver ? [{ ...finding, reason: waiver.reason }] : [];
    }),
    stale: waivers.filter(
      (waiver) => asked.has(waiver.rule) && !findings.some((finding) => matches(finding)(waiver)),
    ),
  };
}

function described({ tenant, schemas, callers, callersReason }: FoundBounds) {
  return { tenant: tenant ?? null, schemas, roles: callers, rolesReason: callersReason };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
