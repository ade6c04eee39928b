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
import { expectedAccess } from '../support/matrix/expected.ts';
import { smuggled } from './fixtures.ts';

/** Of a clinical table the rows of a financial kind are financial data of its level, and the others clinical. */
function partOf(table: TablePolicy, domain: (typeof DOMAINS)[number]): TablePolicy | undefined {
  const isBoth = table.domain === 'clinical' && table.rules.some(readsFinancialAlone);
  if (!isBoth) return table.domain === domain ? table : undefined;
  if (domain !== 'clinical' && domain !== 'financial') return undefined;
  const rules = table.rules.filter((rule) => readsFinancialAlone(rule) === (domain === 'financial'));
  return smuggled(table, { rules });
}

/** Audiences that read something of a level, and nothing of a level below it that the domain has. */
function leaps(tables: readonly TablePolicy[]): readonly string[] {
  const audiences = PROVIDER_ROLES.flatMap((role) =>
    [[], ...CAPABILITIES.map((capability) => [capability])].map((capabilities) => ({ role, capabilities })),
  );
  return DOMAINS.flatMap((domain) => {
    const inDomain = tables
      .filter(({ tenantKey }) => tenantKey !== null)
      .map((table) => partOf(table, domain))
      .filter((part) => part !== undefined);
    return audiences.flatMap(({ role, capabilities }) => {
      const asker = { realm: 'provider', role, capabilities } as const;
      const reads = (table: TablePolicy) => expectedAccess(table, 'SELECT', asker, 'own').verdict === 'allow';
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

test('financial rows of a clinical table are read by whoever reads the level of money below them, and by nobody else [N-17 N-20 -]', () => {
  const opened = (roles: readonly string[], conditions: readonly string[]) =>
    leaps(
      TABLES.map((table) =>
        table.tableName === 'documents'
          ? smuggled(table, {
              rules: [...table.rules, { ...table.rules[1], roles, capabilities: undefined, conditions }],
            })
          : table,
      ),
    );
  expect(opened(['receptionist'], ['financial'])).toContain(
    'receptionist reads financial above CONFIDENTIAL',
  );
  expect(opened(['nurse'], ['financial'])).toContain('nurse reads financial above CONFIDENTIAL');
  expect(opened(['receptionist'], [])).toContain('receptionist reads clinical above CONFIDENTIAL');
});

test('a rule that lets reception read above what it reads is found [N-17 -]', () => {
  const raised = TABLES.map((table) =>
    table.tableName === 'medical_records'
      ? smuggled(table, { rules: [{ ...table.rules[0], roles: ['receptionist'] }] })
      : table,
  );
  expect(leaps(raised)).toContain('receptionist reads clinical above CONFIDENTIAL');
});
