import type { ClientBase } from 'pg';
import { parseSql, type Tree } from '../sql/parse.ts';
import { plainArray } from './check-code.ts';

/** What PostgreSQL knows about a column and information_schema does not tell. */
export interface ColumnFacts {
  readonly nullable: boolean;
  /** The only texts that a CHECK constraint lets in, for a text column or the elements of a text array. */
  readonly values?: readonly string[];
  /** Always computed by the database: cannot be written. */
  readonly generated: boolean;
}

/** `public.patients.status` → facts. */
export type FactsByColumn = ReadonlyMap<string, ColumnFacts>;

/** Reads the facts about the columns of tables; views inherit theirs (see `viewFacts`). */
export async function readColumnFacts(
  client: ClientBase,
  schemas: readonly string[],
): Promise<FactsByColumn> {
  const { rows } = await client.query<{
    name: string;
    nullable: boolean;
    generated: boolean;
    checks: string[];
  }>(
    `select n.nspname || '.' || c.relname || '.' || a.attname as name, not a.attnotnull as nullable,
        a.attgenerated <> '' or a.attidentity = 'a' as generated,
        array(select pg_get_expr(k.conbin, k.conrelid) from pg_constraint as k
          where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] order by k.conname) as checks
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      order by 1`,
    [schemas],
  );
  const facts = new Map<string, ColumnFacts>();
  for (const { name, nullable, generated, checks } of rows) {
    const values = await valuesOf(checks, name);
    facts.set(name, { nullable, generated, ...(values && { values }) });
  }
  return facts;
}

/** The texts that every one of a column's checks allows, as far as the checks list texts. */
async function valuesOf(checks: readonly string[], name: string): Promise<string[] | undefined> {
  let allowed: string[] | undefined;
  for (const check of checks) {
    const [statement] = await parseSql(`select ${check}`, `a check of ${name}`);
    for (const term of conjuncts(statement?.tree.targetList[0].ResTarget.val)) {
      const values = listedTexts(term);
      if (values) allowed = allowed ? allowed.filter((value) => values.includes(value)) : values;
    }
  }
  return allowed;
}

/** Whether a check lists texts and says nothing else. */
export const isListOfTexts = (check: Tree): boolean => listedTexts(check) !== undefined;

function conjuncts(expression: Tree): Tree[] {
  const { BoolExpr } = expression;
  return BoolExpr?.boolop === 'AND_EXPR' ? (BoolExpr.args as Tree[]).flatMap(conjuncts) : [expression];
}

/** `column = any (array['a', 'b'])`, `column = 'a'`, `column <@ array['a', 'b']`. */
function listedTexts({ A_Expr: expression }: Tree): string[] | undefined {
  if (!expression || !withoutCast(expression.lexpr)?.ColumnRef) return undefined;
  const operator = expression.name.at(-1).String.sval as string;
  const right = withoutCast(expression.rexpr);
  if (operator === '=' && expression.kind === 'AEXPR_OP') return texts([right]);
  const isList = (operator === '=' && expression.kind === 'AEXPR_OP_ANY') || operator === '<@';
  if (!isList) return undefined;
  return right?.A_ArrayExpr ? texts(right.A_ArrayExpr.elements ?? []) : plainArray(texts([right])?.[0]);
}

function texts(nodes: readonly Tree[]): string[] | undefined {
  const values = nodes.map((node) => withoutCast(node)?.A_Const?.sval?.sval as string | undefined);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function withoutCast(node: Tree): Tree {
  return node?.TypeCast ? withoutCast(node.TypeCast.arg) : node;
}
