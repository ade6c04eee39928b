import { randomUUID } from 'node:crypto';
import type { Persona } from '../../../testing/personas.ts';
import type { Cell } from '../../../tests/support/matrix/cell.ts';
import { everyTenth, observeMatrix } from '../../../tests/support/matrix/matrix.ts';
import { buildTemplate, type OtherHistory } from '../../../tests/support/template.ts';
import { compareCatalogs } from '../../catalog/differences.ts';
import type { Migration } from '../../migrate/history.ts';
import type { Cluster } from '../../postgres/cluster.ts';
import { createDatabase } from '../../postgres/databases.ts';
import type { ReviewFinding } from '../guards/guard.ts';
import { lookAt, type Moment, runUp } from '../history/step.ts';
import { compareReach } from '../verdicts/compare-reach.ts';

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
  /** What that does in an empty database. */
  readonly start: Moment;
  readonly end: Moment;
  /** Who tries everything. */
  readonly personas: readonly Persona[];
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
  { before, after, added, start, end, personas }: Sides,
  onProgress: (line: string) => void,
): Promise<Attempt> {
  onProgress('building a seeded database as it was, and applying the change to its rows');
  await buildTemplate(cluster, BEFORE, before);
  const onData = await applyToRows(cluster, added, { start, end });
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
  return { observation: await compareSides(cluster, personas, onProgress), findings: onData };
}

/**
 * A change that an empty database takes may still fail on rows: a constraint that they break, a value that is missing. Or it may do
 * something else where there are any.
 */
async function applyToRows(
  cluster: Cluster,
  added: readonly Migration[],
  { start, end }: Pick<Sides, 'start' | 'end'>,
): Promise<ReviewFinding[]> {
  // Nothing in the name tells a migration that it is being looked at.
  const database = `db_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(cluster, database, { template: BEFORE });
  const url = cluster.url(database);
  const before = await lookAt(url);
  for (const migration of added) {
    const failure = await failureOf(() => runUp(url, migration));
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
  const otherwise = differently(await stepsOf(before, await lookAt(url)), await stepsOf(start, end));
  if (otherwise.length === 0) return [];
  return [
    {
      guard: 'same-on-rows',
      where: 'migrations/',
      problem: `do something else where there are rows, or under another database's name, in ${otherwise.length} places`,
      expected:
        'the same objects, grants and policies wherever they are applied: what is reviewed is what runs',
      remedy: 'take the condition out: a migration that looks before it acts cannot be reviewed',
      details: otherwise,
    },
  ];
}

/** What leads from one moment to the next, each a line. */
async function stepsOf(before: Moment, after: Moment): Promise<ReadonlySet<string>> {
  const objects = compareCatalogs(before.catalog, after.catalog).map(
    ({ key, change, after: now = '' }) => `${change} ${key}\n${now}`,
  );
  const verdicts = await compareReach(before.reach, after.reach);
  // Rows that decide are the seed's, too: what is written there is told by the statements.
  const access = verdicts
    .filter(({ about }) => !about.startsWith('authz.'))
    .map(({ mark, sentence }) => `${mark} ${sentence}`);
  return new Set([...objects, ...access]);
}

function differently(here: ReadonlySet<string>, there: ReadonlySet<string>): string[] {
  const only = (one: ReadonlySet<string>, other: ReadonlySet<string>, where: string) =>
    [...one].filter((line) => !other.has(line)).map((line) => `${where}: ${line.split('\n')[0]}`);
  return [...only(here, there, 'with rows'), ...only(there, here, 'without rows')];
}

async function failureOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function compareSides(
  cluster: Cluster,
  personas: readonly Persona[],
  onProgress: (line: string) => void,
): Promise<Observation> {
  const unasked = new Map<string, Observation['unasked'][number]>();
  const observe = async (name: string, side: 'before' | 'now') => {
    const { cells } = await observeMatrix(cluster.adminUrl(name), {
      personas,
      onUnaskable: (relation, { message }) =>
        unasked.set(`${side} ${relation}`, { relation, side, why: message }),
      onPersona: everyTenth((line) => onProgress(`${side}: ${line}`)),
    });
    return new Map(cells.map((cell) => [keyOf(cell), cell]));
  };
  const was = await observe(BEFORE, 'before');
  const is = await observe(NOW, 'now');
  const roles = new Map(personas.map(({ name, role }) => [name, role]));
  const cells = [...is.values()].map((cell) => ({
    relation: cell.relation,
    persona: cell.persona,
    role: roles.get(cell.persona) ?? '',
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
