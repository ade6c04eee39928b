import type { DecidingRow, Reach } from '../reach/reach.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed } from './words.ts';

/** Rows of the tables that rules read: a transition that may be made from now on, a setting of the deployment. */
export function compareDecidingRows(before: Reach, after: Reach): Verdict[] {
  const tell = (mark: Mark, table: string, rest: string): Verdict => ({
    mark,
    realm: EVERYBODY,
    about: table,
    sentence: `${table} ${rest}`,
  });
  // The rows of a table that is new or gone are part of that.
  const known = (reach: Reach) => new Set(reach.relations.map(({ name }) => name));
  const [had, has] = [known(before), known(after)];
  const inBoth = ({ table }: DecidingRow) => had.has(table) && has.has(table);
  const [old, now] = [before.decidingRows.filter(inBoth), after.decidingRows.filter(inBoth)];
  const [come, gone] = [missing(now, old), missing(old, now)];
  const same = (row: DecidingRow, other: DecidingRow) =>
    row.key !== '' && row.table === other.table && row.key === other.key;
  return [
    ...come.flatMap((row) => {
      const was = gone.find((other) => same(row, other));
      return was
        ? [tell('changed', row.table, `says otherwise: ${differing(was, row)}`)]
        : [tell('widened', row.table, `now allows ${told(row)}`)];
    }),
    ...gone
      .filter((row) => !come.some((other) => same(row, other)))
      .map((row) => tell('narrowed', row.table, `no longer allows ${told(row)}`)),
  ];
}

function missing(from: readonly DecidingRow[], other: readonly DecidingRow[]): readonly DecidingRow[] {
  const key = ({ table, says }: DecidingRow) => `${table} ${JSON.stringify(says)}`;
  const known = new Set(other.map(key));
  return from.filter((row) => !known.has(key(row)));
}

function told({ says }: DecidingRow): string {
  const parts = Object.entries(says).filter(([, value]) => value !== null);
  return listed(parts.map(([name, value]) => `${name} ${value?.replaceAll(/[[\]"]/g, '')}`));
}

function differing(was: DecidingRow, is: DecidingRow): string {
  const names = Object.keys(is.says).filter((name) => is.says[name] !== was.says[name]);
  return listed(
    names.map((name) => `${name} is ${is.says[name] ?? 'empty'} instead of ${was.says[name] ?? 'empty'}`),
  );
}
