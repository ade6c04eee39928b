import type { Change } from '../compliance/record.ts';
import type { ComplianceReport, Line, Status } from '../compliance/run.ts';
import { tellCounts, VERDICTS } from '../compliance/words.ts';
import { issueHeading, issueSection, issueText } from './issue-text.ts';

/** By it the workflow finds its issue again. */
export const COMPLIANCE_MARKER = '<!-- cordon-compliance -->';

/** What `compliance --json` prints. */
export type RecordedReport = Pick<ComplianceReport, 'counts'> & {
  readonly lines: readonly Pick<Line, 'id' | 'promise' | 'status' | 'why'>[];
  readonly changes?: readonly Change[] | null;
};

/** What is a gap, the worst first. What is kept in part is none: it says so, and why, in the report. */
const GAPS = ['broken', 'unseen', 'open'] as const satisfies readonly Status[];
const TITLES: Readonly<Record<(typeof GAPS)[number], string>> = {
  broken: 'Broken',
  unseen: 'Not looked at',
  open: 'Open',
};

/**
 * Makes the text of the one issue about compliance: each requirement that is not held, with why. [N-51]
 *
 * @param run the address of the run that looked.
 */
export function complianceIssue({ counts, lines, changes }: RecordedReport, run?: string): string {
  const from = run ? ` ([run](${run}))` : '';
  const gaps = lines.filter(({ status }) => GAPS.some((gap) => gap === status));
  if (gaps.length === 0) {
    return issueText(
      issueHeading(COMPLIANCE_MARKER, '✓', `${tellCounts(counts)} of ${lines.length} requirements${from}.`),
    );
  }
  return issueText(
    issueHeading(
      COMPLIANCE_MARKER,
      '✗',
      `${gaps.length} of ${lines.length} requirements are not held: ${tellCounts(counts)}${from}.`,
    ),
    ...GAPS.flatMap((gap) =>
      issueSection(
        TITLES[gap],
        gaps
          .filter(({ status }) => status === gap)
          .map(({ id, promise, why }) => `${id}  ${promise}  ${why ?? ''}`),
      ),
    ),
    ...issueSection('Since the run before', (changes ?? []).filter(isAnother).map(tellChange)),
    'The evidence is among the artifacts of the run; `npm run compliance` looks again. This issue closes by itself.',
  );
}

/** Other evidence for the same verdict is in the report. */
function isAnother({ before, after }: Change): boolean {
  return before !== after;
}

function tellChange({ id, before, after }: Change): string {
  return `${id}  ${before === null ? 'not looked at then' : VERDICTS[before].word} → ${VERDICTS[after].word}`;
}
