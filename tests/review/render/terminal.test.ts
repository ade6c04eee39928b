import { describe, expect, test } from 'vitest';
import { visible } from '../../../scripts/console/visible.ts';
import { reviewLines } from '../../../scripts/review/render/terminal.ts';
import { wrap } from '../../../scripts/review/render/wrap.ts';
import { emptyReview, fullReview, HOSTILE, hostileReview } from './fixture.ts';

/** Without colours, which depend on who looks. */
const bare = (lines: readonly string[]) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken off
  lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));

describe('the report in a terminal', () => {
  test('figures come first, then realms, what it costs and findings; the last line says whether anything stops it [S-30 +]', () => {
    const lines = bare(reviewLines(fullReview(), 100));

    expect(lines.slice(0, 2)).toEqual([
      '1 new migration since main (0123456789ab)',
      '+1 grant, ~1 policy, 1 widened, 1 changed, 1 narrowed, 1 equal',
    ]);
    expect(lines).toContain('  ▲ widened   receptionist can now change public.beds');
    expect(lines).toContain('    lock  ACCESS EXCLUSIVE on public.beds, all rows written anew');
    expect(lines).toContain('      +  return true;');
    expect(lines.at(-1)).toBe('2 findings stop it');
    expect(bare(reviewLines(emptyReview(), 100)).at(-1)).toBe('nothing stops it');
  });

  test.each([60, 100])('no line is wider than %i columns, and none is lost [S-30 +]', (width) => {
    for (const review of [fullReview(), hostileReview()]) {
      const lines = bare(reviewLines(review, width));
      const squeezed = (text: readonly string[]) => text.join('').replaceAll(/\s/g, '');

      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
      expect(squeezed(lines)).toBe(squeezed(bare(reviewLines(review, Number.POSITIVE_INFINITY))));
    }
  });

  test('a name moves no cursor, breaks no line and hides nothing [S-30 -]', () => {
    const lines = bare(reviewLines(hostileReview(), Number.POSITIVE_INFINITY));

    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines).toContain(`  breaks  table ${visible(HOSTILE.unseen)} is new`);
  });

  test('what goes on stands below where it began [S-30 +]', () => {
    expect(wrap('one two three four five six', 24, '  ▲ ')).toEqual([
      '  ▲ one two three four',
      '    five six',
    ]);
    expect(wrap('x'.repeat(45), 24, '    ')).toEqual([
      `    ${'x'.repeat(20)}`,
      `    ${'x'.repeat(20)}`,
      `    ${'x'.repeat(5)}`,
    ]);
  });
});
