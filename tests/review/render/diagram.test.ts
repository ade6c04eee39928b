import { describe, expect, test } from 'vitest';
import type { Entities, Entity, Reference } from '../../../scripts/review/facts/entities.ts';
import { renderDiagram } from '../../../scripts/review/render/html/diagram.ts';
import { type Box, layOut } from '../../../scripts/review/render/html/layout.ts';
import { fullReview, HOSTILE } from './fixture.ts';

function entities(
  references: readonly [from: string, to: string][],
  names: readonly string[] = [],
): Entities {
  const tables = [...new Set([...references.flat(), ...names])].map(
    (name): Entity => ({ name, change: 'changed', columns: [] }),
  );
  return {
    tables,
    references: references.map(
      ([from, to]): Reference => ({
        name: `${from}_${to}_fkey`,
        from,
        to,
        change: 'same',
        definition: 'FOREIGN KEY',
      }),
    ),
  };
}

function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function expectReadable(drawn: Entities): void {
  const { boxes, arrows, width, height } = layOut(drawn);
  expect(boxes.length).toBe(drawn.tables.length);
  expect(arrows.length).toBe(drawn.references.length);
  for (const [place, box] of boxes.entries()) {
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    for (const other of boxes.slice(place + 1)) expect(overlaps(box, other)).toBe(false);
  }
}

describe('the diagram of tables', () => {
  test('whoever refers stands left of what it refers to [S-30 +]', () => {
    const { boxes } = layOut(
      entities([
        ['c', 'b'],
        ['b', 'a'],
        ['c', 'a'],
      ]),
    );
    const x = (name: string) => boxes.find(({ entity }) => entity.name === name)?.x ?? Number.NaN;

    expect(x('c')).toBeLessThan(x('b'));
    expect(x('b')).toBeLessThan(x('a'));
  });

  test('no box lies on another and none outside, of a circle, of a table that refers to itself, of sixty tables [S-30 -]', () => {
    const hub = Array.from({ length: 60 }, (_, place): [string, string] => [`t${place}`, 'hub']);
    const chain = Array.from({ length: 12 }, (_, place): [string, string] => [`t${place}`, `t${place + 1}`]);

    expectReadable(
      entities([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ]),
    );
    expectReadable(entities([['a', 'a']]));
    expectReadable(entities([...hub, ...chain]));
    expectReadable(entities([], ['alone']));
    expectReadable({ tables: [], references: [] });
  });

  test('a column of boxes that would be too tall is broken [S-30 +]', () => {
    const hub = Array.from({ length: 60 }, (_, place): [string, string] => [`t${place}`, 'hub']);

    expect(layOut(entities(hub)).height).toBeLessThan(1_000);
  });

  test('it lists columns that come and go, marks what is new in words too, and says in a sentence what it shows [S-30 +]', () => {
    const { text } = renderDiagram(fullReview().entities);

    expect(text).toContain('aria-label="changed: public.beds; 1 foreign key"');
    expect(text).toContain('<g class="box changed"><title>public.beds, changed</title>');
    expect(text).toMatch(/class="column added"[^>]*>\+ floor integer</);
    expect(text).toMatch(/class="column removed"[^>]*>− note text</);
    expect(text).toMatch(
      /<path class="arrow same" d="M[^"]*" marker-end="url\(#tip\)"><title>public.beds: beds_organisation_id_fkey/,
    );
  });

  test('a long name is shortened where it is drawn, and whole where it is asked for [S-30 +]', () => {
    const { text } = renderDiagram({
      tables: [{ name: `public.${'x'.repeat(63)}`, change: 'added', columns: [] }],
      references: [],
    });

    expect(text).toMatch(/>public\.x+…</);
    expect(text).toContain(`<title>public.${'x'.repeat(63)}, new</title>`);
  });

  test('a name is text in it [S-30 -]', () => {
    const { text } = renderDiagram(entities([[HOSTILE.script, HOSTILE.table]]));

    expect(text).not.toMatch(/<img|<\/script|<\/details/);
  });
});
