import { TABLES } from '../policies/index.ts';
import { AUDIT_LEVELS } from '../policies/vocabulary.ts';
import type { Query } from './queries.ts';

type AuditLevel = (typeof AUDIT_LEVELS)[number];

/** How much a read of staff records: the highest level of the tables that the query needs. */
export function auditLevelOf(query: Query): AuditLevel {
  const levels = TABLES.filter(({ tableName }) => query.needs.includes(`public.${tableName}`)).flatMap(
    ({ rules }) =>
      rules
        .filter(({ operation, realm }) => operation === 'SELECT' && realm === 'provider')
        .map(({ auditLevel }) => AUDIT_LEVELS.indexOf(auditLevel)),
  );
  return AUDIT_LEVELS[Math.max(...levels)] ?? 'basic';
}
