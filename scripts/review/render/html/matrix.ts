import { tellPersonas } from '../../../codegen/access-matrix.ts';
import { visible } from '../../../console/visible.ts';
import type { Observation } from '../../facts/observed.ts';
import { nameOfRealm } from '../../verdicts/words.ts';

/** The observed matrix, small enough to stand in a page. */
export interface MatrixData {
  readonly realms: readonly { readonly role: string; readonly title: string }[];
  readonly relations: readonly string[];
  /** Personas who get the same of everything, before and after, share one. */
  readonly columns: readonly { readonly title: string; readonly personas: number; readonly realm: number }[];
  /** By relation, then by column: own and other rows before, own and other rows now; null where nobody could be asked. */
  readonly cells: readonly (readonly MatrixCell[])[];
}

/** Letters: R read, C create, U update, D delete. */
type MatrixCell = readonly [
  ownBefore: string | null,
  otherBefore: string | null,
  ownNow: string,
  otherNow: string,
];

type ObservedCell = Observation['cells'][number];

const LETTERS = { SELECT: 'R', INSERT: 'C', UPDATE: 'U', DELETE: 'D' } as const;
const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Condenses what was observed: letters for cells, one column for personas who get the same. */
export function matrixData({ cells }: Pick<Observation, 'cells'>): MatrixData {
  const relations = [...new Set(cells.map(({ relation }) => relation))];
  const personas = new Map<string, { role: string; byRelation: Map<string, ObservedCell[]> }>();
  for (const cell of cells) {
    const known = personas.get(cell.persona) ?? { role: cell.role, byRelation: new Map() };
    personas.set(cell.persona, known);
    known.byRelation.set(cell.relation, [...(known.byRelation.get(cell.relation) ?? []), cell]);
  }
  const columns = new Map<string, { names: string[]; role: string; cells: MatrixCell[] }>();
  for (const [name, { role, byRelation }] of personas) {
    const own = relations.map((relation) => cellOf(byRelation.get(relation) ?? []));
    const key = JSON.stringify([role, own]);
    const known = columns.get(key) ?? { names: [], role, cells: own };
    known.names.push(name);
    columns.set(key, known);
  }
  const roles = [...new Set([...columns.values()].map(({ role }) => role))];
  const all = [...columns.values()].sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  return {
    realms: roles.map((role) => ({ role: visible(role), title: visible(nameOfRealm(role)) })),
    relations: relations.map(visible),
    columns: all.map(({ names, role }) => ({
      title: tellPersonas(names).map(visible).join(', '),
      personas: names.length,
      realm: roles.indexOf(role),
    })),
    cells: relations.map((_, place) => all.map((column) => column.cells[place] ?? ['', '', '', ''])),
  };
}

function cellOf(cells: readonly ObservedCell[]): MatrixCell {
  return [
    letters(cells, 'own', 'before'),
    letters(cells, 'other', 'before'),
    letters(cells, 'own', 'after') ?? '',
    letters(cells, 'other', 'after') ?? '',
  ];
}

function letters(
  cells: readonly ObservedCell[],
  whose: ObservedCell['whose'],
  when: 'before' | 'after',
): string | null {
  const asked = cells.filter((cell) => cell.whose === whose);
  if (asked.some((cell) => cell[when] === null)) return null;
  return OPERATIONS.filter((operation) =>
    asked.some((cell) => cell.operation === operation && cell[when] === 'allow'),
  )
    .map((operation) => LETTERS[operation])
    .join('');
}
