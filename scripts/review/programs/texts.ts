import { escapeIdentifier, quoteLiteral } from '../../postgres/quote.ts';
import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';

/** A text that an expression may come to. */
export interface Text {
  /** With {@link HOLE} for what nobody knows beforehand. */
  readonly text: string;
  /** Whether a hole may hold any words, and not only a name or a value in quotes. */
  readonly isRaw: boolean;
  /** Whether it comes from rows, settings or the hour: in another database it is another one. */
  readonly isElsewhere: boolean;
}

/** A letter that no name of anybody's holds. */
export const HOLE = '\uE000';

/** What variables say. */
export interface Variables {
  /** Undefined where it is none: a parameter, of which whoever calls decides. */
  readonly textsOf: (name: string, field?: string) => readonly Text[] | undefined;
  readonly elementsOf: (name: string) => readonly Text[] | undefined;
  /** Whether it is the same wherever the block runs. */
  readonly isSettled: (name: string) => boolean;
}

export const NO_VARIABLES: Variables = {
  textsOf: () => undefined,
  elementsOf: () => undefined,
  isSettled: () => true,
};

/** More than so many texts are none that anybody reads. */
const MANY = 64;

/** Every text that an expression may come to. */
function textsOf(tree: Tree, variables: Variables): readonly Text[] {
  const unknown = (isRaw: boolean): readonly Text[] => [
    { text: HOLE, isRaw, isElsewhere: !isSettled(tree, variables) },
  ];
  const of = (other: Tree) => textsOf(other, variables);
  const [kind = '', node = {}] = Object.entries<Tree>(tree ?? {})[0] ?? [];
  switch (kind) {
    case 'A_Const':
      return [{ text: constant(node), isRaw: false, isElsewhere: false }];
    case 'TypeCast': {
      const type = node.typeName.names.at(-1).String.sval as string;
      const isList = (node.typeName.arrayBounds ?? []).length > 0;
      if (/^(text|varchar|bpchar|name|unknown)$/.test(type) && !isList) return of(node.arg);
      if (/^reg/.test(type)) return of(node.arg).map((one) => named(one, isOfHere(node)));
      if (!/^(int[248]|numeric|bool|uuid|date|timestamptz?)$/.test(type) || isList) return unknown(true);
      return node.arg.A_Const && !isOfHere(node) ? of(node.arg) : unknown(false);
    }
    case 'A_Expr':
      if (node.name.at(-1).String.sval !== '||') return unknown(true);
      return joined([of(node.lexpr), of(node.rexpr)]) ?? unknown(true);
    case 'CoalesceExpr':
      return (node.args as Tree[]).flatMap(of);
    case 'CaseExpr': {
      const results = [...(node.args as Tree[]).map(({ CaseWhen }) => CaseWhen.result), node.defresult];
      return results
        .filter((result) => result !== undefined)
        .flatMap(of)
        .map((one) => ({ ...one, isElsewhere: true }));
    }
    case 'ColumnRef': {
      // Of a row its column; of a block or a function that is named, its variable.
      const [name = '', field, ...more] = namesIn(node);
      const found = variables.textsOf(name, field) ?? (field && variables.textsOf(field));
      return (more.length === 0 && found) || unknown(true);
    }
    case 'SubLink':
      return node.subLinkType === 'EXPR_SUBLINK'
        ? firstOf(node.subselect.SelectStmt, variables)
        : unknown(true);
    case 'FuncCall':
      return called(node, variables) ?? unknown(true);
    default:
      return unknown(true);
  }
}

/** What is told as a name of the catalog: in quotes, and by its number only where that is. */
function named(one: Text, isOfHere: boolean): Text {
  if (!isOfHere && !one.text.includes(HOLE)) return one;
  return { text: `"${HOLE}"`, isRaw: false, isElsewhere: one.isElsewhere || isOfHere };
}

