import { round } from '../results.ts';
import { median } from '../statistics.ts';
import type { Verdict } from '../targets.ts';
import type { AccessLogReport } from './results.ts';

const RECORDS_PER_SECOND = 20_000;
const SEALED = 1_000_000;
const SEALED_WITHIN_S = 60;

/** Holds the log against what the project promises of it. */
export function accessLogVerdicts({ drain, seal, questions, rows }: AccessLogReport): readonly Verdict[] {
  const speed = Math.round(median(drain.map(({ records_per_second }) => records_per_second)));
  const sealing = (seal.seconds / seal.rows) * SEALED;
  const scanning = questions.filter(({ scanned }) => scanned.length > 0);
  return [
    {
      target: `the drain takes at least ${RECORDS_PER_SECOND.toLocaleString('en')} records a second, in one process`,
      worst: `${speed.toLocaleString('en')} records a second`,
      holds: speed >= RECORDS_PER_SECOND,
    },
    {
      target: `${SEALED.toLocaleString('en')} rows are sealed within ${SEALED_WITHIN_S} s`,
      worst: `${round(sealing, 1)} s, by the pace of ${seal.rows.toLocaleString('en')}`,
      holds: sealing <= SEALED_WITHIN_S,
    },
    {
      target: `of ${rows.toLocaleString('en')} records, questions by patient, login and month are answered by index`,
      worst:
        scanning.length === 0
          ? `${questions.length} of ${questions.length} are`
          : `${scanning.map(({ question }) => question).join(', ')} reads partitions from end to end`,
      holds: scanning.length === 0,
    },
  ];
}
