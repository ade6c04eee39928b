import { compareCatalogs } from '../../catalog/differences.ts';
import { statementsOf } from '../../migrate/syntax.ts';
import { rangeVar } from '../../sql/names.ts';
import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import { writtenBy } from '../programs/written.ts';
import type { Guard, JudgedStep } from './guard.ts';

/** Lowest first; requirement N-06. */
const LEVELS: readonly string[] = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED', 'HIGHLY_RESTRICTED'];

export const levelsKept: Guard = {
  name: 'levels-kept',
  claim: 'no table is classified lower than before, and no column or value moves to a table that is',
  requirements: ['N-06', 'N-07'],
  async check({ start, end, steps }) {
    const [was, is] = [start.classification, end.classification];
    const rank = (level: string | undefined) => LEVELS.indexOf(level ?? '');
    const lowered = [...is]
      .filter(([table, level]) => was.has(table) && rank(level) < rank(was.get(table)))
      .map(([table, level]) => ({
        where: table,
        problem: `is ${level}, and was ${was.get(table)}`,
        expected: 'a level at least as high: who reads it was decided by it',
        remedy:
          'restore its row in governance.classification, or put what is less sensitive into a table of its own',
      }));
    const columns = compareCatalogs(start.catalog, end.catalog).flatMap(({ key, change }) => {
      const [, table = '', column = ''] = /^column (.+)\.([^.]+)$/.exec(key) ?? [];
      return table === '' || change === 'changed' ? [] : [{ table, column, change }];
    });
    const gone = columns.filter(({ change }) => change === 'removed');
    const moved = columns
      .filter(({ change }) => change === 'added')
      .flatMap(({ table, column }) =>
        gone
          .filter((from) => from.column === column && rank(is.get(table)) < rank(was.get(from.table)))
          .map((from) => ({
            where: `${table}.${column}`,
            problem: `moves from ${from.table}, which is ${was.get(from.table)}, to a table that is ${is.get(table) ?? 'not classified'}`,
            expected: 'a table of at least the same level: the sensitivity of a column is that of its table',
            remedy: `leave it in ${from.table}, or in a table beside it of the same level`,
          })),
      );
    const copied = (await Promise.all(steps.map(copies))).flat();
    const spilt = copied
      // A table that is made and dropped again holds nothing for anybody.
      .filter(
        ({ from, to }) =>
          (is.has(to) || end.reach.relations.some(({ name }) => name === to)) &&
          rank(is.get(to)) < rank(was.get(from) ?? is.get(from)),
      )
      .map(({ from, to, place }) => ({
        where: place,
        problem: `writes ${to}, which is ${is.get(to) ?? 'not classified'}, from what ${from} holds, which is ${was.get(from) ?? is.get(from)}`,
        expected: 'values that stay in tables of at least their level, in a migration too',
        remedy:
          'copy only within a level; if the statement only asks whether a row is there, ask a table of the lower level',
      }));
    return [...lowered, ...moved, ...spilt];
  },
};

/** Which tables a migration's own statements write, in WITH clauses, blocks and functions too, and which they read for it. */
async function copies({ migration: { up, path }, before }: JudgedStep) {
  const statements = await statementsOf({ path, up });
  const written = writtenBy(statements, before.reach);
  return statements.flatMap((statement, at) => {
    const programs = (written[at]?.programs ?? []).filter(({ isOwn }) => isOwn);
    return [...copiesOf(statement), ...programs.flatMap(({ ran }) => ran).flatMap(copiesOf)].flatMap(
      ({ to, from }) => from.map((one) => ({ from: one, to, place: `${path}:${statement.line}` })),
    );
  });
}

const WRITERS = ['InsertStmt', 'UpdateStmt', 'MergeStmt', 'CreateTableAsStmt'];

function copiesOf({ kind, tree, fillers = [] }: { kind: string; tree: Tree; fillers?: readonly Tree[] }) {
  const inside = WRITERS.flatMap((writer) => nodesOf({ [kind]: tree }, writer));
  // SELECT … INTO makes a table as well.
  const into = nodesOf({ [kind]: tree }, 'SelectStmt').filter(({ intoClause }) => intoClause);
  const own = [
    ...inside.map((one) => ({ to: rangeVar(one.relation ?? one.into.rel), from: readIn(one) })),
    ...into.map((one) => ({ to: rangeVar(one.intoClause.rel), from: readIn(one) })),
  ];
  // What a statement writes may come from any part of it, and from what fills its variables.
  const isWhole = kind === 'SelectStmt' || inside.length > 1;
  return own.map(({ to, from }) => ({
    to,
    from: [...(isWhole ? readIn(tree) : from), ...fillers.flatMap(readBy)],
  }));
}

/** What a statement hands on: what it reads, or what it gives back of what it writes. */
function readBy(tree: Tree): readonly string[] {
  return [...readIn(tree), ...(tree.relation ? [rangeVar(tree.relation)] : [])];
}

function readIn(tree: Tree): readonly string[] {
  return [...new Set(nodesOf(tree, 'RangeVar').map((range) => rangeVar(range)))];
}
