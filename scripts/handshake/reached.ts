import { isOneOf, writtenBy } from '../review/programs/written.ts';
import type { Reach } from '../review/reach/reach.ts';
import { shownBy, targetsOf } from '../review/verdicts/deciding-writes.ts';
import { otherNames } from '../review/verdicts/other-names.ts';
import { rangeVar } from '../sql/names.ts';
import type { ParsedStatement } from '../sql/parse.ts';
import { PUT_TOGETHER } from './touched.ts';

interface Surroundings {
  /** What is applied before it, and is not in the database yet. */
  readonly earlier: readonly ParsedStatement[];
  readonly theirs: ReadonlySet<string>;
  readonly reach: Reach;
}

/**
 * What of theirs a migration writes without naming it: through a view, under a name that it has for a while, by a function that it calls,
 * whoever made that, or by a trigger.
 */
export function reachedBy(
  statements: readonly ParsedStatement[],
  { earlier, theirs, reach }: Surroundings,
): readonly string[] {
  const all = [...earlier, ...statements];
  const found = writtenBy(all, reach);
  const own = found.slice(earlier.length);
  const written = own.flatMap(({ names }) => names);
  // A trigger that an earlier one brings fires for what this one writes.
  const fired = earlier.flatMap(({ kind, tree }, at) =>
    kind === 'CreateTrigStmt' && isOneOf(written, rangeVar(tree.relation)) ? (found[at]?.names ?? []) : [],
  );
  const others = otherNames(reach, [
    ...all,
    ...own.flatMap(({ programs }) => programs.flatMap(({ ran }) => ran)),
  ]);
  const shown = shownBy(reach, all);
  return [
    ...[...written, ...fired].flatMap(others).flatMap((name) => targetsOf(name, theirs, shown)),
    ...(own.some(({ isOpen, isUnread }) => isOpen || isUnread) ? [PUT_TOGETHER] : []),
  ];
}
