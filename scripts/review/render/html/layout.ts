import type { Entities, Entity, Reference } from '../../facts/entities.ts';

/** A table as a box; its rows are lines of text below its name. */
export interface Box {
  readonly entity: Entity;
  readonly lines: readonly Line[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly text: string;
  readonly change: Entity['columns'][number]['change'] | 'more';
}

/** A foreign key, from the right edge of one box to the left edge of another. */
interface Arrow {
  readonly reference: Reference;
  readonly path: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

export const HEAD = 30;
export const LINE = 18;
const FOOT = 8;
const GAP = 16;
const CHANNEL = 72;
const MARGIN = 12;
const MOST_LINES = 12;
/** Widths of a character, roughly: nobody can measure text here. */
const CHARACTER = { plain: 6.9, bold: 7.5 };
/** What the word for a table's fate takes, with a gap. */
const BADGE = 64;
const WIDTHS = { least: 150, most: 290 };
/** A longer column of boxes is broken into several. */
const TALLEST = 900;

/** Characters that fit into the widest box. */
export const FITS = Math.floor((WIDTHS.most - 24) / CHARACTER.plain);

/**
 * Places tables in columns: whoever refers stands left of what it refers to, and near it. Plain arithmetic on the order of names, so
 * that the same change gives the same picture.
 */
export function layOut({ tables, references }: Entities): Layout {
  const columns = inColumns(tables, references);
  const boxes = new Map<string, Box>();
  let x = MARGIN;
  for (const column of columns) {
    const sized = column.map((entity) => ({ entity, lines: linesOf(entity) }));
    const width = Math.max(WIDTHS.least, ...sized.map(widthOf));
    let y = MARGIN;
    for (const { entity, lines } of sized) {
      const height = HEAD + (lines.length > 0 ? lines.length * LINE + FOOT : 0);
      boxes.set(entity.name, { entity, lines, x, y, width, height });
      y += height + GAP;
    }
    x += width + CHANNEL;
  }
  const all = [...boxes.values()];
  const height = Math.max(0, ...all.map((box) => box.y + box.height)) + MARGIN;
  const centred = centre(all, height);
  const byName = new Map(centred.map((box) => [box.entity.name, box]));
  return {
    width: Math.max(0, x - CHANNEL + MARGIN),
    height,
    boxes: centred,
    arrows: references.flatMap((reference) => {
      const [from, to] = [byName.get(reference.from), byName.get(reference.to)];
      return from && to ? [{ reference, path: pathBetween(from, to) }] : [];
    }),
  };
}

/** Shorter columns stand in the middle of the tallest. */
function centre(boxes: readonly Box[], height: number): Box[] {
  const lowest = new Map<number, number>();
  for (const { x, y, height: own } of boxes) lowest.set(x, Math.max(lowest.get(x) ?? 0, y + own));
  return boxes.map((box) => ({
    ...box,
    y: Math.round(box.y + (height - MARGIN - (lowest.get(box.x) ?? 0)) / 2),
  }));
}

function linesOf({ change, columns }: Entity): Line[] {
  const told = columns.slice(0, MOST_LINES).map(({ name, change: fate, before, after }): Line => {
    const sign = { added: '+', removed: '−', changed: '~' }[fate];
    const type = fate === 'removed' ? before : after;
    return { text: `${change === 'added' ? '' : `${sign} `}${name} ${typeOf(type ?? '')}`, change: fate };
  });
  const left = columns.length - MOST_LINES;
  return left > 0 ? [...told, { text: `… ${left} more`, change: 'more' }] : told;
}

/** `uuid`, of `uuid not null default …`. */
function typeOf(definition: string): string {
  return definition.replace(/ (collate|not null|generated|default|options|storage|statistics)\b.*$/s, '');
}

function widthOf({ entity, lines }: { entity: Entity; lines: readonly Line[] }): number {
  const isQuiet = entity.change === 'same';
  const name = entity.name.length * (isQuiet ? CHARACTER.plain : CHARACTER.bold) + (isQuiet ? 0 : BADGE);
  const longest = Math.max(name, ...lines.map(({ text }) => text.length * CHARACTER.plain));
  return Math.min(WIDTHS.most, Math.ceil(longest + 24));
}

/** How many characters of its name a box has room for. */
export function roomFor({ entity, width }: Box): number {
  const isQuiet = entity.change === 'same';
  return Math.floor((width - 24 - (isQuiet ? 0 : BADGE)) / (isQuiet ? CHARACTER.plain : CHARACTER.bold));
}

function inColumns(tables: readonly Entity[], references: readonly Reference[]): Entity[][] {
  const ranks = rankAll(tables, references);
  const most = Math.max(0, ...ranks.values());
  const ranked = Array.from({ length: most + 1 }, (_, rank) =>
    tables.filter(({ name }) => ranks.get(name) === rank),
  );
  return nearEachOther(ranked, references).flatMap(broken).reverse();
}

/** How far a table stands from one that refers to nothing: its longest way there, a circle gone once. */
function rankAll(tables: readonly Entity[], references: readonly Reference[]): Map<string, number> {
  const ranks = new Map<string, number>();
  const rank = (name: string, above: readonly string[]): number => {
    const known = ranks.get(name);
    if (known !== undefined) return known;
    const below = references
      .filter(({ from, to }) => from === name && to !== name && !above.includes(to))
      .map(({ to }) => rank(to, [...above, name]) + 1);
    const own = Math.max(0, ...below);
    ranks.set(name, own);
    return own;
  };
  for (const { name } of tables) rank(name, []);
  return ranks;
}

/** Orders each column by where those it is joined to stand in the one before. */
function nearEachOther(columns: readonly Entity[][], references: readonly Reference[]): Entity[][] {
  const places = new Map<string, number>();
  return columns.map((column) => {
    const pull = (name: string) => {
      const joined = references
        .filter(({ from, to }) => from === name && places.has(to))
        .map(({ to }) => places.get(to) ?? 0);
      return joined.length === 0 ? 0.5 : joined.reduce((sum, place) => sum + place, 0) / joined.length;
    };
    const sorted = column
      .map((entity) => ({ entity, pull: pull(entity.name) }))
      .sort((a, b) => a.pull - b.pull)
      .map(({ entity }) => entity);
    for (const [index, { name }] of sorted.entries()) places.set(name, (index + 0.5) / sorted.length);
    return sorted;
  });
}

function broken(column: readonly Entity[]): Entity[][] {
  const parts: Entity[][] = [[]];
  let height = 0;
  for (const entity of column) {
    const own = HEAD + GAP + linesOf(entity).length * LINE;
    if (height + own > TALLEST && height > 0) {
      parts.push([]);
      height = 0;
    }
    parts.at(-1)?.push(entity);
    height += own;
  }
  return parts;
}

function pathBetween(from: Box, to: Box): string {
  const [startY, endY] = [from.y + HEAD / 2, to.y + HEAD / 2];
  if (from === to) {
    const x = from.x + from.width;
    return `M${x} ${startY - 6} C${x + 40} ${startY - 24} ${x + 40} ${startY + 24} ${x + 2} ${startY + 6}`;
  }
  const forth = from.x + from.width <= to.x;
  const startX = from.x + from.width;
  const endX = forth ? to.x - 2 : to.x + to.width + 2;
  const bend = forth ? Math.max(36, (endX - startX) / 2) : 48;
  return `M${startX} ${startY} C${startX + bend} ${startY} ${forth ? endX - bend : endX + bend} ${endY} ${endX} ${endY}`;
}
