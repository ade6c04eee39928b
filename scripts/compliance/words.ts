import { counted } from '../console/counted.ts';
import { PROBES } from './probes/index.ts';
import type { Status } from './run.ts';

/** How a verdict is shown, what it means, and whether somebody must do something about it. Only `held` is green. */
export const VERDICTS: Readonly<
  Record<
    Status,
    { readonly mark: string; readonly word: string; readonly means: string; readonly isFinding: boolean }
  >
> = {
  held: {
    mark: '✓',
    word: 'held',
    means: 'every look at this database found what it must',
    isFinding: false,
  },
  broken: { mark: '✗', word: 'broken', means: 'a look found something else', isFinding: true },
  open: {
    mark: '○',
    word: 'open',
    means: 'what it is made of is not in this database, or nothing looks at it yet',
    isFinding: true,
  },
  unseen: {
    mark: '?',
    word: 'not looked at',
    means: 'a look could not be made, and the line says why',
    isFinding: true,
  },
  outside: {
    mark: '◐',
    word: 'in part',
    means: 'what was looked at holds; the rest is not promised, or no database can show it',
    isFinding: false,
  },
};

/** `63 held, 9 in part, 21 open` */
export function tellCounts(counts: Readonly<Record<Status, number>>): string {
  return (Object.keys(VERDICTS) as Status[])
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${VERDICTS[status].word}`)
    .join(', ');
}

/** Whether no line is a finding. */
export function isSound(counts: Readonly<Record<Status, number>>): boolean {
  return (Object.keys(VERDICTS) as Status[]).every(
    (status) => !VERDICTS[status].isFinding || counts[status] === 0,
  );
}

/** `93 requirements`; of a part of them, that it is one, so that it does not pass for the whole. */
export function tellExtent(lines: number): string {
  return lines < PROBES.length
    ? `${counted(lines, 'requirement')}, a part of the ${PROBES.length} that there are`
    : counted(lines, 'requirement');
}
