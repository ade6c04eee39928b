import type { Explanation } from '../console/errors.ts';
import type { DriftReport } from '../drift/drift.ts';
import type { Drift } from '../drift/sentence.ts';
import { issueHeading, issueSection, issueText } from './issue-text.ts';

/** By it the workflow finds its issue again. */
export const DRIFT_MARKER = '<!-- cordon-drift -->';

/** What `db:drift --json` prints: a report, or why there is none. */
export type DriftOutcome = DriftReport | { readonly error: Explanation };

/**
 * Makes the text of the one issue about drift: sentences and counts, never definitions or values of settings, which may be secrets.
 *
 * @param run the address of the run that compared.
 */
export function driftIssue(outcome: DriftOutcome, run?: string): string {
  const from = run ? ` ([run](${run}))` : '';
  if ('error' in outcome)
    return issueText(issueHeading(DRIFT_MARKER, '✗', `${outcome.error.problem}${from}.`));
  const { drifts, compared, pending } = outcome;
  // That it found nothing there is none of what it says: a lesser login looked elsewhere alone.
  const unseen =
    outcome.unseen.length > 0 ? [`Not seen by this login: ${outcome.unseen.join(', ')}.`, ''] : [];
  if (drifts.length === 0) {
    return issueText(
      issueHeading(
        DRIFT_MARKER,
        '✓',
        `${compared} objects, grants and settings are as the migrations left them${from}.`,
      ),
      ...unseen,
    );
  }
  const opening = drifts.filter(({ opens }) => opens);
  const others = drifts.filter(({ opens }) => !opens);
  return issueText(
    issueHeading(
      DRIFT_MARKER,
      '✗',
      `${drifts.length} of ${compared} objects, grants and settings differ; ${opening.length} open something${from}.`,
    ),
    ...issueSection('Opens something, or takes a guard away', opening.map(tell)),
    ...issueSection('Differs', others.map(tell)),
    ...(pending.length > 0 ? [`Not applied yet: ${pending.length}.`, ''] : []),
    ...unseen,
    'Look at the definitions with `npm run db:drift -- --details`. Mend the database, or write the migration that says so. This issue',
    'closes by itself.',
  );
}

function tell({ key, sentence }: Drift): string {
  return key.startsWith('setting ') ? `the ${key} is not as the migrations left it` : sentence;
}
