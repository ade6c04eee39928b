import { visibleLines } from '../../console/visible.ts';

/** The lines of a unified diff that a reader needs: without the names of two files that are none. */
export function diffLines(diff: string): readonly string[] {
  const lines = visibleLines(diff).split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  return first < 0 ? [] : lines.slice(first);
}

/** Text cut at a length, saying how much is missing. */
export function cutAt(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  return `${characters.slice(0, most).join('')} … (${characters.length - most} more characters)`;
}
