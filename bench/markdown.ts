import type { Verdict } from './targets.ts';

/** A section of the second level. */
export function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A line of a table of targets. That one was not measured shows too: a target that is missing looks like one that there is not. */
export function verdictCells({ target, worst, holds }: Verdict): readonly [string, string, string] {
  return [target, worst, holds === undefined ? '' : holds ? 'holds' : '**missed**'];
}

/** A section of a document, its title included; undefined where there is none. */
export function sectionOf(document: string, title: string): string | undefined {
  const from = document.indexOf(`\n## ${title}\n`);
  if (from < 0) return undefined;
  const to = document.indexOf('\n## ', from + 1);
  return document.slice(from + 1, to < 0 ? undefined : to).trimEnd();
}

/** The same document with this section in place of the one of its title, or before another if it had none. */
export function withSection(document: string, title: string, text: string, before: string): string {
  const old = sectionOf(document, title);
  // By a function: a replacement's text may hold what replace() takes for a pattern.
  if (old !== undefined) return document.replace(old, () => text);
  const place = document.indexOf(`\n## ${before}\n`);
  if (place < 0) return `${document.trimEnd()}\n\n${text}\n`;
  return `${document.slice(0, place + 1)}${text}\n\n${document.slice(place + 1)}`;
}
