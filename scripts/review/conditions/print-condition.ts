import type { Formula } from './formula.ts';
import { MEMBER } from './read-scalar.ts';
import { outsideQuotes, withoutSelects } from './scan-text.ts';

/** A condition as a person reads it: without what only the planner and the deparser need. */
export function printCondition(formula: Formula): string {
  switch (formula.kind) {
    case 'constant':
      return String(formula.value);
    case 'atom':
      return plain(formula.text);
    case 'and':
    case 'or': {
      const said = formula.parts.filter(
        (part) => !(part.kind === 'constant' && part.value === (formula.kind === 'and')),
      );
      // Who has a capability is a member; to say both would say less.
      const isMember = (part: Formula) => part.kind === 'atom' && part.text === MEMBER;
      const parts = formula.kind === 'and' && said.length > 1 ? said.filter((part) => !isMember(part)) : said;
      return parts.length === 0
        ? String(formula.kind === 'and')
        : parts.map(printPart).join(` ${formula.kind} `);
    }
    case 'not':
      return printNegated(formula.of);
    case 'is':
      return `${printPart(formula.of)} is ${formula.negated ? 'not ' : ''}${formula.value}`;
  }
}

/** `( SELECT authz.now() AS now)` is `authz.now()`, and a literal says what it is without a cast. */
function plain(text: string): string {
  return outsideQuotes(withoutSelects(text), (part) =>
    part
      .replaceAll(/::(text|uuid|integer|boolean)(\[\])?/g, '')
      .replaceAll(/(?<![\w.])\((\w+)\)/g, '$1')
      .replaceAll(/\b(ANY|ALL|IS|NOT|NULL|DISTINCT|FROM|TRUE|FALSE)\b/g, (word) => word.toLowerCase()),
  ).replace(/ (any|all) \(\((.*)\)\)$/s, ' $1 ($2)');
}

function printPart(formula: Formula): string {
  const text = printCondition(formula);
  return (formula.kind === 'and' || formula.kind === 'or') && / (and|or) /.test(text) ? `(${text})` : text;
}

function printNegated(of: Formula): string {
  if (of.kind === 'atom' && / IS NULL$/.test(of.text))
    return plain(of.text.replace(/ IS NULL$/, ' IS NOT NULL'));
  const equal = of.kind === 'atom' && / = /.test(of.text) && !/ = .* = /s.test(of.text);
  return equal ? plain(of.text.replace(' = ', ' <> ')) : `not ${printPart(of)}`;
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
