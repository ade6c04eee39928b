import { COMMENT_LIMIT, fitMarkdown } from './fit.ts';

/** So many sentences are read in an issue; whoever has more runs the command. */
const MOST = 100;
const LONGEST = 300;

/** The text of an issue that a workflow finds again by its marker, cut to what GitHub takes. */
export function issueText(...parts: readonly string[]): string {
  return fitMarkdown(`${parts.join('\n').trimEnd()}\n`, COMMENT_LIMIT).text;
}

/** The first lines of one: its marker, and how it stands. */
export function issueHeading(marker: string, mark: '✓' | '✗', text: string): string {
  return `${marker}\n${mark} ${text}\n`;
}

/** Names in a database are anybody's text: in a code block they are no Markdown and call nobody. */
export function issueSection(title: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  const told = sentences.slice(0, MOST).map(oneLine);
  if (sentences.length > MOST) told.push(`… and ${sentences.length - MOST} more`);
  const longest = Math.max(2, ...[...told.join('\n').matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`### ${title}`, '', `${fence}text`, ...told, fence, ''];
}

function oneLine(sentence: string): string {
  const line = sentence.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
