/** A condition of a policy, as PostgreSQL evaluates it: true, false or null. */
export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean | null }
  /** Something that the formula does not look into. Equal texts are the same thing. */
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly of: Formula }
  /** `of IS TRUE`, `of IS NOT FALSE` and their like: never null. */
  | { readonly kind: 'is'; readonly value: boolean; readonly negated: boolean; readonly of: Formula };

export const TRUE: Formula = { kind: 'constant', value: true };
export const FALSE: Formula = { kind: 'constant', value: false };

export function atom(text: string): Formula {
  return { kind: 'atom', text };
}

export function all(parts: readonly Formula[]): Formula {
  return parts.length === 1 ? (parts[0] as Formula) : { kind: 'and', parts };
}

export function any(parts: readonly Formula[]): Formula {
  return parts.length === 1 ? (parts[0] as Formula) : { kind: 'or', parts };
}

/** A formula in which some atoms are known, without what that decides. */
export function simplify(formula: Formula, known: ReadonlyMap<string, boolean>): Formula {
  switch (formula.kind) {
    case 'constant':
      return formula;
    case 'atom': {
      const value = known.get(formula.text);
      return value === undefined ? formula : { kind: 'constant', value };
    }
    case 'and':
    case 'or': {
      const settles = formula.kind === 'or';
      const parts = formula.parts.map((part) => simplify(part, known));
      if (parts.some((part) => part.kind === 'constant' && part.value === settles))
        return settles ? TRUE : FALSE;
      const open = parts.filter((part) => !(part.kind === 'constant' && part.value === !settles));
      if (open.length === 0) return settles ? FALSE : TRUE;
      return settles ? any(open) : all(open);
    }
    case 'not':
      return { kind: 'not', of: simplify(formula.of, known) };
    case 'is':
      return { ...formula, of: simplify(formula.of, known) };
  }
}