/** What a column of a query may come to, by its place or by its name. */
export function columnOf(
  query: Tree,
  which: number | string,
  variables: Variables,
): readonly Text[] | undefined {
  if (query?.valuesLists && typeof which === 'number')
    return (query.valuesLists as Tree[]).flatMap(({ List }) => textsOf(List.items[which], variables));
  const targets = ((query?.targetList ?? []) as Tree[]).map(({ ResTarget }) => ResTarget);
  const target =
    typeof which === 'number'
      ? targets[which]
      : targets.find(({ name, val }) => (name ?? ownName(val)) === which);
  if (!target) return undefined;
  // Beside a table a name may be its column's.
  const named = query.fromClause
    ? { ...NO_VARIABLES, isSettled: (name: string) => variables.isSettled(name) }
    : variables;
  const isElsewhere = !isSettled({ ...query, targetList: [] }, variables);
  return textsOf(target.val, named).map((one) => ({
    ...one,
    isElsewhere: one.isElsewhere || isElsewhere,
  }));
}

function firstOf(query: Tree, variables: Variables): readonly Text[] {
  return columnOf(query, 0, variables) ?? [{ text: HOLE, isRaw: true, isElsewhere: true }];
}

function ownName(value: Tree): string | undefined {
  return (value.ColumnRef?.fields ?? value.FuncCall?.funcname)?.at(-1).String?.sval;
}

/** The elements of an array. */
export function elementsOf(tree: Tree, variables: Variables): readonly Text[] | undefined {
  if (tree?.A_ArrayExpr)
    return ((tree.A_ArrayExpr.elements ?? []) as Tree[]).flatMap((one) => textsOf(one, variables));
  if (tree?.TypeCast) return elementsOf(tree.TypeCast.arg, variables);
  const { fields } = tree?.ColumnRef ?? {};
  if (fields?.length === 1) return variables.elementsOf(fields[0].String?.sval ?? '');
  const { sval } = tree?.A_Const?.sval ?? {};
  if (!/^\{[\w\s,.]*\}$/.test(sval ?? '')) return undefined;
  const parts = (sval as string).slice(1, -1).split(',');
  return parts.map((text) => ({ text: text.trim(), isRaw: false, isElsewhere: false }));
}

/** Functions that answer the same wherever they are asked; a database's own name is only ever its own. */
const ANSWER_THE_SAME =
  /^(format|quote_(ident|literal|nullable)|concat(_ws)?|lower|upper|initcap|replace|reverse|left|right|substr(ing)?|repeat|[lr]pad|[blr]?trim|chr|ascii|md5|translate|split_part|overlay|regexp_\w+|array_\w+|string_to_array|string_agg|unnest|generate_series|encode|decode|convert_(from|to)|to_hex|\w*length|position|strpos|jsonb?_\w+|abs|mod|div|current_database|current_catalog)$/;

/** Whether what it asks is the same in every database. */
export function isSettled(tree: Tree, variables: Variables): boolean {
  const isOwn = (reference: Tree) => namesIn(reference).every((name) => variables.isSettled(name));
  return (
    nodesOf(tree, 'RangeVar').length === 0 &&
    nodesOf(tree, 'SQLValueFunction').every(({ op }) => op === 'SVFOP_CURRENT_CATALOG') &&
    nodesOf(tree, 'TypeCast').every((cast) => !isOfHere(cast)) &&
    nodesOf(tree, 'FuncCall').every((call) => ANSWER_THE_SAME.test(nameOf(call))) &&
    nodesOf(tree, 'ColumnRef').every(isOwn) &&
    nodesOf(tree, 'ParamRef').every(({ number = 0 }) => variables.isSettled(`$${number}`))
  );
}

