import type { Cell } from '../../../tests/support/matrix/cell.ts';
import { observeMatrix } from '../../../tests/support/matrix/matrix.ts';
import { buildTemplate, type OtherHistory } from '../../../tests/support/template.ts';
import type { Migration } from '../../migrate/history.ts';
import type { Cluster } from '../../postgres/cluster.ts';
import { createDatabase } from '../../postgres/databases.ts';
import type { ReviewFinding } from '../guards/guard.ts';
import { runUp } from '../history/step.ts';

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

/** Both sides, each with its seed. */
export interface Sides {
  readonly before: OtherHistory;
  readonly after: OtherHistory;
  /** What leads from one to the other. */
  readonly added: readonly Migration[];
  /** The realm of a persona, by its name. */
  readonly roleOf: (persona: string) => string;
}

/** What was seen, and what kept from seeing it. */
export interface Attempt {
  readonly observation?: Observation;
  readonly findings: readonly ReviewFinding[];
}

const BEFORE = 'observed_before';
const NOW = 'observed_now';

/**
 * Applies a change to a database with data in it, then lets every persona try everything, in a database as it was and in one as
 * it will be, with their seeds in them.
 */
export async function observeBoth(
  cluster: Cluster,
  { before, after, added, roleOf }: Sides,
  onProgress: (line: string) => void,
): Promise<Attempt> {
  onProgress('building a seeded database as it was, and applying the change to its rows');
  await buildTemplate(cluster, BEFORE, before);
  const onData = await applyToRows(cluster, added);
  onProgress('building a seeded database as it will be');
  const seeding = await failureOf(() => buildTemplate(cluster, NOW, after));
  if (seeding !== undefined) {
    const finding = {
      guard: 'seed-applies',
      where: 'seed/',
      problem: `no longer fits the history: ${seeding}`,
      expected: 'a seed for the tables as the change leaves them: personas and tests live on it',
      remedy: 'mend the seed in the same change',
    };
    return { findings: [...onData, finding] };
  }
  onProgress('letting every persona try everything, before and after');
  return { observation: await compareSides(cluster, roleOf), findings: onData };
}

/** A change that an empty database takes may still fail on rows: a constraint that they break, a value that is missing. */
async function applyToRows(cluster: Cluster, added: readonly Migration[]): Promise<ReviewFinding[]> {
  const database = 'observed_change';
  await createDatabase(cluster, database, { template: BEFORE });
  for (const migration of added) {
    const failure = await failureOf(() => runUp(cluster.url(database), migration));
    if (failure === undefined) continue;
    return [
      {
        guard: 'applies-to-rows',
        where: migration.path,
        problem: `cannot be applied to a database with rows in it: ${failure}`,
        expected: 'a migration that the data of the seed survives, as that of clinics has to',
        remedy:
          'backfill first, or add the constraint as `not valid` and mend the rows before it is validated',
      },
    ];
  }
  return [];
}

async function failureOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function compareSides(cluster: Cluster, roleOf: Sides['roleOf']): Promise<Observation> {
  const unasked = new Map<string, Observation['unasked'][number]>();
  const observe = async (name: string, side: 'before' | 'now') => {
    const { cells } = await observeMatrix(cluster.adminUrl(name), {
      onUnaskable: (relation, { message }) =>
        unasked.set(`${side} ${relation}`, { relation, side, why: message }),
    });
    return new Map(cells.map((cell) => [keyOf(cell), cell]));
  };
  const was = await observe(BEFORE, 'before');
  const is = await observe(NOW, 'now');
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
