import { escapeIdentifier } from '../../postgres/quote.ts';
import type { Tree } from '../../sql/parse.ts';
import { BEGINNING } from '../../sql/plpgsql.ts';
import { sqlTokens } from '../../sql/tokens.ts';
import { nodesOf } from '../../sql/walk.ts';

/** One thing that a block does. */
export interface Step {
  /** A statement, or an expression as one that gives it. */
  readonly sql: string;
  /** Whether what it gives is run as a text. */
  readonly isRun: boolean;
  /** Whether it is done in every database: under no condition, in no loop over what is found, behind no early end. */
  readonly isSure: boolean;
  /** Whether it is what a variable begins with, wherever that is. */
  readonly isFirst?: boolean;
  /** Variables that it fills, in the order of its columns. */
  readonly fills: readonly string[];
  /** What is handed over to a text that is run. */
  readonly using?: readonly string[];
  /** Whether they become the elements of what it gives, one after the other. */
  readonly isEach?: boolean;
}

/** What comes to the same wherever it is asked: a loop over it goes through the same everywhere. */
export type IsSettled = (sql: string) => boolean;

/**
 * Follows a block in PL/pgSQL, statement by statement. What stands under IF or CASE, in a loop over what is found, where an exception takes
 * it back, or behind an early end, is done in one database and not in another; whoever replays it sees one of the two.
 *
 * @param block as PostgreSQL's grammar reads it.
 */
export function stepsOf(block: Tree, isSettled: IsSettled): readonly Step[] {
  const reader = new Reader(block.datums, isSettled);
  reader.read(block.action, true);
  return [...declared(block.datums, !reader.hasUnsureBlock), ...reader.steps];
}

/** What variables begin with, and the queries of cursors: no tree tells which block declares them. */
function declared(datums: Tree, isSure: boolean): readonly Step[] {
  return (datums as Tree[]).flatMap((datum) => {
    const { refname, default_val, cursor_explicit_expr: query } = datum.PLpgSQL_var ?? {};
    const fills = [(refname ?? '').replace(BEGINNING, '')];
    return [
      ...(default_val
        ? [{ sql: `select ${textIn(default_val)}`, isRun: false, isFirst: true, isSure, fills }]
        : []),
      ...(query ? [{ sql: textIn(query), isRun: false, isFirst: true, isSure: false, fills }] : []),
    ];
  });
}

class Reader {
  readonly steps: Step[] = [];
  hasUnsureBlock = false;
  readonly #datums: Tree[];
  readonly #isSettled: IsSettled;
  #mayHaveEnded = false;

  constructor(datums: Tree, isSettled: IsSettled) {
    this.#datums = datums;
    this.#isSettled = isSettled;
  }

  read(node: Tree, isSure: boolean): void {
    if (Array.isArray(node)) for (const item of node) this.read(item, isSure);
    else if (node !== null && typeof node === 'object')
      for (const [key, value] of Object.entries(node)) this.#readPart(key, value, isSure);
  }

