import type { Explanation } from '../console/errors.ts';
import type { DriftReport } from '../drift/drift.ts';
import type { Drift } from '../drift/sentence.ts';
import { COMMENT_LIMIT, fitMarkdown } from './fit.ts';

/** By it the workflow finds its issue again. */
export const DRIFT_MARKER = '<!-- cordon-drift -->';

/** So many sentences are read in an issue; whoever has more runs the command. */
const MOST = 100;
const LONGEST = 300;

/** What `db:drift --json` prints: a report, or why there is none. */
export type DriftOutcome = DriftReport | { readonly error: Explanation };

/**
 * Makes the text of the one issue about drift: sentences and counts, never definitions or values of settings, which may be secrets.
 *
 * @param run the address of the run that compared.
 */
export function driftIssue(outcome: DriftOutcome, run?: string): string {
  const from = run ? ` ([run](${run}))` : '';
  if ('error' in outcome) return lines(heading('✗', `${outcome.error.problem}${from}.`));
  const { drifts, compared, pending } = outcome;
  if (drifts.length === 0) {
    return lines(
      heading('✓', `${compared} objects, grants and settings are as the migrations left them${from}.`),
    );
  }
  const opening = drifts.filter(({ opens }) => opens);
  const others = drifts.filter(({ opens }) => !opens);
  return lines(
    heading(
      '✗',
      `${drifts.length} of ${compared} objects, grants and settings differ; ${opening.length} open something${from}.`,
    ),
    ...section('Opens something, or takes a guard away', opening),
    ...section('Differs', others),
    ...(pending.length > 0 ? [`Not applied yet: ${pending.length}.`, ''] : []),
    'Look at the definitions with `npm run db:drift -- --details`. Mend the database, or write the migration that says so. This issue',
    'closes by itself.',
  );
}

function heading(mark: string, text: string): string {
  return `${DRIFT_MARKER}\n${mark} ${text}\n`;
}

/** Names in a database are anybody's text: in a code block they are no Markdown and call nobody. */
function section(title: string, drifts: readonly Drift[]): readonly string[] {
  if (drifts.length === 0) return [];
  const told = drifts.slice(0, MOST).map(tell);
  if (drifts.length > MOST) told.push(`… and ${drifts.length - MOST} more`);
  const longest = Math.max(2, ...[...told.join('\n').matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`### ${title}`, '', `${fence}text`, ...told, fence, ''];
}

function tell({ key, sentence }: Drift): string {
  const text = key.startsWith('setting ') ? `the ${key} is not as the migrations left it` : sentence;
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function lines(...parts: readonly string[]): string {
  return fitMarkdown(`${parts.join('\n').trimEnd()}\n`, COMMENT_LIMIT).text;
}
