import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, longest first. A clean checkout has no durations of earlier runs, and would begin with what has most
 * lines: the longest file, which is short, came last and kept one worker busy while the others had nothing left.
 */
const LONGEST = [
  'review/review',
  'reach/corpus',
  'review/guards',
  'client/package',
  'mutation/mutation',
  'matrix/audiences',
  'matrix/access-matrix',
  'compliance/run',
  'workflows/retention',
  'workflows/seal-tampering',
  'client/testing/server',
  'matrix/row-conditions',
  'tooling/misuse',
  'tooling/drift',
  'tooling/audit',
  'tooling/check',
  'tooling/scan',
  'tooling/bench',
  'tooling/migrate-crash',
  'tooling/push',
  'review/base',
  'tooling/bench-compare',
];

/** Begins with the files that take longest, of whatever project; the others follow in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`));
  return place === -1 ? LONGEST.length : place;
}
