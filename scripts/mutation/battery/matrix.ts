import type pg from 'pg';
import { EVERYBODY, type Persona } from '../../../testing/personas.ts';
import { observeAudiences } from '../../../tests/support/matrix/audiences.ts';
import { differingCells, type Matrix } from '../../../tests/support/matrix/cell.ts';
import { differingColumns, observeColumns } from '../../../tests/support/matrix/columns.ts';
import { differingGrants } from '../../../tests/support/matrix/grants.ts';
import { observeMatrix } from '../../../tests/support/matrix/matrix.ts';
import { differingStates, observeRowStates } from '../../../tests/support/matrix/row-states.ts';
import { nested } from '../../../tests/support/nested.ts';
import { TABLES } from '../../policy/declared.ts';
import type { Kill } from './kill.ts';

/** How many personas are asked before anybody looks whether the mutant is dead. */
const AT_ONCE = 6;

const RULED = new Set(TABLES.map(({ schema, tableName }) => `${schema ?? 'public'}.${tableName}`));

/** Whether the matrix has questions about a relation. */
export function isRuled(relation: string): boolean {
  return RULED.has(relation);
}

/**
 * Asks the personas for one table, or for all tables and views, until a cell differs from the rules.
 *
 * @param options.role only those who log in with it.
 */
export async function askMatrix(
  client: pg.Client,
  options: { readonly table?: string | undefined; readonly role?: string | undefined } = {},
): Promise<Kill | undefined> {
  const who = EVERYBODY.filter(({ role }) => options.role === undefined || role === options.role);
  for (const personas of inMixedGroups(who)) {
    const kill = await askPersonas(client, personas, options.table);
    if (kill) return kill;
  }
  return undefined;
}

/** Asks for one table, or for all, what each role gets with each capability. */
export async function askAudiences(client: pg.Client, table?: string): Promise<Kill | undefined> {
  return killOf(async () => ({
    cells: await observeAudiences(client, table ? { tables: [table] } : {}),
    unruled: [],
  }));
}

/** Compares the columns that each role reaches with the rules. */
export async function askColumns(client: pg.Client, relation?: string): Promise<Kill | undefined> {
  const differing = differingColumns(await observeColumns(client, relation ? [relation] : undefined));
  return differing[0] === undefined ? undefined : { by: 'columns', claim: differing[0] };
}

/** Compares the access lists of one relation with the rules. */
export async function askGrants(client: pg.Client, relation: string): Promise<Kill | undefined> {
  const [differing] = await differingGrants(client, relation);
  return differing === undefined ? undefined : { by: 'grants', claim: differing };
}

/** Puts rows into the states that the rules speak of, and compares who still reaches them. */
export async function askRowStates(
  client: pg.Client,
  { table, role }: { readonly table?: string | undefined; readonly role?: string | undefined } = {},
): Promise<Kill | undefined> {
  const cells = await observeRowStates(nested(client), {
    ...(table && { tables: [table] }),
    ...(role && { roles: [role] }),
  });
  const [differing] = differingStates(cells);
  return differing === undefined ? undefined : { by: 'row states', claim: differing };
}

async function askPersonas(
  client: pg.Client,
  personas: readonly Persona[],
  table: string | undefined,
): Promise<Kill | undefined> {
  const connection = nested(client);
  return killOf(() => observeMatrix('', { personas, connection, ...(table && { tables: [table] }) }));
}

async function killOf(observe: () => Promise<Matrix>): Promise<Kill | undefined> {
  try {
    const [cell] = differingCells(await observe());
    if (!cell) return undefined;
    const { persona, operation, whose, relation, expected, observed } = cell;
    return {
      by: 'matrix',
      claim: `${persona} ${operation} ${whose} ${relation}: ${expected}, got ${observed}`,
    };
  } catch (error) {
    // The matrix throws for an answer that is neither access nor denial: its test is red as well.
    return { by: 'matrix', claim: error instanceof Error ? error.message : String(error) };
  }
}

/** Groups that each hold somebody of every kind, since neighbours in the list resemble each other. */
function inMixedGroups(who: readonly Persona[]): readonly (readonly Persona[])[] {
  const count = Math.ceil(who.length / AT_ONCE);
  return Array.from({ length: count }, (_, group) => who.filter((_, index) => index % count === group));
}
