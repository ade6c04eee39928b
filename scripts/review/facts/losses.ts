import type { Difference } from '../../catalog/differences.ts';
import { kindOf } from '../../catalog/snapshot.ts';
import type { Migration } from '../../migrate/history.ts';
import { rangeVar } from '../../sql/names.ts';
import { parseSql, type Tree } from '../../sql/parse.ts';

/** Data that a migration throws away or changes, in sentences. */
export function lostObjects(differences: readonly Difference[]): string[] {
  const tables = new Set(
    differences
      .filter(({ key, change }) => change === 'removed' && kindOf(key) === 'table')
      .map(({ key }) => key.slice(6)),
  );
  return differences.flatMap(({ key, change, before = '', after = '' }): string[] => {
    const name = key.replace(/^(table|column|materialized view) /, '');
    if (change === 'removed' && /^(table|materialized view) /.test(key))
      return [`${name} is dropped, with all its rows`];
    if (kindOf(key) !== 'column') return [];
    if (change === 'removed')
      return tables.has(name.replace(/\.[^.]+$/, '')) ? [] : [`${name} is dropped, with its values`];
    const [was, is] = [typeOf(before), typeOf(after)];
    return change === 'changed' && was !== is ? [`the values of ${name} turn from ${was} into ${is}`] : [];
  });
}

/** The type, which the definition of a column begins with. */
function typeOf(definition: string): string {
  return definition
    .replace(/ (collate|not null|generated|default|options|storage|statistics) .*$/s, '')
    .replace(/ not null$/, '');
}

/** Rows that a migration's own statements delete or change. */
export async function changedRows({ up, path }: Migration): Promise<string[]> {
  const told: Readonly<Record<string, string>> = {
    DeleteStmt: 'deletes rows of',
    UpdateStmt: 'changes rows of',
  };
  const statements = await parseSql(up, path);
  const lines = statements.flatMap(({ kind, tree }) => {
    if (kind === 'TruncateStmt')
      return (tree.relations as Tree[]).map(({ RangeVar }) => `empties ${rangeVar(RangeVar)}`);
    return told[kind] ? [`${told[kind]} ${rangeVar(tree.relation)}`] : [];
  });
  return [...new Set(lines)];
}
