import fc from 'fast-check';
import { expect, test } from 'vitest';
import { javaScriptPattern } from '../../../scripts/codegen/posix-pattern.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();
const SEED = Number(process.env.CORDON_SEED ?? Math.floor(Math.random() * 2 ** 31));

const SAME = [
  '^[A-Z0-9][A-Z0-9-]{0,3}$',
  '^[^@[:space:][:cntrl:]]{1,4}@x?$',
  '[[:cntrl:]/\\\\]',
  '^[]a]+$',
  '^[^]a]*$',
  '^(ab|c)*d?$',
  '^a.b$',
  'a{2}|b{1,}',
  '\\.\\/\\-\\^',
  '[[:digit:][:xdigit:]]$',
  '^[.+*?(){}|^$-]+$',
  '',
];

test('a regular expression is carried over only where both accept the same texts', async () => {
  const part = fc.constantFrom(
    ...[
      'a',
      'b',
      'c',
      'd',
      'A',
      'Z',
      '0',
      '9',
      '-',
      '@',
      'x',
      '/',
      '\\',
      ']',
      '[',
      '^',
      '.',
      '+',
      '$',
      '{',
      '}',
    ],
    ...['\n', '\r', '\t', ' ', '\u00a0', '\u0085', '\u2028', '\ufeff', '\u007f', '😀', 'é', '٣'],
  );
  const texts = fc.sample(
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
    { seed: SEED, numRuns: 400 },
  );
  for (const pattern of SAME) {
    const source = javaScriptPattern(pattern);
    if (source === undefined) expect.fail(`${pattern} is not carried over`);
    const answers = await database().asSuperuser((session) =>
      session.value<boolean[]>(
        'select array_agg(t ~ $2 order by n) from unnest($1::text[]) with ordinality as x (t, n)',
        [texts, pattern],
      ),
    );
    const mine = new RegExp(source, 'su');
    for (const [index, text] of texts.entries()) {
      const about = `seed ${SEED}: ${pattern} as ${source} on ${JSON.stringify(text)}`;
      expect(mine.test(text), about).toBe(answers?.[index]);
    }
  }
});

test.each([
  '(?i)a',
  '***=a',
  'a(?=b)',
  '(a)\\1',
  '\\d',
  '\\ma',
  '[[:alpha:]]',
  '[[=a=]]',
  '[[.-.]]',
  '[\\d]',
  '[',
  'a**',
])('%s means something else there, or nothing', (pattern) => {
  expect(javaScriptPattern(pattern)).toBeUndefined();
});
