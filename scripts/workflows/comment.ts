import { REVIEW_MARKER } from '../review/render/marker.ts';
import { COMMENT_LIMIT, fitMarkdown } from './fit.ts';

/** What a cut comment says on top may take this much. */
const NOTE = 1000;

export interface CommentOptions {
  /** The run that made the review. */
  readonly run?: string;
  /** In bytes. */
  readonly limit?: number;
}

/**
 * Makes the comment of a pull request from a review.
 *
 * @param markdown the report; undefined where there is none, which is told in place of an older one.
 */
export function reviewComment(
  markdown: string | undefined,
  { run, limit = COMMENT_LIMIT }: CommentOptions = {},
): string {
  const at = (text: string) => (run ? `[${text}](${run})` : text);
  if (markdown === undefined || markdown.trim() === '') {
    return [
      REVIEW_MARKER,
      '### The review could not be made',
      '',
      `A migration cannot be applied, or a tool cannot work: the ${at('log of the run')} says which. Nothing is known of what this`,
      'change opens.',
      '',
    ].join('\n');
  }
  const body = markdown.startsWith(REVIEW_MARKER)
    ? markdown.slice(REVIEW_MARKER.length).trimStart()
    : markdown;
  const { text, isWhole } = fitMarkdown(body, limit - NOTE);
  const note = isWhole
    ? ''
    : `> [!IMPORTANT]\n> Cut to what a comment holds. The whole report is among the ${at('artifacts of the run')}.\n\n`;
  return `${REVIEW_MARKER}\n${note}${text.endsWith('\n') ? text : `${text}\n`}`;
}