  #readPart(key: string, value: Tree, isSure: boolean): void {
    const [, kind] = /^PLpgSQL_stmt_(\w+)$/.exec(key) ?? [];
    if (kind !== undefined) this.#readStatement(kind, value, isSure);
    else if (key === 'PLpgSQL_expr') this.#add(expression(value), isSure);
    else if (!/^(target|var)$/.test(key)) this.read(value, isSure);
  }

  #readStatement(kind: string, node: Tree, isSure: boolean): void {
    const { cond, t_expr, body, ...rest } = node;
    const fills = this.#filledBy(kind, node);
    switch (kind) {
      case 'assign': {
        const [target, value] = assigned(textIn(node.expr));
        if (target.includes('(')) this.#add(`select ${target}`, isSure);
        this.#add(`select ${value}`, isSure, { fills });
        return;
      }
      case 'commit':
      case 'rollback':
        this.#add(kind, isSure);
        return;
      case 'if':
      case 'case':
        this.read([cond, t_expr], isSure);
        this.read(rest, false);
        return;
      case 'block': {
        const isWhole = isSure && !node.exceptions && !leaves(body, node.label);
        this.hasUnsureBlock ||= !isWhole;
        this.read([body, node.exceptions], isWhole);
        return;
      }
      case 'execsql':
        this.#add(textIn(node.sqlstmt), isSure, { fills });
        return;
      case 'dynexecute':
        this.#add(expression(node.query.PLpgSQL_expr), isSure, { isRun: true, fills, using: handedBy(node) });
        this.read(node.params, isSure);
        return;
      default: {
        // Loops, cursors, RETURN and the like.
        const { query, dynquery, expr, ...others } = rest;
        const isDynamic = kind === 'dynfors';
        const run = dynquery ?? (isDynamic ? query : undefined);
        this.read(cond, isSure);
        if (run)
          this.#add(expression(run.PLpgSQL_expr), isSure, { isRun: true, fills, using: handedBy(node) });
        if (query && !isDynamic) this.#add(textIn(query), isSure, { fills });
        if (expr) this.#add(expression(expr.PLpgSQL_expr), isSure, { fills, isEach: true });
        if (!run && !query && !expr && fills.length > 0)
          this.#add(this.#given(kind, node), isSure, { fills, isEach: kind === 'fori' });
        this.read(others, isSure);
        this.read(body, isSure && this.#isCounted(kind, node));
        this.#mayHaveEnded ||= kind === 'return' && !isSure;
      }
    }
  }

  #add(sql: string, isSure: boolean, more: Partial<Step> = {}): void {
    this.steps.push({ sql, isRun: false, fills: [], ...more, isSure: isSure && !this.#mayHaveEnded });
  }

  /** What fills variables that no query of the statement's own does. */
  #given(kind: string, { curvar, lower, upper, step }: Tree): string {
    if (kind === 'getdiag') return 'select (select)';
    if (kind === 'fori') return numbers(textIn(lower), textIn(upper), step && textIn(step));
    return `select ${this.#namesOf(this.#datums[curvar ?? 0])
      .map(escapeIdentifier)
      .join()}`;
  }

  /** Whether a loop goes through what stands in the text, to its end: it does the same everywhere. */
  #isCounted(kind: string, { body, lower, upper, step, expr, query }: Tree): boolean {
    if (/"PLpgSQL_stmt_(exit|return)"/.test(JSON.stringify(body ?? []))) return false;
    const heads = { fori: [lower, upper, step], foreach_a: [expr], fors: [query] }[kind];
    return heads?.every((head) => !head || this.#isSettled(expression(head.PLpgSQL_expr))) ?? false;
  }

  /** By the names under which the grammar knows them: a target may be told with that of its block. */
  #filledBy(kind: string, node: Tree): readonly string[] {
    const numbers = [
      ...(/^(assign|foreach_a)$/.test(kind) ? [node.varno] : kind === 'open' ? [node.curvar] : []),
      ...((node.diag_items ?? []) as Tree[]).map(({ PLpgSQL_diag_item: { target } }) => target),
    ] as (number | undefined)[];
    const targets = [...numbers.map((number) => this.#datums[number ?? 0]), node.target ?? node.var];
    return targets.flatMap((target) => this.#namesOf(target));
  }

  /** Of a list its variables, and of a field its row. */
  #namesOf(datum: Tree): readonly string[] {
    const { PLpgSQL_row: row, PLpgSQL_recfield: field } = datum ?? {};
    const of = (number = 0) => this.#namesOf(this.#datums[number]);
    if (row) return ((row.fields ?? []) as Tree[]).flatMap(({ varno }) => of(varno));
    if (field) return of(field.recparentno);
    return Object.values<Tree>(datum ?? {}).flatMap(({ refname }) => refname ?? []);
  }
}

/** The numbers of a loop as an array: each of them where they are few and stand there. */
function numbers(lower: string, upper: string, step = '1'): string {
  const [from, to, by] = [lower, upper, step].map(Number) as [number, number, number];
  const count = Math.floor(Math.abs(to - from) / by) + 1;
  if (!(count <= 64)) return `select array[(${lower})::integer + (${upper}) + (${step})]::integer[]`;
  return `select array[${Array.from({ length: count }, (_, at) => from + (from > to ? -at : at) * by).join()}]`;
}

/** Whether a block may be left before its end by its own name. */
function leaves(body: Tree, label: string | undefined): boolean {
  return label !== undefined && nodesOf(body, 'PLpgSQL_stmt_exit').some((exit) => exit.label === label);
}

function handedBy({ params }: Tree): readonly string[] {
  return ((params ?? []) as Tree[]).map(({ PLpgSQL_expr }) => expression(PLpgSQL_expr));
}

function textIn(node: Tree): string {
  return node.PLpgSQL_expr.query;
}

/** An expression as the statement that gives it: what stands for itself is one already. */
function expression({ query, parseMode }: Tree): string {
  return parseMode === 0 ? query : `select ${query}`;
}

/** `a.b[1] := c` in its two halves. */
function assigned(text: string): readonly [target: string, value: string] {
  let depth = 0;
  const sign = sqlTokens(text).find(({ text: token }) => {
    depth += token === '[' ? 1 : token === ']' ? -1 : 0;
    return depth === 0 && /^:?=$/.test(token);
  });
  return [text.slice(0, sign?.start), sign ? text.slice(sign.end) : ''];
}
