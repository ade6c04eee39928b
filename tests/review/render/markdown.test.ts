import { describe, expect, test } from 'vitest';
import { escapeMarkdown, fence } from '../../../scripts/review/render/markdown/escape.ts';
import { fill } from '../../../scripts/review/render/markdown/fill.ts';
import { renderMarkdown } from '../../../scripts/review/render/markdown.ts';
import { REVIEW_MARKER } from '../../../scripts/review/render/marker.ts';
import type { Review } from '../../../scripts/review/review.ts';
import { reviewComment } from '../../../scripts/workflows/comment.ts';
import { emptyReview, fullReview, HOSTILE, hostileReview, UNSEEN } from './fixture.ts';

/** Lines outside of fences, and how fences were left. */
function readFences(text: string): { outside: string[]; isOpen: boolean } {
  const outside: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    const marks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? '';
    if (open === '' && marks !== '') open = marks;
    else if (open !== '' && marks.length >= open.length && line.trim() === marks) open = '';
    else if (open === '') outside.push(line);
  }
  return { outside, isOpen: open !== '' };
}

describe('the comment on a pull request', () => {
  test('it begins with the mark by which it is found again, then the figures and whether anything stops it [S-30 +]', () => {
    const [first, second] = renderMarkdown(fullReview()).split('\n');

    expect(first).toBe(REVIEW_MARKER);
    expect(second).toBe(
      '**+1 grant, ~1 policy, 1 widened, 1 changed, 1 narrowed, 1 equal: 2 findings stop it**',
    );
  });

  test('it tells findings, then each realm with its marks and what was seen, then what it costs [S-30 N-43 +]', () => {
    const text = renderMarkdown(fullReview());
    const places = [
      '### 2 findings stop it',
      '#### patients (patient)',
      '| ▼ | narrowed: patients can no longer read public.invoices |',
      '#### clinic staff (authenticated)',
      '| ▲ | widened: receptionist can now change public.beds | seen: receptionist of A, receptionist of B |',
      '- ▲ receptionist of either clinic can now change own rows of public.beds',
      '<summary>While it runs (3)</summary>',
      'ACCESS EXCLUSIVE on public.beds, all rows written anew',
      '<summary>Data (1)</summary>',
      '```diff\n@@ -1,3 +1,3 @@\n begin\n-  return false;\n+  return true;',
      '<summary>Types (1)</summary>',
      '<summary>Conditions before and now (1)</summary>',
      '<summary>Written anew, and equal (1)</summary>',
    ].map((part) => text.indexOf(part));

    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('where nobody was asked about a table, it does not say that nobody got anything [N-43 -]', () => {
    const text = renderMarkdown(fullReview());

    expect(text).toContain(
      'patients can no longer read public.invoices | not tried: no persona was asked before and after |',
    );
  });

  test('a change that does nothing is told in two lines [S-30 +]', () => {
    expect(renderMarkdown(emptyReview()).trim().split('\n')).toEqual([
      REVIEW_MARKER,
      '**0 widened, 0 narrowed: nothing stops it**',
      '',
      '0 new migrations since main (0123456789ab); no new migration, so nobody tried anything.',
    ]);
  });

  test('no name of an object gets out of its table, list, fence or comment, or means anything there [S-30 -]', () => {
    const text = renderMarkdown(hostileReview());
    const { outside, isOpen } = readFences(text);
    const own = /<\/?(details|summary|code)>|<!-- cordon-review -->/g;

    expect(isOpen).toBe(false);
    expect(outside.join('\n').replaceAll(own, '')).not.toMatch(/[<>]/);
    expect(outside.join('\n')).not.toMatch(/@octocat|https:\/\/|[^&]#12\b|`/);
    expect(outside.filter((line) => line.startsWith('# '))).toEqual([]);
    expect(text).not.toMatch(UNSEEN);
    const rows = outside.filter((line) => line.startsWith('| ▲'));
    expect(rows.length).toBe(4);
    for (const row of rows) expect(row.split('|').length).toBe(5);
  });

  test('details are opened as often as they are closed, in whatever they hold [S-30 -]', () => {
    const { outside } = readFences(renderMarkdown(hostileReview()));
    const count = (tag: string) => outside.join('\n').split(tag).length - 1;

    expect(count('<details>')).toBeGreaterThan(3);
    expect(count('<details>')).toBe(count('</details>'));
  });

  test('however much there is, the workflow has nothing to cut: it stays below what GitHub takes, counts what it leaves out and ends no fence early [S-30 +]', () => {
    const [routine] = fullReview().routines;
    const many = <T>(count: number, item: T) => Array.from({ length: count }, () => item);
    const long = fullReview({
      findings: many(3_000, fullReview().findings)
        .flat()
        .map((finding, place) => ({ ...finding, remedy: `${place}` })),
      verdicts: Array.from({ length: 2_000 }, (_, place) => ({
        ...(fullReview().verdicts[0] as Review['verdicts'][number]),
        sentence: `${place} ${'…'.repeat(500)}`,
      })),
      routines: many(400, {
        ...(routine as Review['routines'][number]),
        diff: `@@ @@\n${'+ a line\n'.repeat(300)}`,
      }),
    });
    const text = renderMarkdown(long);
    const { outside, isOpen } = readFences(text);

    expect(reviewComment(text)).toBe(text);
    expect(text.length).toBeGreaterThan(40_000);
    expect(isOpen).toBe(false);
    expect(outside.filter((line) => /^_\d+ more: see the page\._$/.test(line)).length).toBeGreaterThanOrEqual(
      3,
    );
    expect(outside.join('\n').split('<details>').length).toBe(outside.join('\n').split('</details>').length);
    expect(text).toContain('#### clinic staff');
    expect(text).toContain('<summary>Functions (400)</summary>');
  });
});

describe('the pieces of it', () => {
  test('a fence is longer than any in what it holds [S-30 -]', () => {
    expect(fence('diff', HOSTILE.fence.split('\n')).split('\n')).toEqual([
      '`````diff',
      '```',
      '````',
      '</details>',
      '<!-- -->',
      '`````',
    ]);
  });

  test.each([
    ['a_b __init__ _x_', 'a_b \\_\\_init\\_\\_ \\_x\\_'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['&lt;', '&amp;lt;'],
    ['$x$', '&#36;x&#36;'],
    ['[a](b)', '\\[a\\](b)'],
    ['one\ntwo', 'one ↵ two'],
  ])('%j is told as %j [S-30 -]', (text, told) => {
    expect(escapeMarkdown(text)).toBe(told);
  });

  test('a long text is cut, and what is missing counted [S-30 +]', () => {
    expect(escapeMarkdown('x'.repeat(50), 10)).toBe('xxxxxxxxxx … (40 more characters)');
  });

  test('sections that find no room at all are counted too [S-30 +]', () => {
    const blocks = Array.from({ length: 50 }, (_, place) => ({
      open: `section ${place}\n`,
      items: ['x'],
      close: '',
    }));
    const text = fill(blocks, 3_000);

    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text).toMatch(/_\d+ more sections: see the page\._/);
  });
});
