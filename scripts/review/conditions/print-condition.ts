import type { Formula } from './formula.ts';

/** A condition as a person reads it. */
export function printCondition(formula: Formula): string {
  switch (formula.kind) {
    case 'constant':
      return String(formula.value);
    case 'atom':
      return formula.text;
    case 'and':
    case 'or': {
      const parts = formula.parts.filter(
        (part) => !(part.kind === 'constant' && part.value === (formula.kind === 'and')),
      );
      return parts.length === 0
        ? String(formula.kind === 'and')
        : parts.map(printPart).join(` ${formula.kind} `);
    }
    case 'not':
      return `not ${printPart(formula.of)}`;
    case 'is':
      return `${printPart(formula.of)} is ${formula.negated ? 'not ' : ''}${formula.value}`;
  }
}

function printPart(formula: Formula): string {
  const text = printCondition(formula);
  return (formula.kind === 'and' || formula.kind === 'or') && / (and|or) /.test(text) ? `(${text})` : text;
}

/** What a condition asks of every row: its parts joined by AND, at any depth. */
export function conjunctsOf(formula: Formula): readonly Formula[] {
  return formula.kind === 'and' ? formula.parts.flatMap(conjunctsOf) : [formula];
}

/** The texts of all atoms in it. */
export function atomsIn(formula: Formula): readonly string[] {
  if (formula.kind === 'atom') return [formula.text];
  if (formula.kind === 'constant') return [];
  return 'of' in formula ? atomsIn(formula.of) : formula.parts.flatMap(atomsIn);
}
