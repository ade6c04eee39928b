import type { TablePolicy, ViewPolicy } from '../../policies/vocabulary.ts';
import { misuse } from '../console/errors.ts';
import { byText } from './audience.ts';
import { buildPolicies } from './build.ts';
import {
  checkAgainstColumns,
  checkTable,
  checkView,
  fileOf,
  type KnownColumns,
  VIEWS_FILE,
} from './check.ts';
import { TABLES, VIEWS } from './declared.ts';
import { isExplained, printRules, withExplanation } from './explain.ts';
import { buildGrants, buildViewGrants } from './grants.ts';
import { columnsOf, type GrantsNode, nameOf } from './nodes.ts';
import { type PrintOptions, printGrants, printPolicy, printRelation } from './print.ts';

/** One object of the catalog, or the rules behind several, and the statements that leave exactly this object behind, run again or not. */
export interface Chunk {
  /** `policy provider_select on public.patients`, `grants on public.patients to authenticated`. */
  readonly key: string;
  readonly sql: string;
  /** The file whose data this is. */
  readonly file: string;
}

export interface CompiledTable {
  /** `public.patients` */
  readonly name: string;
  readonly file: string;
  readonly chunks: readonly Chunk[];
}

export interface CompileOptions extends PrintOptions {
  /** Where given, columns in lists and conditions must exist. */
  readonly columns?: KnownColumns;
}

export interface CompileAllOptions extends CompileOptions {
  readonly tables?: readonly TablePolicy[];
  readonly views?: readonly ViewPolicy[];
}

/**
 * Compiles one table's rules: its fences, its policies, then its grants. The same data gives the same bytes, in
 * whatever order the file lists rules, roles and columns.
 *
 * @throws CommandError (exit code 2) naming file and rule where the data cannot be meant.
 */
export function compileTable(written: TablePolicy, options: CompileOptions = {}): CompiledTable {
  checkTable(written);
  const table = withExplanation(written);
  const policies = buildPolicies(table);
  if (options.columns !== undefined) {
    const needed = policies.flatMap(({ using, check }) =>
      [using, check].flatMap((node) => (node ? columnsOf(node) : [])),
    );
    checkAgainstColumns(written, options.columns, [...new Set(needed)].sort());
  }
  const name = printRelation(nameOf(table));
  const file = fileOf(table);
  const chunks = [
    ...policies.map((policy) => ({
      key: `policy ${policy.name} on ${name}`,
      sql: printPolicy(policy, options),
      file,
    })),
    ...buildGrants(table).map((grants) => grantsChunk(grants, file)),
    ...(isExplained(written) ? [{ key: `rules of ${name}`, sql: printRules(written), file }] : []),
  ];
  return { name, file, chunks };
}

/**
 * Compiles who may read a view: grants only, since its rows are those that the tables beneath show.
 *
 * @throws CommandError (exit code 2) naming the view where a reader could not read a table beneath it.
 */
export function compileView(view: ViewPolicy, tables: readonly TablePolicy[]): CompiledTable {
  checkView(view, tables);
  return {
    name: printRelation({ schema: view.schema ?? 'public', name: view.viewName }),
    file: VIEWS_FILE,
    chunks: buildViewGrants(view).map((grants) => grantsChunk(grants, VIEWS_FILE)),
  };
}

/**
 * Compiles everything, tables before views, each sorted by name.
 *
 * @param options.tables, options.views what to compile; by default all that policies/index.ts declares.
 * @throws CommandError (exit code 2) for data that cannot be meant, or a table declared twice.
 */
export function compileAll({
  tables = TABLES,
  views = VIEWS,
  ...options
}: CompileAllOptions = {}): readonly Chunk[] {
  const compiled = [
    ...tables.map((table) => compileTable(table, options)).sort(byText(({ name }) => name)),
    ...views.map((view) => compileView(view, tables)).sort(byText(({ name }) => name)),
  ];
  const names = compiled.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw misuse({ problem: `${twice} is declared twice`, expected: 'one file per table' });
  return compiled.flatMap(({ chunks }) => chunks);
}

function grantsChunk(grants: GrantsNode, file: string): Chunk {
  return {
    key: `grants on ${printRelation(grants.relation)} to ${grants.role}`,
    sql: printGrants(grants),
    file,
  };
}
