import { defineTable, type ProviderRule, type Rule, type TablePolicy } from '../../policies/vocabulary.ts';
import { CommandError } from '../../scripts/console/errors.ts';
import { compileTable } from '../../scripts/policy/compile.ts';
import type { Dialect } from '../../scripts/policy/print.ts';

/** A table of a tenant with these rules and nothing else. */
export function tableWith(...rules: readonly [Rule, ...Rule[]]): TablePolicy {
  return defineTable({
    tableName: 'notes',
    level: 'INTERNAL',
    domain: 'clinical',
    tenantKey: 'organisation_id',
    patientKey: 'patient_id',
    rules,
  });
}

export const doctorsRead: ProviderRule = {
  operation: 'SELECT',
  realm: 'provider',
  roles: ['doctor'],
  conditions: ['not_archived'],
  auditLevel: 'basic',
  requirements: ['N-02'],
};

/** The statements of one object. */
export function sqlOf(table: TablePolicy, key: string, dialect: Dialect = 'postgres'): string | undefined {
  return compileTable(table, { dialect }).chunks.find((chunk) => chunk.key.startsWith(key))?.sql;
}

/** What the compiler says instead of compiling; it must be a misuse. */
export function refusalOf(compile: () => unknown): string {
  try {
    compile();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error('it compiled');
}

/** Data that slipped past the types: through a cast, or from plain JavaScript. */
export function smuggled(table: TablePolicy, changes: object): TablePolicy {
  return { ...table, ...changes } as TablePolicy;
}
