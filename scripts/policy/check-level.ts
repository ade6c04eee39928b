import type { ProviderRole, ProviderRule, Rule, TablePolicy } from '../../policies/vocabulary.ts';
import { LEVEL_RANK } from '../../policies/vocabulary.ts';
import { hoursOf } from './audience.ts';
import { conditionsOf } from './branches.ts';
import { conditionKey } from './conditions.ts';
import { refusal } from './refuse.ts';

/**
 * Who may read clinical data of a level at all, and under which conditions (domain model, Sensitivity; N-14, N-17, N-18).
 * The higher a level, the shorter its list, so that nobody reads a level and not the one below.
 */
const CLINICAL_READERS = [
  { from: LEVEL_RANK.CONFIDENTIAL, roles: ['doctor', 'nurse', 'assistant'], needs: [] },
  { from: LEVEL_RANK.RESTRICTED, roles: ['doctor', 'nurse'], needs: ['treating'] },
  {
    from: LEVEL_RANK.HIGHLY_RESTRICTED,
    roles: ['doctor'],
    needs: ['treating', 'consent:treatment', 'hours'],
  },
] as const satisfies readonly { from: number; roles: readonly ProviderRole[]; needs: readonly string[] }[];

/**
 * Refuses a rule that reads above its audience.
 *
 * @throws CommandError (exit code 2) naming `where`.
 */
export function checkAudienceOfLevel(rule: ProviderRule, table: TablePolicy, where: string): void {
  if (table.domain !== 'clinical' || rule.operation !== 'SELECT') return;
  if (readsFinancialAlone(rule)) {
    // Not exempt: held to the audience of money instead (N-20).
    if (rule.capabilities?.includes('finance')) return;
    throw refusal(
      where,
      `lets ${rule.roles === 'any' ? 'any' : rule.roles.join(', ')} read financial rows of clinical data`,
      "capabilities: ['finance']",
    );
  }
  const given = [...(rule.conditions ?? []).map(conditionKey), ...(hoursOf(rule.hours) ? ['hours'] : [])];
  for (const { from, roles, needs } of CLINICAL_READERS) {
    if (LEVEL_RANK[table.level] < from) continue;
    const readers: readonly ProviderRole[] = roles;
    const stranger = rule.roles === 'any' ? 'any' : rule.roles.find((role) => !readers.includes(role));
    if (stranger !== undefined) {
      throw refusal(where, `lets ${stranger} read ${table.level} clinical data`, `only ${roles.join(', ')}`);
    }
    const missing = needs.find((need) => !given.includes(need));
    if (missing !== undefined) {
      throw refusal(
        where,
        `reads ${table.level} clinical data without ${missing}`,
        `all of ${needs.join(', ')}`,
      );
    }
  }
}

/**
 * Whether what a rule shows of a clinical table is financial data: a bill that was scanned is no finding. That nobody makes a row financial
 * afterwards, the catalog is asked: financial-rows-fixed.
 */
export function readsFinancialAlone(rule: Rule): boolean {
  return conditionsOf(rule).includes('financial');
}
