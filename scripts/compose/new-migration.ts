import { finding } from '../console/errors.ts';
import { writeReport } from '../console/folder.ts';
import { compareChecksums } from '../migrate/checksums.ts';
import { MIGRATIONS, type Migration, readMigrations } from '../migrate/history.ts';
import { landedHistory } from '../migrate/landed-history.ts';
import { type Cluster, withScratchCluster } from '../postgres/cluster.ts';
import { THEIRS } from '../review/guards/operations-untouched.ts';
import { stepThrough } from '../review/history/step.ts';
import { wideningLines } from '../review/naming.ts';
import { judge } from '../review/verdicts/judge.ts';
import { loadProjectSources } from '../sources/project-sources.ts';
import { selectSources } from '../sources/select-sources.ts';
import type { Sources } from '../sources/sources.ts';
import { type Draft, draftMigration } from './draft.ts';
import { migrationName, nextVersion, whyLine } from './migration-name.ts';
import { FRESH_HAND, FRESH_WHY, joinMigration, splitMigration } from './migration-text.ts';
import { migrationPath, writeNewFile } from './migration-writer.ts';

/** A migration file, not written yet. */
export interface DraftFile {
  readonly path: string;
  readonly text: string;
  readonly isNew: boolean;
  readonly write: () => void;
}

export interface DraftOptions {
  readonly directory?: string;
  readonly why?: string;
  /** Whether it is the operations' own: only such a migration may touch what they hold. */
  readonly isOperations?: boolean;
  /** Only the frame: nothing is replayed or composed. */
  readonly empty?: boolean;
  /** Compose only what stands in these files or folders; see `selectSources`. */
  readonly only?: readonly string[];
  readonly sources?: Sources;
  /** A cluster to replay in; one of its own when left out. */
  readonly cluster?: Cluster;
  readonly onProgress?: (line: string) => void;
  readonly now?: Date;
}

/**
 * Drafts a new migration.
 *
 * @throws CommandError (2) for a name that cannot be used; (1) where nothing differs, or history or sources do not apply.
 */
export async function draftNew(name: string, options: DraftOptions = {}): Promise<DraftFile> {
  const { directory = MIGRATIONS, why, isOperations = false, empty = false, now } = options;
  migrationName(name);
  const reason = [...(why === undefined ? FRESH_WHY : [whyLine(why)]), ...(isOperations ? [THEIRS] : [])];
  const history = readMigrations(directory);
  const path = migrationPath(directory, nextVersion(history.at(-1)?.version, now), name);
  const { composed, widenings } = empty
    ? { composed: '', widenings: [] }
    : await composeOn(history, { hand: FRESH_HAND, path, up: FRESH_HAND }, options);
  if (!empty && composed === '') {
    throw finding({
      problem: 'nothing to compose: functions/, triggers/ and policies/ say what the history says',
      expected: 'a changed source',
      remedy: [
        'edit a source first',
        `for hand-written DDL: \`npm run db:new -- ${name} --empty\``,
        ...unlandedRemedy(directory),
      ].join('; '),
    });
  }
  const text = await joinMigration({ why: reason, hand: FRESH_HAND, composed, widenings }, path);
  return { path, text, isNew: true, write: () => writeNewFile(path, text) };
}

/** What somebody may have meant who has just written a migration from the same sources. */
function unlandedRemedy(directory: string): readonly string[] {
  const newest = compareChecksums(directory).unlisted.at(-1);
  return newest ? [`for ${newest}, which has not landed: \`npm run db:new -- --amend --why "…"\``] : [];
}

/**
 * Composes a migration again: its hand-written part stays, the rest follows the sources.
 *
 * @param version which one; the newest when left out.
 * @throws CommandError (1) where there is none, it has landed, or it does not apply.
 */
export async function amend(version: string | undefined, options: DraftOptions = {}): Promise<DraftFile> {
  const { directory = MIGRATIONS, why, isOperations = false } = options;
  const migrations = readMigrations(directory);
  const index =
    version === undefined ? migrations.length - 1 : migrations.findIndex((m) => m.version === version);
  const chosen = migrations[index];
  if (!chosen || !compareChecksums(directory).unlisted.includes(chosen.fileName)) {
    throw finding({
      problem: chosen
        ? `${chosen.path} has landed`
        : `${directory} holds no migration${version ? ` ${version}` : ''}`,
      expected: 'a migration that nobody else has applied yet',
      remedy: 'write a new one: `npm run db:new -- <verb_object>`',
    });
  }
  const parts = splitMigration(chosen.sql);
  const up = chosen.up.slice(0, chosen.up.indexOf(parts.hand.trim()) + parts.hand.trim().length);
  const { composed, widenings } = await composeOn(
    migrations.slice(0, index),
    { hand: parts.hand, path: chosen.path, up },
    options,
  );
  const given = why === undefined ? parts.why : [whyLine(why), ...withoutWhy(parts.why)];
  const reason = isOperations && !given.includes(THEIRS) ? [...given, THEIRS] : given;
  const text = await joinMigration({ why: reason, hand: parts.hand, composed, widenings }, chosen.path);
  return { path: chosen.path, text, isNew: false, write: () => writeReport(chosen.path, text) };
}

/** Makes the headers of migrations that have not landed true of their statements, and of what these open. */
export async function reheadUnlanded(options: DraftOptions = {}): Promise<DraftFile[]> {
  const { directory = MIGRATIONS, cluster: given, onProgress } = options;
  const unlanded = new Set(compareChecksums(directory).unlisted);
  const migrations = readMigrations(directory);
  const first = migrations.findIndex(({ fileName }) => unlanded.has(fileName));
  if (first === -1) return [];
  const walk = (cluster: Cluster) =>
    stepThrough(cluster, migrations.slice(0, first), migrations.slice(first), onProgress);
  const { steps } = await (given
    ? walk(given)
    : withScratchCluster(walk, { content: landedHistory(directory) }));
  const files: DraftFile[] = [];
  for (const { migration, before, after } of steps) {
    const { fileName, path, sql } = migration;
    if (!unlanded.has(fileName)) continue;
    const widenings = wideningLines(await judge(migration, before.reach, after.reach));
    const text = await joinMigration({ ...splitMigration(sql), widenings }, path);
    if (text !== sql) files.push({ path, text, isNew: false, write: () => writeReport(path, text) });
  }
  return files;
}

async function composeOn(
  history: readonly Migration[],
  draft: { readonly hand: string; readonly path: string; readonly up: string },
  { sources, only, directory, cluster: given, onProgress = () => {} }: DraftOptions,
): Promise<Draft> {
  const all = sources ?? (await loadProjectSources());
  const wanted = only ? selectSources(all, only) : all;
  onProgress(`replaying ${history.length} migrations in a scratch database`);
  const compose = (cluster: Cluster) => draftMigration(cluster, { history, ...draft, sources: wanted });
  return given ? compose(given) : withScratchCluster(compose, { content: landedHistory(directory, history) });
}

/** What else a person wrote into the header: whose side it is, why a lock may be long. */
function withoutWhy(header: readonly string[]): readonly string[] {
  let isWhy = false;
  return header.filter((line) => {
    if (!line.startsWith('--  ')) isWhy = line.startsWith('-- Why:');
    return !isWhy;
  });
}
