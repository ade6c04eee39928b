import { expect, test } from 'vitest';
import { shapeChanges } from '../../../scripts/review/facts/shapes.ts';

const changed = (before: string, after: string) =>
  shapeChanges([
    {
      key: 'function public.admit(uuid, uuid)',
      change: 'changed',
      before: `CREATE FUNCTION public.admit(${before})\n RETURNS uuid\n LANGUAGE sql`,
      after: `CREATE FUNCTION public.admit(${after})\n RETURNS uuid\n LANGUAGE sql`,
    },
  ]);

test('an argument that may be left out from now on breaks nobody, one of another name does [S-26 +, S-26 -]', () => {
  expect(changed('a uuid, b uuid', 'a uuid, b uuid DEFAULT NULL::uuid')).toEqual([
    { sentence: expect.stringContaining('DEFAULT NULL::uuid'), breaks: false },
  ]);
  expect(changed('a uuid, b uuid', 'a uuid, c uuid DEFAULT NULL::uuid')).toMatchObject([{ breaks: true }]);
  expect(changed('a uuid, b uuid DEFAULT NULL::uuid', 'a uuid, b uuid')).toMatchObject([{ breaks: true }]);
});

test('another default is told as one that may break: whoever left the argument out means something else now [S-26 -]', () => {
  expect(changed('a uuid, b boolean DEFAULT true', 'a uuid, b boolean DEFAULT false')).toMatchObject([
    { breaks: true },
  ]);
});
