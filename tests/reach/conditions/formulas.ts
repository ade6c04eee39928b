import fc from 'fast-check';

/** A condition as somebody writes it. Its leaves are columns of {@link COLUMNS}, or constants. */
export type Written =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: 'true' | 'false' | 'null' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Written[] }
  | { readonly kind: 'not'; readonly of: Written }
  | { readonly kind: 'is'; readonly test: string; readonly of: Written }
  | { readonly kind: 'coalesce'; readonly otherwise: 'true' | 'false'; readonly of: Written }
  | {
      readonly kind: 'equals';
      readonly operator: '=' | '<>';
      readonly value: 'true' | 'false';
      readonly of: Written;
    };

export const COLUMNS: readonly string[] = ['a', 'b', 'c', 'd'];

const TESTS = ['true', 'false', 'not true', 'not false'];

export const written: fc.Arbitrary<Written> = fc.letrec<{ node: Written; leaf: Written }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('column' as const), name: fc.constantFrom(...COLUMNS) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('constant' as const),
        value: fc.constantFrom('true' as const, 'false' as const, 'null' as const),
      }),
    },
  ),
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('node') }),
    fc.record({ kind: fc.constant('is' as const), test: fc.constantFrom(...TESTS), of: tie('node') }),
    fc.record({
      kind: fc.constant('coalesce' as const),
      otherwise: fc.constantFrom('true' as const, 'false' as const),
      of: tie('node'),
    }),
    fc.record({
      kind: fc.constant('equals' as const),
      operator: fc.constantFrom('=' as const, '<>' as const),
      value: fc.constantFrom('true' as const, 'false' as const),
      of: tie('node'),
    }),
  ),
})).node;

/** Its SQL. */
export function sqlOf(condition: Written): string {
  switch (condition.kind) {
    case 'column':
      return condition.name;
    case 'constant':
      return `${condition.value}::boolean`;
    case 'and':
    case 'or':
      return `(${condition.parts.map(sqlOf).join(` ${condition.kind} `)})`;
    case 'not':
      return `(not ${sqlOf(condition.of)})`;
    case 'is':
      return `(${sqlOf(condition.of)} is ${condition.test})`;
    case 'coalesce':
      return `coalesce(${sqlOf(condition.of)}, ${condition.otherwise})`;
    case 'equals':
      return `(${sqlOf(condition.of)} ${condition.operator} ${condition.value})`;
  }
}

/** Ways to write a condition otherwise; what does not apply leaves it. Each keeps all three values. */
const EQUIVALENCES: readonly ((condition: Written) => Written)[] = [
  (it) => (it.kind === 'and' || it.kind === 'or' ? { ...it, parts: [...it.parts].reverse() } : it),
  (it) => ({ kind: 'not', of: { kind: 'not', of: it } }),
  (it) =>
    it.kind === 'and' || it.kind === 'or'
      ? { kind: 'not', of: { kind: it.kind === 'and' ? 'or' : 'and', parts: it.parts.map(negated) } }
      : it,
  (it) => {
    if (it.kind !== 'and' && it.kind !== 'or') return it;
    const [first, second] = it.parts as readonly [Written, Written];
    const other = it.kind === 'and' ? 'or' : 'and';
    if (it.parts.length !== 2 || second.kind !== other) return it;
    return { kind: other, parts: second.parts.map((part) => ({ kind: it.kind, parts: [first, part] })) };
  },
  (it) => ({ kind: 'equals', operator: '=', value: 'true', of: it }),
  (it) => ({ kind: 'and', parts: [it, { kind: 'or', parts: [it, { kind: 'column', name: 'd' }] }] }),
];

function negated(of: Written): Written {
  return { kind: 'not', of };
}

/** The same condition written otherwise: at every place by the next of the choices. */
export function rewritten(condition: Written, choices: readonly number[]): Written {
  let at = 0;
  const walk = (it: Written): Written => {
    const choice = choices[at++ % choices.length] ?? 0;
    const inner: Written =
      'of' in it ? { ...it, of: walk(it.of) } : 'parts' in it ? { ...it, parts: it.parts.map(walk) } : it;
    return EQUIVALENCES[choice]?.(inner) ?? inner;
  };
  return walk(condition);
}

export const choices: fc.Arbitrary<readonly number[]> = fc.array(
  fc.integer({ min: 0, max: EQUIVALENCES.length + 3 }),
  { minLength: 1, maxLength: 8 },
);
