import { EVERYBODY, type Persona } from '../../testing/personas.ts';
import { compareCatalogs } from '../catalog/differences.ts';
import { MIGRATIONS, readMigrations } from '../migrate/history.ts';
import { historyContent } from '../migrate/landed-history.ts';
import { type Cluster, withScratchCluster } from '../postgres/cluster.ts';
import { loadProjectSources } from '../sources/project-sources.ts';
import type { Sources } from '../sources/sources.ts';
import { type Counts, countChanges } from './facts/counts.ts';
import { changedEntities, type Entities } from './facts/entities.ts';
import type { HeldLock } from './facts/locks.ts';
import { changedRows, lostObjects } from './facts/losses.ts';
import { type Attempt, type Observation, observeBoth } from './facts/observed.ts';
import { type Place, statementPlaces } from './facts/places.ts';
import { type RoutineDiff, routineDiffs } from './facts/routines.ts';
import { type ShapeChange, shapeChanges } from './facts/shapes.ts';
import { type Caution, squawk } from './facts/squawk.ts';
import type { JudgedStep, ReviewFinding } from './guards/guard.ts';
import { runGuards } from './guards/index.ts';
import type { Base } from './history/base.ts';
import { stepThrough } from './history/step.ts';
import { compareReach } from './verdicts/compare-reach.ts';
import { type ConfirmedVerdict, confirm } from './verdicts/confirm.ts';
import { decidingWrites } from './verdicts/deciding-writes.ts';
import { judge } from './verdicts/judge.ts';
import { mayWiden } from './verdicts/verdict.ts';

/** One migration of a change, for whoever reads the report. */
interface ReviewedMigration {
  readonly path: string;
  readonly fileName: string;
  /** The sentence behind `-- Why:`. */
  readonly why: string;
  readonly locks: readonly HeldLock[];
  /** Rows that its statements delete or change. */
  readonly rows: readonly string[];
  readonly cautions: readonly Caution[];
  /** Where it names what. */
  readonly places: readonly Place[];
  /** What it opens, or may open, in sentences. */
  readonly opens: readonly string[];
  readonly widened: number;
  readonly narrowed: number;
}

/** What a change does, from its base to the working tree. */
export interface Review {
  readonly base: { readonly ref: string; readonly commit: string; readonly migrations: number };
  readonly migrations: readonly ReviewedMigration[];
  readonly counts: Counts;
  readonly verdicts: readonly ConfirmedVerdict[];
  /** Undefined where nobody was asked to try. */
  readonly observation?: Observation;
  /** Objects that are dropped or whose values change. */
  readonly losses: readonly string[];
  readonly routines: readonly RoutineDiff[];
  readonly shapes: readonly ShapeChange[];
  /** Tables that it touches, and their neighbours. */
  readonly entities: Entities;
  /** What stops the change. */
  readonly findings: readonly ReviewFinding[];
}

export interface ReviewOptions {
  readonly directory?: string;
  readonly sources?: Sources;
  /** Whether personas try everything before and after; half of the time that a review takes. */
  readonly observe?: boolean;
  /** Who does; everybody when left out. */
  readonly personas?: readonly Persona[];
  readonly cluster?: Cluster;
  readonly seed?: string;
  readonly onProgress?: (line: string) => void;
}

/**
 * Reviews what the working tree adds to a base: who may do what before and after, what it costs while it runs, and whether
 * anything stops it. [S-26…S-30, N-43]
 *
 * @throws CommandError (1) for a migration that cannot be applied; (2) where a tool cannot work.
 */
export async function review(base: Base, options: ReviewOptions = {}): Promise<Review> {
  const { cluster } = options;
  return cluster
    ? reviewOn(cluster, base, options)
    : withScratchCluster((own) => reviewOn(own, base, options), { content: historyContent(base.migrations) });
}

async function reviewOn(cluster: Cluster, base: Base, options: ReviewOptions): Promise<Review> {
  const {
    directory = MIGRATIONS,
    seed = 'seed',
    observe = true,
    personas = EVERYBODY,
    onProgress = () => {},
  } = options;
  const head = readMigrations(directory);
  const known = new Set(base.migrations.map(({ fileName }) => fileName));
  const added = head.filter(({ fileName }) => !known.has(fileName));
  const { steps, start, end, url } = await stepThrough(cluster, base.migrations, added, onProgress);
  const judged: JudgedStep[] = [];
  for (const step of steps) {
    judged.push({ ...step, verdicts: await judge(step.migration, step.before.reach, step.after.reach) });
  }
  onProgress('asking the guards');
  const guarded = await runGuards({
    base,
    head,
    steps: judged,
    start,
    end,
    sources: options.sources ?? (await loadProjectSources()),
    url,
  });
  const { observation, findings: tried }: Attempt =
    observe && added.length > 0
      ? await observeBoth(
          cluster,
          {
            before: { migrations: base.migrations, seed: base.seed },
            after: { migrations: [...base.migrations, ...added], seed },
            added,
            start,
            end,
            personas,
          },
          onProgress,
        )
      : { findings: [] };
  const differences = compareCatalogs(start.catalog, end.catalog);
  const whole = await compareReach(start.reach, end.reach);
  // Rows that a migration writes stand in no catalog at either end.
  const rows = judged.map(({ migration, before }) => decidingWrites(migration, before.reach));
  const written = (await Promise.all(rows)).flat();
  const confirmed = confirm([...whole, ...written], observation);
  return {
    base: { ref: base.ref, commit: base.commit, migrations: base.migrations.length },
    migrations: await Promise.all(judged.map(tellMigration)),
    counts: countChanges(differences, confirmed.verdicts),
    verdicts: confirmed.verdicts,
    ...(observation && { observation }),
    losses: lostObjects(differences),
    routines: routineDiffs(differences),
    shapes: shapeChanges(differences),
    entities: changedEntities(start.catalog, end.catalog),
    findings: [...guarded, ...tried, ...confirmed.findings],
  };
}

async function tellMigration({ migration, before, locks, verdicts }: JudgedStep): Promise<ReviewedMigration> {
  const { path, fileName, sql } = migration;
  const count = (mark: string) => verdicts.filter((verdict) => verdict.mark === mark).length;
  return {
    path,
    fileName,
    why: /^-- Why: (.*)$/m.exec(sql)?.[1] ?? '',
    locks,
    rows: await changedRows(migration, before.reach),
    cautions: await squawk(path),
    places: await statementPlaces(migration),
    opens: verdicts.filter(mayWiden).map(({ sentence }) => sentence),
    widened: count('widened') + count('changed'),
    narrowed: count('narrowed'),
  };
}
