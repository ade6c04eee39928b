import type { Tree } from '../sql/parse.ts';
import { javaScriptPattern } from './posix-pattern.ts';

/** What a piece of code gives: how it compares, and what may be asked of it. */
export type Kind =
  | 'truth'
  | 'text'
  | 'uuid'
  | 'number'
  | 'instant'
  | 'day'
  | 'duration'
  | 'json'
  | 'texts'
  | 'opaque';

export interface Code {
  readonly code: string;
  readonly kind: Kind;
}

/** Why a CHECK has no counterpart in TypeScript. */
export class NotExpressible extends Error {}

/** The code that reads a column, for each column of the table. */
export type Columns = ReadonlyMap<string, Code>;

/**
 * Writes a CHECK's expression in TypeScript, over the functions of client/zod-sql.ts.
 *
 * @param tree the expression, parsed.
 * @returns code that gives true, false or null.
 * @throws NotExpressible with a reason, for whatever is not known to mean the same.
 */
export function checkCode(tree: Tree, columns: Columns): string {
  return truth(expression(tree, columns));
}

const no = (reason: string): never => {
  throw new NotExpressible(reason);
};
const call = (name: string, ...args: readonly string[]) => `sql.${name}(${args.join(', ')})`;
const quoted = (text: string) => JSON.stringify(text);
const listed = (texts: readonly string[]) => `[${texts.map(quoted).join(', ')}]`;

function truth({ code, kind }: Code): string {
  return kind === 'truth' ? code : no(`a ${kind} stands where a condition does`);
}

function expression(node: Tree, columns: Columns): Code {
  const of = (each: Tree) => expression(each, columns);
  const [name = '', inner] = Object.entries(node)[0] as [string, Tree];
  switch (name) {
    case 'ColumnRef':
      return columns.get(inner.fields.at(-1).String?.sval) ?? no('it names something that is no column');
    case 'A_Const':
      return constant(inner);
    case 'BoolExpr': {
      const terms = (inner.args as Tree[]).map((each) => truth(of(each)));
      const operator = { AND_EXPR: 'and', OR_EXPR: 'or', NOT_EXPR: 'not' }[inner.boolop as string] ?? '';
      return { code: call(operator, ...terms), kind: 'truth' };
    }
    case 'NullTest': {
      const test = inner.nulltesttype === 'IS_NULL' ? 'isNull' : 'isNotNull';
      return { code: call(test, of(inner.arg).code), kind: 'truth' };
    }
    case 'BooleanTest':
      if (inner.booltesttype !== 'IS_TRUE') return no(`it asks ${inner.booltesttype}`);
      return { code: `(${truth(of(inner.arg))} === true)`, kind: 'truth' };
    case 'CaseExpr':
      return choice(inner, of);
    case 'TypeCast':
      return cast(inner, of);
    case 'FuncCall':
      return functionCall(inner, of);
    case 'A_Expr':
      return operation(inner, of);
    default:
      return no(`it holds a ${name}`);
  }
}

type Of = (node: Tree) => Code;

function constant({ sval, ival, fval, boolval, isnull }: Tree): Code {
  if (isnull) return { code: 'null', kind: 'opaque' };
  if (sval) return { code: quoted(sval.sval ?? ''), kind: 'text' };
  if (boolval) return { code: String(boolval.boolval ?? false), kind: 'truth' };
  return number(String(ival ? (ival.ival ?? 0) : fval?.fval));
}

function number(text: string): Code {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return { code: String(value), kind: 'number' };
  return /^-?\d+$/.test(text) ? { code: `${text}n`, kind: 'number' } : no(`the number ${text}`);
}

function choice({ arg, args, defresult }: Tree, of: Of): Code {
  const branches = (args as Tree[]).map(({ CaseWhen: { expr, result } }) => {
    const when = arg ? comparison('eq', of(arg), of(expr)) : truth(of(expr));
    return `${when} === true ? ${truth(of(result))} : `;
  });
  return { code: `(${branches.join('')}${defresult ? truth(of(defresult)) : 'null'})`, kind: 'truth' };
}

