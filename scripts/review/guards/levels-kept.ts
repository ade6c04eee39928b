import { compareCatalogs } from '../../catalog/differences.ts';
import type { Guard } from './guard.ts';

/** Lowest first; requirement N-06. */
const LEVELS: readonly string[] = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED', 'HIGHLY_RESTRICTED'];

export const levelsKept: Guard = {
  name: 'levels-kept',
  claim: 'no table is classified lower than before, and no column moves to a table that is',
  requirements: ['N-06', 'N-07'],
  check({ start, end }) {
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
    return [...lowered, ...moved];
  },
};
