import type { TriggerResult, TriggersReport, Writer } from './results.ts';
import { WRITERS } from './results.ts';

/** Times the bare copy, at most. */
const ONE_ROW = 1.45;
const MANY_ROWS = 2.5;

export interface TriggerVerdict {
  readonly target: string;
  readonly worst: string;
  /** How many statements are within it, of how many. */
  readonly within: string;
  readonly holds: boolean;
}

export function holds({ rows, ratio }: TriggerResult): boolean {
  return (ratio.cordon ?? Number.POSITIVE_INFINITY) <= targetOf(rows);
}

/** Holds results against what the project promises, by who writes; the worst case counts. */
export function triggerVerdicts({ one, many }: TriggersReport): readonly TriggerVerdict[] {
  return [one, many].flatMap((results) =>
    (Object.keys(WRITERS) as Writer[]).flatMap((writer) => {
      const own = results.filter((result) => result.writer === writer);
      const [worst] = [...own].sort((a, b) => (b.ratio.cordon ?? 0) - (a.ratio.cordon ?? 0));
      if (!worst) return [];
      const what =
        worst.rows === 1 ? 'one row a statement' : `${worst.rows.toLocaleString('en')} rows a statement`;
      return [
        {
          target: `${what}, ${WRITERS[writer].title}: within ${targetOf(worst.rows)}× of the bare table`,
          worst: `${worst.ratio.cordon}× (${worst.kind} ${worst.table})`,
          within: `${own.filter(holds).length} of ${own.length}`,
          holds: own.every(holds),
        },
      ];
    }),
  );
}

function targetOf(rows: number): number {
  return rows === 1 ? ONE_ROW : MANY_ROWS;
}
