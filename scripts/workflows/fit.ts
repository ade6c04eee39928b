/** GitHub takes 65 536 characters, and refuses what is longer as a whole. Bytes are never fewer. */
export const COMMENT_LIMIT = 65_000;

/**
 * Cuts Markdown at the end of a line so that it fits, and closes what is open there: a code block, `<details>`.
 *
 * @param limit in bytes; room for a note is the caller's to leave.
 */
export function fitMarkdown(markdown: string, limit: number): { text: string; isWhole: boolean } {
  if (Buffer.byteLength(markdown) <= limit) return { text: markdown, isWhole: true };
  const kept: string[] = [];
  let open: Open = { fence: '', details: 0 };
  let bytes = 0;
  for (const line of markdown.split('\n')) {
    const next = follow(open, line);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes + Buffer.byteLength(closing(next)) > limit) break;
    kept.push(line);
    open = next;
  }
  return { text: `${kept.join('\n')}\n${closing(open)}`, isWhole: false };
}

interface Open {
  /** The backticks that close the code block, empty outside of one. */
  readonly fence: string;
  readonly details: number;
}

function follow({ fence, details }: Open, line: string): Open {
  const ticks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? '';
  if (fence) return { fence: ticks.length >= fence.length ? '' : fence, details };
  const opened = line.match(/<details\b/g)?.length ?? 0;
  const closed = line.match(/<\/details>/g)?.length ?? 0;
  return { fence: ticks, details: Math.max(0, details + opened - closed) };
}

function closing({ fence, details }: Open): string {
  return `${fence ? `${fence}\n` : ''}${details > 0 ? `\n${'</details>\n'.repeat(details)}` : ''}`;
}