function cast({ arg, typeName }: Tree, of: Of): Code {
  const type = (typeName.names as Tree[]).at(-1)?.String.sval + (typeName.arrayBounds ? '[]' : '');
  const literal = arg.A_Const?.sval ? ((arg.A_Const.sval.sval ?? '') as string) : undefined;
  if (literal !== undefined) return castLiteral(literal, type);
  const inner = of(arg);
  if (type === 'text' || type === 'varchar') {
    if (inner.kind === 'text') return inner;
    if (inner.kind === 'json') return { code: call('jsonText', inner.code), kind: 'text' };
    if (inner.kind === 'texts') return { code: call('arrayText', inner.code), kind: 'text' };
  }
  if (type === 'numeric' && inner.kind === 'text')
    return { code: call('numeric', inner.code), kind: 'number' };
  if (['numeric', 'int8', 'int4', 'int2'].includes(type) && inner.kind === 'number') return inner;
  return no(`it casts a ${inner.kind} to ${type}`);
}

function castLiteral(text: string, type: string): Code {
  switch (type) {
    case 'text':
      return { code: quoted(text), kind: 'text' };
    case 'int8':
    case 'int4':
    case 'int2':
    case 'numeric':
      return number(text);
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? { code: quoted(text), kind: 'day' } : no(`the date ${text}`);
    case 'interval':
      return { code: `${microseconds(text)}n`, kind: 'duration' };
    case 'jsonb':
      return { code: `JSON.parse(${quoted(text)})`, kind: 'json' };
    case 'text[]':
      if (text === '{}') return { code: '[]', kind: 'texts' };
      return { code: listed(plainArray(text) ?? no('an array whose elements are quoted')), kind: 'texts' };
    default:
      return no(`it holds a ${type}`);
  }
}

