import type { Cell } from '../../../tests/support/matrix/cell.ts';
import { observeMatrix } from '../../../tests/support/matrix/matrix.ts';
import { buildTemplate, type OtherHistory } from '../../../tests/support/template.ts';
import type { Cluster } from '../../postgres/cluster.ts';

/** What one persona gets otherwise than before, on real connections. */
export interface ObservedChange {
  readonly relation: string;
  readonly persona: string;
  /** The realm that the persona asks as. */
  readonly role: string;
  readonly operation: Cell['operation'];
  readonly whose: Cell['whose'];
  readonly before: Cell['observed'];
  readonly after: Cell['observed'];
}

export interface Observation {
  /** How many cells were asked on both sides. */
  readonly compared: number;
  readonly changes: readonly ObservedChange[];
  /** Cells at the end of the change, for the matrix of the report; `before` is missing where nobody could be asked. */
  readonly cells: readonly (Omit<ObservedChange, 'before'> & { readonly before: Cell['observed'] | null })[];
  /** What only one side could be asked about, and why. */
  readonly unasked: readonly {
    readonly relation: string;
    readonly side: 'before' | 'now';
    readonly why: string;
  }[];
}

/**
 * Lets every persona try everything, in a database as it was and in one as it will be, with their seeds in them.
 *
 * @param roleOf the realm of a persona, by its name.
 */
export async function observeBoth(
  cluster: Cluster,
  before: OtherHistory,
  after: OtherHistory,
  roleOf: (persona: string) => string,
  onProgress: (line: string) => void,
): Promise<Observation> {
  const unasked = new Map<string, Observation['unasked'][number]>();
  const observe = async (name: string, side: 'before' | 'now', history: OtherHistory) => {
    onProgress(
      `building a seeded database ${side === 'before' ? 'as it was' : 'as it will be'}, and letting every persona try everything`,
    );
    await buildTemplate(cluster, name, history);
    const { cells } = await observeMatrix(cluster.adminUrl(name), {
      onUnaskable: (relation, { message }) =>
        unasked.set(`${side} ${relation}`, { relation, side, why: message }),
    });
    return new Map(cells.map((cell) => [keyOf(cell), cell]));
  };
  const was = await observe('observed_before', 'before', before);
  const is = await observe('observed_now', 'now', after);
  const cells = [...is.values()].map((cell) => ({
    relation: cell.relation,
    persona: cell.persona,
    role: roleOf(cell.persona),
    operation: cell.operation,
    whose: cell.whose,
    before: was.get(keyOf(cell))?.observed ?? null,
    after: cell.observed,
  }));
  return {
    compared: cells.filter(({ before: known }) => known !== null).length,
    cells,
    changes: cells.filter(
      (cell): cell is ObservedChange => cell.before !== null && cell.before !== cell.after,
    ),
    unasked: [...unasked.values()],
  };
}

function keyOf({ relation, persona, operation, whose }: Cell): string {
  return `${relation} ${persona} ${operation} ${whose}`;
}
