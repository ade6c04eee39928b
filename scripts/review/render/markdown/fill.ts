/** A part of a document that may be shortened by whole items. */
export interface Block {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
}

/** What a note on items left out takes at most, in bytes. */
const NOTE = 120;

/**
 * Puts blocks into a document of limited length. Each takes at most half of what is left, so that a long one does not hide those
 * behind it; whatever it has to leave out it counts.
 *
 * @param limit in bytes.
 */
export function fill(blocks: readonly Block[], limit: number): string {
  const fixed = ({ open, close }: Block) => sizeOf(open) + sizeOf(close) + NOTE;
  const kept: Block[] = [];
  let rest = limit - NOTE;
  for (const block of blocks) {
    if (rest - fixed(block) < limit / 3) break;
    rest -= fixed(block);
    kept.push(block);
  }
  const parts = kept.map((block, place) => {
    const share = place === kept.length - 1 ? rest : rest / 2;
    const { text, used } = shorten(block, share);
    rest -= used;
    return text;
  });
  const missing = blocks.length - kept.length;
  if (missing > 0) parts.push(`\n_${missing} more sections: see the page._\n`);
  return parts.join('');
}

function shorten({ open, items, close }: Block, share: number): { text: string; used: number } {
  let used = 0;
  let count = 0;
  for (const item of items) {
    const size = sizeOf(item) + 1;
    if (used + size > share) break;
    used += size;
    count += 1;
  }
  const left = items.length - count;
  const note = left === 0 ? '' : `\n_${left} more: see the page._\n`;
  return {
    text: `${open}${items
      .slice(0, count)
      .map((item) => `${item}\n`)
      .join('')}${note}${close}`,
    used,
  };
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}
