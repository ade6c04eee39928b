import { visible } from '../../console/visible.ts';

/**
 * Breaks a text at blanks, or inside a word that is longer than a line.
 *
 * @param width columns of a line; without end where nobody looks.
 * @param indent what the first line stands behind: its width is that of the others' indent.
 */
export function wrap(text: string, width: number, indent = ''): readonly string[] {
  const room = Math.max(20, width - [...indent].length);
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && [...line].length + 1 + [...word].length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
    for (let rest = [...line]; rest.length > room; rest = [...line]) {
      lines.push(rest.slice(0, room).join(''));
      line = rest.slice(room).join('');
    }
  }
  lines.push(line);
  const hang = ' '.repeat([...indent].length);
  return lines.map((told, place) => `${place === 0 ? indent : hang}${told}`);
}
