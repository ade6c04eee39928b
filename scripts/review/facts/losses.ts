import type { Difference } from '../../catalog/differences.ts';
import { kindOf } from '../../catalog/snapshot.ts';
import type { Migration } from '../../migrate/history.ts';
import { statementsOf } from '../../migrate/syntax.ts';
import { rangeVar } from '../../sql/names.ts';
import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import { HOLE } from '../programs/texts.ts';
import { writtenBy } from '../programs/written.ts';
import type { Reach } from '../reach/reach.ts';

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

/** Rows that a migration deletes or changes: in statements, in their WITH clauses, in blocks, and in functions that it calls. */
export async function changedRows(
  { up, path }: Migration,
  before: Pick<Reach, 'routines' | 'relations'>,
): Promise<string[]> {
  const statements = await statementsOf({ path, up });
  const written = writtenBy(statements, before);
  const lines = statements.flatMap((statement, at) => {
    const programs = written[at]?.programs ?? [];
    const ran = programs.flatMap((program) => program.ran);
    const isUnknown = programs.some((one) => one.isOwn && (one.isOpen || one.isUnread));
    return [
      ...[statement, ...ran].flatMap(({ kind, tree }) => changesOf(kind, tree)),
      ...(isUnknown ? ['runs what nobody can read beforehand: it may change or delete any rows'] : []),
    ];
  });
  return [...new Set(lines)];
}

/** What one statement does to rows. A function or a rule that it makes does it another day. */
function changesOf(kind: string, tree: Tree): string[] {
  if (/^(CreateFunction|Rule)Stmt$/.test(kind) || (kind === 'ExplainStmt' && !isRun(tree))) return [];
  const of = (writer: string) => nodesOf({ [kind]: tree }, writer);
  const says = (what: string, relation: Tree) => `${what} ${nameOf(relation)}`;
  return [
    ...of('DeleteStmt').map(({ relation }) => says('deletes rows of', relation)),
    ...of('UpdateStmt').map(({ relation }) => says('changes rows of', relation)),
    ...of('InsertStmt')
      .filter(({ onConflictClause: one }) => one?.action === 'ONCONFLICT_UPDATE')
      .map(({ relation }) => says('changes rows of', relation)),
    ...of('MergeStmt').flatMap(({ relation, mergeWhenClauses }) =>
      (mergeWhenClauses as Tree[]).flatMap(({ MergeWhenClause: { commandType } }) => {
        const what = MERGED[commandType];
        return what ? [says(what, relation)] : [];
      }),
    ),
    ...of('TruncateStmt').flatMap(({ relations }) =>
      (relations as Tree[]).map(({ RangeVar }) => says('empties', RangeVar)),
    ),
  ];
}

const MERGED: Readonly<Record<string, string>> = {
  CMD_DELETE: 'deletes rows of',
  CMD_UPDATE: 'changes rows of',
};

/** EXPLAIN runs what it explains only with `analyze`. */
function isRun({ options = [] }: Tree): boolean {
  return (options as Tree[]).some(({ DefElem: { defname, arg } }) => {
    const value = String(arg?.String?.sval ?? arg?.Integer?.ival ?? arg?.Boolean?.boolval ?? 'true');
    return defname === 'analyze' && /^(true|on|1)$/i.test(value);
  });
}

function nameOf(relation: Tree): string {
  const name = rangeVar(relation);
  return name.includes(HOLE) ? 'a table that only shows when it runs' : name;
}
