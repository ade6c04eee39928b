import { loadModule } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { alterPolicy } from '../../scripts/compose/policy-text.ts';
import { sqlTokens } from '../../scripts/sql/tokens.ts';

beforeAll(() => loadModule());

test('words stand where JavaScript finds them, whatever letters there are, and no comment is one', () => {
  const text = `"é😀" := /* ü */ a[1] || 'ñ -- no' -- é\n  || $x$ /* no */ $x$ ;`;
  const tokens = sqlTokens(text);
  expect(tokens.map((token) => token.text)).toEqual([
    '"é😀"',
    ':=',
    'a',
    '[',
    '1',
    ']',
    '||',
    `'ñ -- no'`,
    '||',
    '$x$ /* no */ $x$',
    ';',
  ]);
  for (const { text: word, start, end } of tokens) expect(text.slice(start, end)).toBe(word);
});

test('a policy is altered to the same text, comments and foreign letters between its words included', () => {
  expect(
    alterPolicy(
      `create /* é */ policy "é" on public.beds as restrictive for select to nurse using (label = 'ü')`,
    ),
  ).toBe(`alter /* é */ policy "é" on public.beds to nurse using (label = 'ü');`);
});
