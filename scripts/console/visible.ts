/** Characters that show nothing, or make others show elsewhere: controls, bidirectional marks, halves of a pair. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A name or sentence on one line, with nothing in it that a reader cannot see. */
export function visible(text: string): string {
  return text
    .replaceAll(/\r\n?|\n/g, ' ↵ ')
    .replaceAll('\t', ' ')
    .replaceAll(UNSEEN, spellOut)
    .trim();
}

/** As {@link visible}, of a text that may keep its lines and their indents. */
export function visibleLines(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(UNSEEN, (character) => ('\n\t'.includes(character) ? character : spellOut(character)));
}

function spellOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
