import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import type { Step } from './blocks.ts';
import { type Statement, statementsWith } from './statements.ts';
import { columnOf, elementsOf, HOLE, isSettled, namesIn, type Text, type Variables } from './texts.ts';

/** A step of a block with the statement that the grammar makes of it. */
export interface Line extends Step {
  readonly statements: readonly Statement[] | undefined;
}

interface Fill {
  readonly tree: Tree;
  /** Undefined where what fills it is no query whose columns are to be seen. */
  readonly query: Tree | undefined;
  readonly column: number;
  readonly line: Line;
}

/** What the variables of a block say, by everything that fills them: whichever of it comes last. */
export class Filled implements Variables {
  readonly #fills = new Map<string, Fill[]>();
  readonly #asked = new Set<string>();
  readonly #others: ReadonlyMap<string, string>;

  /** @param others names that stand for another variable. */
  constructor(lines: readonly Line[], others: ReadonlyMap<string, string>) {
    this.#others = others;
    for (const line of lines) {
      const [{ kind = '', tree = {} } = {}] = line.statements ?? [];
      const query = kind === 'SelectStmt' && !line.isRun ? tree : undefined;
      // A procedure may give back whatever it was given.
      const given = kind === 'CallStmt' ? nodesOf(tree, 'ColumnRef').flatMap(namesIn) : [];
      for (const [column, one] of [...line.fills, ...given].entries()) {
        const name = others.get(one) ?? one;
        this.#fills.set(name, [...(this.#fills.get(name) ?? []), { tree, query, column, line }]);
      }
    }
  }

  /** What a trigger is told, and whether there was a row at all. */
  #isOfRow(name: string): boolean {
    return /^(new|old|found)$/.test(this.#others.get(name) ?? name);
  }

  #fillsOf(name: string): readonly Fill[] | undefined {
    return this.#fills.get(this.#others.get(name) ?? name);
  }

  textsOf(name: string, field?: string): readonly Text[] | undefined {
    return this.#each(name, ({ query, column, line }) =>
      line.isEach ? this.#elementsOf(query) : columnOf(query, field ?? column, this),
    );
  }

  elementsOf(name: string): readonly Text[] | undefined {
    return this.#each(name, ({ query }) => this.#elementsOf(query));
  }

  isSettled(name: string): boolean {
    if (this.#isOfRow(name)) return false;
    return (
      this.#once(`settled ${name}`, () =>
        (this.#fillsOf(name) ?? []).every(
          ({ query, line }) => (line.isSure || line.isFirst) && query !== undefined && isSettled(query, this),
        ),
      ) ?? true
    );
  }

  /** Statements that fill the variables which a statement speaks of, and those which these do. */
  fillersOf(tree: Tree): readonly Tree[] {
    const seen = new Set<Tree>();
    const waiting = [tree];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      for (const name of nodesOf(next, 'ColumnRef').flatMap(namesIn)) {
        for (const filler of (this.#fillsOf(name) ?? []).flatMap((fill) => this.#fillers(fill))) {
          if (seen.has(filler)) continue;
          seen.add(filler);
          waiting.push(filler);
        }
      }
    }
    return [...seen];
  }

  /** Of a text that is run, what it says. */
  #fillers({ tree, line }: Fill): readonly Tree[] {
    if (!line.isRun) return [tree];
    const texts = columnOf(tree, 0, this) ?? [];
    return [tree, ...texts.flatMap((text) => (statementsWith(text) ?? []).map((one) => one.tree))];
  }

  #elementsOf(query: Tree): readonly Text[] | undefined {
    return elementsOf(query?.targetList?.[0]?.ResTarget.val, this);
  }

  #each(name: string, find: (fill: Fill) => readonly Text[] | undefined): readonly Text[] | undefined {
    if (this.#isOfRow(name)) return [{ text: HOLE, isRaw: true, isElsewhere: true }];
    const fills = this.#fillsOf(name);
    if (!fills) return undefined;
    const isElsewhere = !this.isSettled(name);
    const found = this.#once(name, () => fills.map(find)) ?? [undefined];
    return found
      .flatMap((texts) => texts ?? [{ text: HOLE, isRaw: true, isElsewhere }])
      .map((one) => ({ ...one, isElsewhere: one.isElsewhere || isElsewhere }));
  }

  /** Undefined where it is asked while it is being answered: a text to which something is added again and again. */
  #once<T>(what: string, find: () => T): T | undefined {
    if (this.#asked.has(what)) return undefined;
    this.#asked.add(what);
    try {
      return find();
    } finally {
      this.#asked.delete(what);
    }
  }
}
