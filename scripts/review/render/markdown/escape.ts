import { visible, visibleLines } from '../../../console/visible.ts';
import { cutAt } from '../text.ts';

/** Ends nothing and starts nothing, and keeps the characters around it from meaning anything together. */
const APART = '&#8203;';

/**
 * Text as text, wherever it stands in GitHub's Markdown: in a table, a list, a summary. No markup, no HTML, no mention, no link.
 *
 * @param most characters; what is left out is counted.
 */
export function escapeMarkdown(text: string, most = 1_000): string {
  return cutAt(visible(text), most)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\*[\]~]/g, '\\$&')
    .replaceAll(/#(?!\d+;)/g, '\\#')
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replaceAll('|', '&#124;')
    .replaceAll('`', '&#96;')
    .replaceAll('$', '&#36;')
    .replaceAll('@', `@${APART}`)
    .replaceAll(/(\\#)(?=\d)/g, `$1${APART}`)
    .replaceAll(/\bGH-(?=\d)/gi, `GH-${APART}`)
    .replaceAll(/\b(https?|ftp|mailto|xmpp):/gi, `$1:${APART}`)
    .replaceAll(/\bwww\./gi, `www${APART}.`)
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** A name in the type of code. Not between backticks: HTML keeps whatever the name holds. */
export function code(text: string): string {
  return `<code>${escapeMarkdown(text, 300)}</code>`;
}

/** Lines between fences that nothing in them can end. */
export function fence(language: string, lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)),
  );
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${lines.map(visibleLines).join('\n')}\n${marks}`;
}
