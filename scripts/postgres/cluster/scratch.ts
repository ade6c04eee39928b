import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFiles, recordedPid } from './files.ts';
import { forgetContent } from './kept-data.ts';
import type { Flavour, StartOptions } from './launch.ts';
import { isAlive } from './pid.ts';
import { type Cluster, eraseCluster, keepContent, startCluster } from './server.ts';

const PREFIX = 'cordon-scratch-';

/** Linux's file system in memory: what is never kept need not meet a disk (a clone of a template: 0.2 s, and 1 s on a busy disk). */
const IN_MEMORY = '/dev/shm';

/** Bytes that have to be free there, and as many again beside them: some dozen clones, and what the write-ahead log grows to. */
const ROOM = 4 * 2 ** 30;

/** How statfs(2) names a file system in memory. */
const TMPFS = 0x01021994;

/** What a cluster holds from its start: made once, kept in the checkout, and copied from then on. */
export interface Content {
  /** Tells it from all other content, and names whatever it depends on: a part of a folder's name. */
  readonly key: string;
  /** Makes it, on a cluster that holds nothing yet. */
  readonly make: (cluster: Cluster) => Promise<void>;
}

export interface ScratchOptions {
  readonly flavour?: Flavour | undefined;
  readonly major?: number | undefined;
  /** In the system's temporary folder, for data that memory may not hold; in memory otherwise, where there is room. */
  readonly onDisk?: boolean | undefined;
  readonly content?: Content | undefined;
}

/** A cluster whose owner has to remove it. */
export interface ScratchCluster extends Cluster {
  /** Ends the server at once and deletes its files. Safe to call twice. */
  remove(): void;
}

/**
 * Runs `work` with a cluster of its own: a temporary folder, in memory where there is room; a random port; no fsync. Server
 * and folder are removed afterwards, whether `work` succeeds or fails, and when this process is interrupted. What a killed
 * process left behind is removed by the next one.
 */
export async function withScratchCluster<T>(
  work: (cluster: Cluster) => Promise<T>,
  options: ScratchOptions = {},
): Promise<T> {
  const cluster = await startScratchCluster(options);
  try {
    return await work(cluster);
  } finally {
    cluster.remove();
  }
}

/** The same for callers that cannot wrap their work in a function, such as a test runner's global setup. */
export async function startScratchCluster(options: ScratchOptions = {}): Promise<ScratchCluster> {
  for (const folder of new Set([tmpdir(), IN_MEMORY])) sweep(folder);
  const directory = mkdtempSync(join(options.onDisk ? tmpdir() : roomiest(), PREFIX));
  chmodSync(directory, 0o755); // the server's OS user has to pass
  writeFileSync(join(directory, 'owner'), String(process.pid));
  const remove = () => {
    removeScratch(directory);
    // Not before: under npm one Ctrl-C comes twice, and the second would end the process in the middle of it.
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('exit', remove);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return { ...(await startFilled({ ...options, directory, port: 'random', durable: false })), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function startFilled({
  content,
  ...options
}: Omit<StartOptions, 'content'> & Pick<ScratchOptions, 'content'>): Promise<Cluster> {
  const asked = { ...options, content: content?.key };
  const cluster = await startCluster(asked).catch(async (error: unknown) => {
    if (!content || !forgetContent(content.key)) throw error;
    await eraseCluster(options.directory);
    return startCluster(options);
  });
  if (!content || cluster.content === content.key) return cluster;
  await content.make(cluster);
  // Its own data were no copy, but hold the same.
  return { ...(await keepContent({ ...options, content: content.key })), content: content.key };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Synchronous, so that it also works while the process exits. */
function removeScratch(directory: string): void {
  const files = clusterFiles(directory);
  const pid = recordedPid(files);
  // SIGQUIT is PostgreSQL's immediate shutdown: nothing in here is worth a checkpoint.
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGQUIT');
  const deadline = Date.now() + 5_000;
  while (pid !== undefined && isAlive(pid) && Date.now() < deadline) pause(5);
  for (const folder of new Set([files.home, directory]))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The folder for what is not kept. Who names one in TMPDIR means it. */
function roomiest(): string {
  if (process.env.TMPDIR) return tmpdir();
  try {
    const { bavail, bsize, type } = statfsSync(IN_MEMORY);
    accessSync(IN_MEMORY, constants.W_OK);
    return type === TMPFS && bavail * bsize >= ROOM && freemem() >= 2 * ROOM ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir(); // no Linux, or none that shares memory
  }
}

/** Removes the clusters of processes that were killed before they could. */
function sweep(folder: string): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return; // none here
  }
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(folder, name);
    try {
      const owner = Number(readFileSync(join(directory, 'owner'), 'utf8'));
      if (owner > 0 && !isAlive(owner)) removeScratch(directory);
    } catch {
      // Just being made, just being removed, or another user's.
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
