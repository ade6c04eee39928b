import type { Migration } from '../../migrate/history.ts';
import { rangeVar } from '../../sql/names.ts';
import { type ParsedStatement, parseSql, type Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Reach } from '../reach/reach.ts';
import { decidingTables } from './deciding-tables.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/**
 * Rows that a migration itself writes where rows decide: memberships, restrictions, consents. No catalog shows them, and an empty
 * database has none; so the statements are read, those in DO blocks as text.
 *
 * @param before what stood when the migration came: tables that it makes itself decide nothing yet.
 */
export async function decidingWrites(
  { up, path }: Pick<Migration, 'up' | 'path'>,
  before: Reach,
): Promise<Verdict[]> {
  const deciding = decidingTables(before);
  const written = new Set((await parseSql(up, path)).flatMap(writtenBy));
  return [...written]
    .filter((table) => deciding.has(table))
    .sort()
    .map((table) => ({
      mark: 'changed',
      realm: EVERYBODY,
      about: table,
      sentence: `the migration itself writes rows of ${table}, which decide who may do what`,
    }));
}

const WRITES =
  /\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?"?(\w+)"?\s*\.\s*"?(\w+)"?/gi;

function writtenBy({ kind, tree, sql }: ParsedStatement): string[] {
  if (kind === 'DoStmt') return [...sql.matchAll(WRITES)].map(([, schema, table]) => `${schema}.${table}`);
  return targetsIn({ [kind]: tree });
}

const WRITERS: readonly string[] = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** What a statement writes, in its WITH clauses too. */
function targetsIn(tree: Tree): string[] {
  return [
    ...WRITERS.flatMap((kind) => nodesOf(tree, kind)).map(({ relation }) => rangeVar(relation)),
    ...nodesOf(tree, 'TruncateStmt').flatMap(({ relations }) =>
      (relations as Tree[]).map(({ RangeVar }) => rangeVar(RangeVar)),
    ),
  ];
}
