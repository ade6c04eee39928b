import type { ClientBase } from 'pg';
import { parseSql, type Tree } from '../sql/parse.ts';
import { nodesOf } from '../sql/walk.ts';
import type { ColumnFacts, FactsByColumn } from './column-facts.ts';

/**
 * Says of each view column what holds of the table column behind it. PostgreSQL calls every view column nullable; here only
 * those are that are nullable in the table, come from the optional side of an outer join (masked, where the caller may not
 * see them), or are computed.
 *
 * @param tables the facts about table columns.
 * @returns facts by `schema.view.column`.
 */
export async function readViewFacts(
  client: ClientBase,
  schemas: readonly string[],
  tables: FactsByColumn,
): Promise<FactsByColumn> {
  const known = new Map<string, ColumnFacts>(tables);
  const facts = new Map<string, ColumnFacts>();
  for (const { view, columns } of await readViewSources(client, schemas)) {
    for (const { column, source } of columns) {
      const { nullable = true, values } = (source && known.get(source.column)) ?? {};
      const fact = {
        nullable: nullable || (source?.isOptional ?? true),
        generated: false,
        ...(values && { values }),
      };
      facts.set(`${view}.${column}`, fact);
      known.set(`${view}.${column}`, fact);
    }
  }
  return facts;
}

/**
 * The views that nobody writes who comes through the API: PostgreSQL calls a plain view writable, whoever may write it.
 *
 * @returns their names: `public.patient_profiles`.
 */
export async function readClosedViews(
  client: ClientBase,
  schemas: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ view: string }>(
    `select n.nspname || '.' || c.relname as view
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('v', 'm')
        and not exists (
          select from pg_roles as r
          where r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient', 'service_role')
            and (has_any_column_privilege(r.oid, c.oid, 'insert') or has_any_column_privilege(r.oid, c.oid, 'update'))
        )`,
    [schemas],
  );
  return new Set(rows.map(({ view }) => view));
}

export interface ViewSources {
  /** `public.patient_profiles` */
  readonly view: string;
  /** Every relation that it names, in a sub-query too: `public.patients`. */
  readonly relations: readonly string[];
  readonly columns: readonly { readonly column: string; readonly source?: Source }[];
}

/** The table column behind each column of each view, in the order of creation: a view on a view comes after it. */
export async function readViewSources(
  client: ClientBase,
  schemas: readonly string[],
): Promise<readonly ViewSources[]> {
  const { rows } = await client.query<{ view: string; definition: string; columns: string[] }>(
    `select n.nspname || '.' || c.relname as view, pg_get_viewdef(c.oid) as definition,
        array(select a.attname::text from pg_attribute as a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('v', 'm')
      order by c.oid`,
    [schemas],
  );
  const views: ViewSources[] = [];
  for (const { view, definition, columns } of rows) {
    const [statement] = await parseSql(definition, view);
    const sources = statement ? sourcesOf(statement.tree, columns) : [];
    views.push({
      view,
      relations: nodesOf(statement?.tree ?? {}, 'RangeVar').map(nameOf),
      columns: columns.map((column, index) => {
        const source = sources[index];
        return { column, ...(source && { source }) };
      }),
    });
  }
  return views;
}

interface Source {
  /** `public.patients.mrn` */
  readonly column: string;
  readonly isOptional: boolean;
}

interface Range {
  readonly alias: string;
  readonly table: string;
  readonly isOptional: boolean;
}

/** The table column behind each output column; undefined for what is computed, and for all of a union or grouping. */
function sourcesOf(select: Tree, columns: readonly string[]): (Source | undefined)[] {
  const isPlain =
    select.op === 'SETOP_NONE' && !select.groupClause && !select.withClause && !select.valuesLists;
  if (!isPlain) return columns.map(() => undefined);
  const ranges = ((select.fromClause ?? []) as Tree[]).flatMap((item) => rangesOf(item, false));
  return ((select.targetList ?? []) as Tree[]).map(({ ResTarget }) => {
    const fields = ResTarget.val.ColumnRef?.fields as Tree[] | undefined;
    const names = fields?.map((field) => field.String?.sval as string | undefined);
    if (!names || names.includes(undefined)) return undefined;
    // With a single table, PostgreSQL leaves the alias out.
    const range =
      names.length === 1 && ranges.length === 1
        ? ranges[0]
        : ranges.find(({ alias }) => alias === names.at(-2));
    return range && { column: `${range.table}.${names.at(-1)}`, isOptional: range.isOptional };
  });
}

/** A definition leaves out the schema that the search path finds. */
function nameOf({ schemaname, relname }: Tree): string {
  return `${schemaname ?? 'public'}.${relname}`;
}

function rangesOf(item: Tree, isOptional: boolean): Range[] {
  const { RangeVar, JoinExpr } = item;
  if (RangeVar) {
    return [{ alias: RangeVar.alias?.aliasname ?? RangeVar.relname, table: nameOf(RangeVar), isOptional }];
  }
  if (!JoinExpr) return [];
  const type = JoinExpr.jointype as string;
  return [
    ...rangesOf(JoinExpr.larg, isOptional || type === 'JOIN_RIGHT' || type === 'JOIN_FULL'),
    ...rangesOf(JoinExpr.rarg, isOptional || type === 'JOIN_LEFT' || type === 'JOIN_FULL'),
  ];
}
