import type { Formula } from './formula.ts';

/** A set of situations: which of them a condition lets through. A number of the diagram that made it. */
export type Situations = number & { readonly brand?: 'situations' };

export const NEVER: Situations = 0;
export const ALWAYS: Situations = 1;

/** More than a diagram can hold within seconds: whether one condition lets through more than the other stays unproven. */
export class TooManySituations extends Error {}

/** A policy written by people needs some hundreds. */
const MOST_STEPS = 100_000;
/** Deeper than this, the diagram is deeper than the stack. */
const MOST_ATOMS = 1000;

/**
 * Decides whether one condition lets through more than another: a binary decision diagram over PostgreSQL's three values.
 *
 * Every atom is true, false or null, whatever the others are. So "lets through no more" is proven for all rows and callers, while
 * "lets through more" may name a situation that cannot occur (`age > 3` beside `age > 5`): the error is on the safe side.
 */
export class Decision {
  /** The nodes: an atom's question, and where "no" and "yes" lead. The first two stand for no and yes. */
  readonly #nodes: { readonly question: number; readonly no: number; readonly yes: number }[] = [
    { question: Number.POSITIVE_INFINITY, no: 0, yes: 0 },
    { question: Number.POSITIVE_INFINITY, no: 1, yes: 1 },
  ];
  readonly #known = new Map<string, number>();
  readonly #choices = new Map<string, number>();
  readonly #atoms = new Map<string, number>();
  #supposed: Situations = ALWAYS;

  /** Leaves out what cannot be, such as a role without a membership. */
  suppose(set: Situations): void {
    this.#supposed = this.every([this.#supposed, set]);
  }

  /** Where a condition is true: the rows that a policy lets through. */
  truth(formula: Formula): Situations {
    switch (formula.kind) {
      case 'constant':
        return formula.value === true ? ALWAYS : NEVER;
      case 'atom':
        return this.holds(formula.text);
      case 'and':
        return this.every(formula.parts.map((part) => this.truth(part)));
      case 'or':
        return this.some(formula.parts.map((part) => this.truth(part)));
      case 'not':
        return this.falsehood(formula.of);
      case 'is': {
        const holds = formula.value ? this.truth(formula.of) : this.falsehood(formula.of);
        return formula.negated ? this.complement(holds) : holds;
      }
    }
  }

  /** Where a condition is false; null is neither. */
  falsehood(formula: Formula): Situations {
    switch (formula.kind) {
      case 'constant':
        return formula.value === false ? ALWAYS : NEVER;
      case 'atom':
        if (/ IS NULL$/.test(formula.text)) return this.complement(this.holds(formula.text)); // never null itself
        // Asked only where it is not true: so the two never hold together.
        return this.#choose(this.holds(formula.text), NEVER, this.#isFalse(formula.text));
      case 'and':
        return this.some(formula.parts.map((part) => this.falsehood(part)));
      case 'or':
        return this.every(formula.parts.map((part) => this.falsehood(part)));
      case 'not':
        return this.truth(formula.of);
      case 'is':
        return this.complement(this.truth(formula));
    }
  }

  every(sets: readonly Situations[]): Situations {
    // From the end: what was read first is asked first, so that each step finds its answer at the top.
    return sets.reduceRight((both, set) => this.#choose(set, both, NEVER), ALWAYS);
  }

  some(sets: readonly Situations[]): Situations {
    return sets.reduceRight((either, set) => this.#choose(set, ALWAYS, either), NEVER);
  }

  complement(set: Situations): Situations {
    return this.#choose(set, NEVER, ALWAYS);
  }

  /** Whether every situation of `narrow` is one of `wide`. */
  isWithin(narrow: Situations, wide: Situations): boolean {
    return this.every([this.#supposed, narrow, this.complement(wide)]) === NEVER;
  }

  /** The situations in which these atoms have these values, the others as they were. */
  given(set: Situations, values: ReadonlyMap<string, boolean>): Situations {
    const fixed = new Map<number, boolean>();
    for (const [text, value] of values) {
      const question = this.#question(text);
      fixed.set(question, value);
      fixed.set(question + 1, !value);
    }
    const done = new Map<number, number>();
    const walk = (index: number): number => {
      if (index < 2) return index;
      const known = done.get(index);
      if (known !== undefined) return known;
      const { question, no, yes } = this.#nodes[index] as { question: number; no: number; yes: number };
      const value = fixed.get(question);
      const result =
        value === undefined ? this.#node(question, walk(no), walk(yes)) : value ? walk(yes) : walk(no);
      done.set(index, result);
      return result;
    };
    return walk(set);
  }

  /** Whether the atom is true wherever the set is. */
  requires(set: Situations, text: string): boolean {
    return this.isWithin(set, this.holds(text));
  }

  /** Where `text` is true. */
  holds(text: string): Situations {
    return this.#node(this.#question(text), NEVER, ALWAYS);
  }

  #isFalse(text: string): Situations {
    return this.#node(this.#question(text) + 1, NEVER, ALWAYS);
  }

  /** Two questions for each atom: is it true; and where it is not, is it false. */
  #question(text: string): number {
    const known = this.#atoms.get(text);
    if (known !== undefined) return known;
    if (this.#atoms.size === MOST_ATOMS) throw new TooManySituations();
    const question = this.#atoms.size * 2;
    this.#atoms.set(text, question);
    return question;
  }

  #node(question: number, no: number, yes: number): number {
    if (no === yes) return no;
    const key = `${question} ${no} ${yes}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#nodes.length);
    return this.#nodes.push({ question, no, yes }) - 1;
  }

  /** `test ? yes : no`, the one operation that all others are made of. */
  #choose(test: number, yes: number, no: number): number {
    if (test === ALWAYS || yes === no) return yes;
    if (test === NEVER) return no;
    const key = `${test} ${yes} ${no}`;
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    if (this.#choices.size >= MOST_STEPS) throw new TooManySituations();
    const at = (index: number) => this.#nodes[index] as { question: number; no: number; yes: number };
    const question = Math.min(at(test).question, at(yes).question, at(no).question);
    const branch = (index: number, side: 'no' | 'yes') =>
      at(index).question === question ? at(index)[side] : index;
    const result = this.#node(
      question,
      this.#choose(branch(test, 'no'), branch(yes, 'no'), branch(no, 'no')),
      this.#choose(branch(test, 'yes'), branch(yes, 'yes'), branch(no, 'yes')),
    );
    this.#choices.set(key, result);
    return result;
  }
}
