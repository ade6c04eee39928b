import { randomUUID } from 'node:crypto';
import { type GeneratedResult, preloadGenerators, writeGenerated } from '../codegen/write-generated.ts';
import type { Migration } from '../migrate/history.ts';
import { replay } from '../migrate/replay.ts';
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
}

/**
 * Checks a change before it lands: the history's form, its checksums and headers, that it applies, that the sources say the
 * same, and that the generated files are fresh.
 *
 * @throws CordonError (2) where a tool cannot work; whatever is wrong with the change is a finding.
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
    onProgress(`replaying ${migrations.length} migrations in a scratch database`);
    const check = (cluster: Cluster) => checkDatabase(cluster, migrations, options, findings, looked);
    await (options.cluster ? check(options.cluster) : withScratchCluster(check));
  }
  return { findings, looked };
}

async function checkDatabase(
  cluster: Cluster,
  migrations: readonly Migration[],
  { directory, generated, sources: given, onProgress = () => {} }: CheckOptions,
  findings: Finding[],
  looked: Map<Check, number>,
): Promise<void> {
  const database = `check_${randomUUID().replaceAll('-', '')}`;
  await attempt(findings, 'replay', directory, async () => {
    await replay(cluster, database, { directory });
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
    looked.set('generated', result.files.length);
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
