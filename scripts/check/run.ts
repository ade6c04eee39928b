import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { historyLine } from '../codegen/access-matrix.ts';
import { type GeneratedResult, preloadGenerators, writeGenerated } from '../codegen/write-generated.ts';
import { historyDigest } from '../migrate/checksums.ts';
import type { Migration } from '../migrate/history.ts';
import { landedHistory } from '../migrate/landed-history.ts';
import { replayOnly } from '../migrate/replay.ts';
import { type Cluster, withScratchCluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { loadProjectSources } from '../sources/project-sources.ts';
import { objectsOf, type Sources } from '../sources/sources.ts';
import { type Check, type Finding, findingFrom } from './finding.ts';
import { checkChecksums, checkHeaders, checkHistory, checkRecorded } from './history.ts';
import { checkSources } from './sources.ts';

export interface CheckOptions {
  /** The folder of the history. */
  readonly directory: string;
  /** The folder of the generated files. */
  readonly generated: string;
  /** The committed access matrix, where there is one to be fresh. */
  readonly accessMatrix?: string;
  /** The sources, where they are not those of this checkout. */
  readonly sources?: Sources;
  /** A cluster to replay in; one of its own when left out. */
  readonly cluster?: Cluster;
  readonly onProgress?: (line: string) => void;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  /** How many things each check looked at; a check that could not run is missing. */
  readonly looked: ReadonlyMap<Check, number>;
  /** What was looked at; none where a file is so malformed that nothing could be. */
  readonly checked: readonly Migration[];
}

/**
 * Checks a change before it lands: the history's form, its checksums and headers, that it applies, that the sources say the
 * same, and that the generated files are fresh.
 *
 * @throws CommandError (2) where a tool cannot work; whatever is wrong with the change is a finding.
 */
export async function runChecks(options: CheckOptions): Promise<CheckReport> {
  const { directory, onProgress = () => {} } = options;
  const looked = new Map<Check, number>();
  const { migrations, findings: first } = checkHistory(directory);
  const findings: Finding[] = [...first];
  if (migrations) {
    looked.set('history', migrations.length);
    await attempt(findings, 'checksums', directory, async () => {
      findings.push(...checkChecksums(directory, migrations), ...checkRecorded(directory));
      looked.set('checksums', migrations.length);
    });
    await attempt(findings, 'headers', directory, async () => {
      findings.push(...(await checkHeaders(directory, migrations)));
      looked.set('headers', migrations.length);
    });
    preloadGenerators();
    const content = options.cluster ? undefined : landedHistory(directory);
    onProgress(
      `replaying ${migrations.length} migrations in a scratch database${content ? '; what has landed, once a day' : ''}`,
    );
    const check = (cluster: Cluster) => checkDatabase(cluster, migrations, options, findings, looked);
    await (options.cluster ? check(options.cluster) : withScratchCluster(check, { content }));
  }
  return { findings, looked, checked: migrations ?? [] };
}

async function checkDatabase(
  cluster: Cluster,
  migrations: readonly Migration[],
  { directory, generated, accessMatrix, sources: given, onProgress = () => {} }: CheckOptions,
  findings: Finding[],
  looked: Map<Check, number>,
): Promise<void> {
  const database = `check_${randomUUID().replaceAll('-', '')}`;
  await attempt(findings, 'replay', directory, async () => {
    await replayOnly(cluster, database, migrations);
    looked.set('replay', migrations.length);
  });
  if (!looked.has('replay')) return;
  await withClient(cluster.url(database), async (client) => {
    onProgress('comparing functions/, policies/ and triggers/ with the history, both ways');
    await attempt(findings, 'sources', 'functions/, policies/, triggers/', async () => {
      const sources = given ?? (await loadProjectSources());
      findings.push(...(await checkSources(client, sources)));
      looked.set('sources', objectsOf(sources).length + sources.grants.length);
    });
    onProgress('comparing the generated types with the history');
    const result = await writeGenerated(client, { directory: generated, check: true });
    findings.push(...stale(result));
    if (accessMatrix) findings.push(...staleMatrix(accessMatrix, directory));
    looked.set('generated', result.files.length + (accessMatrix ? 1 : 0));
  });
}

function stale({ stale: paths }: GeneratedResult): Finding[] {
  return paths.map((path) => ({
    check: 'generated',
    where: path,
    problem: 'is stale',
    expected: 'what the migrations generate',
    remedy: 'npm run db:types',
  }));
}

/** Whether its cells were observed on this history; that they are true, the tests show. */
function staleMatrix(path: string, directory: string): Finding[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text.includes(historyLine(historyDigest(directory)))) return [];
  return [
    {
      check: 'generated',
      where: path,
      problem: 'was observed on another history',
      expected: 'what real connections get after these migrations',
      remedy: 'npm run matrix -- --write, and read the difference',
    },
  ];
}

async function attempt(
  findings: Finding[],
  check: Check,
  where: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    findings.push(findingFrom(check, where, error));
  }
}
