import type { Status } from './run.ts';

/** How a verdict is shown and what it means. Only `held` is green. */
export const VERDICTS: Readonly<
  Record<Status, { readonly mark: string; readonly word: string; readonly means: string }>
> = {
  held: { mark: '✓', word: 'held', means: 'every look at this database found what it must' },
  broken: { mark: '✗', word: 'broken', means: 'a look found something else' },
  open: {
    mark: '○',
    word: 'open',
    means: 'what it is made of is not in this database, or nothing looks at it yet',
  },
  unseen: { mark: '?', word: 'not looked at', means: 'a look could not be made, and the line says why' },
  outside: {
    mark: '◐',
    word: 'in part',
    means: 'what was looked at holds; the rest is not promised, or no database can show it',
  },
};

/** `63 held, 9 in part, 21 open` */
export function tellCounts(counts: Readonly<Record<Status, number>>): string {
  return (Object.keys(VERDICTS) as Status[])
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${VERDICTS[status].word}`)
    .join(', ');
}
