import type { ClientBase } from 'pg';
import type { TablePolicy } from '../../policies/vocabulary.ts';
import { TABLES } from '../policy/declared.ts';
import { readViewSources } from './view-facts.ts';

/**
 * Generates the list of what can be pinned to an organisation: of each declared table the column that `policies/` names as its
 * tenant key, of each view in public the column that shows one. A view that shows none of a tenant's table is left out, so
 * that it cannot be read where queries are pinned.
 *
 * @param client where the migrations have been applied; only read from.
 * @returns TypeScript without a header.
 */
export async function generateTenantKeys(
  client: ClientBase,
  declared: readonly TablePolicy[] = TABLES,
): Promise<string> {
  const keys = new Map<string, string | null>(
    declared.map(({ schema = 'public', tableName, tenantKey }) => [`${schema}.${tableName}`, tenantKey]),
  );
  for (const { view, relations, columns } of await readViewSources(client, ['public'])) {
    const key = columns.find(
      ({ source }) => source && !source.isOptional && isTenantKey(source.column, keys),
    );
    const isShared = relations.length > 0 && relations.every((relation) => keys.get(relation) === null);
    if (key) keys.set(view, key.column);
    else if (isShared) keys.set(view, null);
  }
  const lines = [...keys]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, column]) => `  ${JSON.stringify(name)}: ${JSON.stringify(column)},`);
  return [
    '/** null: the table belongs to no organisation. */',
    'export const TENANT_KEYS: Readonly<Record<string, string | null>> = {',
    ...lines,
    '};',
  ].join('\n');
}

function isTenantKey(column: string, keys: ReadonlyMap<string, string | null>): boolean {
  const key = keys.get(tableOf(column));
  return typeof key === 'string' && column === `${tableOf(column)}.${key}`;
}

/** `public.patients.mrn` → `public.patients` */
function tableOf(column: string): string {
  return column.slice(0, column.lastIndexOf('.'));
}