/** `'now'::timestamptz`, and `10::regrole`: the hour, and what has that number here. */
function isOfHere({ typeName, arg }: Tree): boolean {
  const type = typeName.names.at(-1).String.sval as string;
  const { sval, ival } = arg.A_Const ?? {};
  if (/^reg/.test(type)) return ival !== undefined || /^\d/.test(sval?.sval ?? '');
  return /^(date|time)/.test(type) && /^\s*(now|today|tomorrow|yesterday)/i.test(sval?.sval ?? '');
}

/** The names that a reference is made of. */
export function namesIn({ fields }: Tree): readonly string[] {
  return (fields as Tree[]).flatMap(({ String: part }) => part?.sval ?? []);
}

/** Of a function of PostgreSQL's own; empty where it may be somebody else's. */
function nameOf(call: Tree): string {
  const names = ((call?.funcname ?? []) as Tree[]).map(({ String: { sval } }) => sval as string);
  return names.length === 1 || names[0] === 'pg_catalog' ? (names.at(-1) ?? '') : '';
}

function called(call: Tree, variables: Variables): readonly Text[] | undefined {
  const args = ((call.args ?? []) as Tree[]).map((arg) => () => textsOf(arg, variables));
  if (call.func_variadic) return undefined;
  const [first, second] = args;
  switch (nameOf(call)) {
    case 'format':
      return first && formatted(first(), args);
    case 'concat':
      return joined(args.map((arg) => arg()));
    case 'quote_ident':
      return first?.().map((one) => quoted(one, 'I'));
    case 'quote_literal':
    case 'quote_nullable':
      return first?.().map((one) => quoted(one, 'L'));
    case 'unnest':
      return elementsOf(call.args[0], variables);
    case 'string_agg':
      // Two of them show what stands between.
      return first && second && joined([first(), second(), first()]);
    default:
      return undefined;
  }
}

function formatted(patterns: readonly Text[], args: readonly (() => readonly Text[])[]) {
  const found = patterns.map((pattern) => (pattern.isRaw ? undefined : filledIn(pattern, args)));
  return found.every((texts) => texts !== undefined) ? found.flat() : undefined;
}

/** `format(pattern, …)`. */
function filledIn(pattern: Text, args: readonly (() => readonly Text[])[]): readonly Text[] | undefined {
  let next = 1;
  let isKnown = true;
  const parts = pattern.text.split(/(%%|%(?:\d+\$)?(?:-?\d*)[sIL])/).map((part): readonly Text[] => {
    const [, place, kind] = /^%(?:(\d+)\$)?-?\d*([sIL])$/.exec(part) ?? [];
    if (kind === undefined) {
      // A width that is an argument: how the others are numbered hangs on it.
      isKnown &&= part === '%%' || !part.includes('%');
      return [{ ...pattern, text: part === '%%' ? '%' : part }];
    }
    const at = place === undefined ? next : Number(place);
    next = at + 1;
    return (args[at]?.() ?? []).map((one) => (kind === 's' ? one : quoted(one, kind)));
  });
  return isKnown ? joined(parts) : undefined;
}

function quoted(one: Text, how: string): Text {
  const text = how === 'I' ? escapeIdentifier(one.text || HOLE) : quoteLiteral(one.text);
  return { ...one, text, isRaw: false };
}

/** Every way to put one of each behind the other; undefined where there are too many. */
function joined(parts: readonly (readonly Text[])[]): readonly Text[] | undefined {
  let found: readonly Text[] = [{ text: '', isRaw: false, isElsewhere: false }];
  for (const part of parts) {
    if (found.length * part.length > MANY) return undefined;
    found = found.flatMap((one) =>
      part.map((other) => ({
        text: one.text + other.text,
        isRaw: one.isRaw || other.isRaw,
        isElsewhere: one.isElsewhere || other.isElsewhere,
      })),
    );
  }
  return found;
}

function constant({ sval, ival, fval, boolval }: Tree): string {
  return String(sval?.sval ?? fval?.fval ?? (ival && (ival.ival ?? 0)) ?? boolval?.boolval ?? '');
}
