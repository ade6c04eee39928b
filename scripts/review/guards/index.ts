import { conditionsAsked } from './conditions-asked.ts';
import { decisionsRecorded } from './decisions-recorded.ts';
import type { Change, Guard, ReviewFinding } from './guard.ts';
import { historyKept } from './history-kept.ts';
import { invariantsKept } from './invariants-kept.ts';
import { levelsKept } from './levels-kept.ts';
import { locksShort } from './locks-short.ts';
import { operationsUntouched } from './operations-untouched.ts';
import { passwordsElsewhere } from './passwords-elsewhere.ts';
import { sessionLeftClean } from './session-left-clean.ts';
import { sourcesComplete } from './sources-complete.ts';
import { tablesRuled } from './tables-ruled.ts';
import { wideningsNamed } from './widenings-named.ts';

/** Every reason to stop a change. A new one also needs a change that it stops in tests/review/guards.test.ts. */
export const GUARDS: readonly Guard[] = [
  historyKept,
  wideningsNamed,
  operationsUntouched,
  conditionsAsked,
  decisionsRecorded,
  tablesRuled,
  levelsKept,
  invariantsKept,
  sourcesComplete,
  locksShort,
  sessionLeftClean,
  passwordsElsewhere,
];

/** Asks all guards; what they find stands in their order. */
export async function runGuards(change: Change): Promise<readonly ReviewFinding[]> {
  const findings: ReviewFinding[] = [];
  for (const { name, check } of GUARDS) {
    findings.push(...(await check(change)).map((finding) => ({ guard: name, ...finding })));
  }
  return findings;
}
