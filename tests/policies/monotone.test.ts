import { expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import {
  CAPABILITIES,
  DOMAINS,
  LEVEL_RANK,
  PROVIDER_ROLES,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import { readsFinancialAlone } from '../../scripts/policy/check-level.ts';
import { expectedAccess } from '../../scripts/policy/expected.ts';
import { smuggled } from './fixtures.ts';

/** Audiences that read something of a level, and nothing of a level below it that the domain has. */
function leaps(tables: readonly TablePolicy[]): readonly string[] {
  const audiences = PROVIDER_ROLES.flatMap((role) =>
    [[], ...CAPABILITIES.map((capability) => [capability])].map((capabilities) => ({ role, capabilities })),
  );
  return DOMAINS.flatMap((domain) => {
    const inDomain = tables.filter((table) => table.domain === domain && table.tenantKey !== null);
    return audiences.flatMap(({ role, capabilities }) => {
      const asker = { realm: 'provider', role, capabilities } as const;
      const reads = (table: TablePolicy) => {
        const rules = table.rules.filter((rule) => domain !== 'clinical' || !readsFinancialAlone(rule));
        return expectedAccess(smuggled(table, { rules }), 'SELECT', asker, 'own').verdict === 'allow';
      };
      const read = inDomain.filter(reads).map(({ level }) => LEVEL_RANK[level]);
      const highest = Math.max(-1, ...read);
      const skipped = inDomain.find(
        ({ level }) => LEVEL_RANK[level] < highest && !read.includes(LEVEL_RANK[level]),
      );
      return skipped
        ? [`${[role, ...capabilities].join(' with ')} reads ${domain} above ${skipped.level}`]
        : [];
    });
  });
}

test('nobody reads a level of a domain and not the one below [N-17 +]', () => {
  expect(leaps(TABLES)).toEqual([]);
  expect(new Set(TABLES.filter(({ domain }) => domain === 'clinical').map(({ level }) => level)).size).toBe(
    4,
  );
});

test('a rule that lets reception read above what it reads is found [N-17 -]', () => {
  const raised = TABLES.map((table) =>
    table.tableName === 'medical_records'
      ? smuggled(table, { rules: [{ ...table.rules[0], roles: ['receptionist'] }] })
      : table,
  );
  expect(leaps(raised)).toContain('receptionist reads clinical above CONFIDENTIAL');
});
