import type { Migration } from '../../migrate/history.ts';
import { parseSql } from '../../sql/parse.ts';

/** A statement of a migration, and what it names. */
export interface Place {
  /** Line of the file, from 1. */
  readonly line: number;
  /** Relations, functions, policies, columns, without quotes: `public.beds`, `authz.holds`, `tenant_fence`. */
  readonly names: readonly string[];
}

/** Where a migration names what, so that a report can point at the line. */
export async function statementPlaces({ sql, up, path }: Migration): Promise<readonly Place[]> {
  const firstLine = sql.slice(0, Math.max(0, sql.indexOf(up))).split('\n').length;
  const statements = await parseSql(up, path, firstLine);
  return statements
    .map(({ line, tree }) => ({ line, names: [...new Set(namesIn(tree))].sort() }))
    .filter(({ names }) => names.length > 0);
}

/** Fields of the grammar's tree that hold a name by itself. */
const PLAIN: readonly string[] = ['policy_name', 'trigname', 'conname', 'colname', 'idxname', 'name'];
/** Fields that hold the parts of a qualified name. */
const PARTS: readonly string[] = ['funcname', 'objname'];

function namesIn(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const { schemaname, relname } = tree as Record<string, unknown>;
  const relation =
    typeof relname === 'string'
      ? [typeof schemaname === 'string' ? `${schemaname}.${relname}` : relname]
      : [];
  return [
    ...relation,
    ...Object.entries(tree).flatMap(([field, value]) => {
      if (PARTS.includes(field)) return [partsOf(value).join('.')];
      return PLAIN.includes(field) && typeof value === 'string' ? [value] : namesIn(value);
    }),
  ];
}

function partsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.flatMap((part) => part?.String?.sval ?? []) : [];
}

/** The line that speaks of a text the most: of the longest names in it. Undefined where no statement names any of it. */
export function lineOf(places: readonly Place[], text: string): { line: number; weight: number } | undefined {
  const weighed = places
    .map(({ line, names }) => ({
      line,
      weight: names
        .filter((name) => mentions(text, name))
        .reduce((sum, name) => sum + name.length + (name.includes('.') ? 100 : 0), 0),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.line - b.line);
  return weighed[0];
}

function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + name.length] ?? '')) return true;
  }
  return false;
}