/** `01:00:00`, `90 days`: what has the same length whenever it is. */
function microseconds(text: string): bigint {
  const [, days, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+) days?)?(?: ?(\d\d):(\d\d):(\d\d))?$/.exec(text) ?? no(`the interval ${text}`);
  const total = ((Number(days ?? 0) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(total) * 1_000_000n;
}

/** `{finance,transport}`; an array literal that quotes or escapes anything is left as it is. */
export function plainArray(literal: string | undefined): string[] | undefined {
  return /^\{\w+(,\w+)*\}$/.test(literal ?? '') ? literal?.slice(1, -1).split(',') : undefined;
}

function functionCall({ funcname, args = [] }: Tree, of: Of): Code {
  const names = (funcname as Tree[]).map(({ String: { sval } }) => sval as string);
  const name = names.join('.').replace(/^pg_catalog\./, '');
  const wants = (kind: Kind, code: (...args: string[]) => string, gives: Kind): Code => {
    const given = (args as Tree[]).map(of);
    if (given[0]?.kind !== kind) return no(`it calls ${name}() for a ${given[0]?.kind}`);
    return { code: code(...given.map((each) => each.code)), kind: gives };
  };
  switch (name) {
    case 'length':
      return wants('text', (text) => call('length', text), 'number');
    case 'btrim':
      return args.length === 1
        ? wants('text', (text) => call('btrim', text), 'text')
        : no('it trims other characters than spaces');
    case 'lower': {
      const collation = args[0]?.CollateClause?.collname.at(-1).String.sval;
      if (collation !== 'C') return no('what is a lower-case letter is up to the locale of the server');
      const inner = of(args[0].CollateClause.arg);
      return inner.kind === 'text' ? { code: call('lowerC', inner.code), kind: 'text' } : no('lower()');
    }
    case 'cardinality':
      return wants('texts', (array) => call('cardinality', array), 'number');
    case 'jsonb_typeof':
      return wants('json', (value) => call('jsonType', value), 'text');
    case 'isfinite':
      return wants('instant', (moment) => call('isfinite', moment), 'truth');
    case 'num_nulls':
    case 'num_nonnulls': {
      const values = (args as Tree[]).map((each) => of(each).code);
      return { code: call(name === 'num_nulls' ? 'nulls' : 'nonNulls', ...values), kind: 'number' };
    }
    default:
      return no(`it calls ${name}()`);
  }
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '=': 'eq',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

function operation({ kind, name, lexpr, rexpr }: Tree, of: Of): Code {
  const names = name as Tree[];
  const operator = names.at(-1)?.String.sval as string;
  if (names.length > 1) return no('its operator is not one of PostgreSQL’s own');
  const isAny = kind === 'AEXPR_OP_ANY' && operator === '=';
  if (isAny || (kind === 'AEXPR_OP_ALL' && operator === '<>')) {
    const found = call('oneOf', equatable(of(lexpr)), list(rexpr, of));
    return { code: isAny ? found : call('not', found), kind: 'truth' };
  }
  if (kind !== 'AEXPR_OP' || !lexpr) return no(`it holds ${kind} ${operator}`);
  if (operator === '~' || operator === '!~') return pattern(of(lexpr), rexpr, operator);
  const [left, right] = [of(lexpr), of(rexpr)];
  if (operator in COMPARISONS)
    return { code: comparison(COMPARISONS[operator] ?? '', left, right), kind: 'truth' };
  switch (`${left.kind} ${operator} ${right.kind}`) {
    case 'texts <@ texts':
      return { code: call('within', left.code, right.code), kind: 'truth' };
    case 'json ?& texts':
      return { code: call('hasKeys', left.code, right.code), kind: 'truth' };
    case 'json - texts':
      return { code: call('jsonWithout', left.code, right.code), kind: 'json' };
    case 'json -> text':
      return { code: call('jsonField', left.code, right.code), kind: 'json' };
    case 'json ->> text':
      return { code: call('jsonFieldText', left.code, right.code), kind: 'text' };
    case 'instant - instant':
      return { code: call('minus', left.code, right.code), kind: 'duration' };
    case 'instant + duration':
      // A day of the calendar may have 23 or 25 hours where the server stands.
      if (/day|mon|year/.test(JSON.stringify(rexpr)))
        return no('a day has the length that the time zone gives it');
      return { code: call('plus', left.code, right.code), kind: 'instant' };
    default:
      return no(`it asks for ${left.kind} ${operator} ${right.kind}`);
  }
}

function comparison(name: string, left: Code, right: Code): string {
  if (left.kind !== right.kind) return no(`it compares a ${left.kind} with a ${right.kind}`);
  if (left.kind === 'json') return call(name, call('jsonText', left.code), call('jsonText', right.code));
  const isOrdered = ['number', 'instant', 'day', 'duration'].includes(left.kind);
  if (!isOrdered && name !== 'eq' && name !== 'ne')
    return no('texts are ordered by the locale of the server');
  if (left.kind === 'opaque' || left.kind === 'texts')
    return no('it compares values of a type not known here');
  return call(name, left.code, right.code);
}

const equatable = ({ code, kind }: Code) =>
  kind === 'text' || kind === 'number' ? code : no(`it looks for a ${kind} in a list`);

function list(node: Tree, of: Of): string {
  const array = node.TypeCast?.arg.A_ArrayExpr ?? node.A_ArrayExpr;
  if (array) return `[${((array.elements ?? []) as Tree[]).map((each) => equatable(of(each))).join(', ')}]`;
  const { code, kind } = of(node);
  return kind === 'texts' ? code : no(`it looks into a ${kind}`);
}

function pattern(text: Code, right: Tree, operator: string): Code {
  const literal = (right.TypeCast?.arg ?? right).A_Const?.sval?.sval as string | undefined;
  const source = literal === undefined || text.kind !== 'text' ? undefined : javaScriptPattern(literal);
  if (source === undefined) return no('its regular expression means something else in JavaScript');
  const escaped = source.replace(/[\n\r\u2028\u2029]/g, (each) => `\\u{${each.charCodeAt(0).toString(16)}}`);
  const found = call('matches', text.code, `/${escaped}/su`);
  return { code: operator === '~' ? found : call('not', found), kind: 'truth' };
}
