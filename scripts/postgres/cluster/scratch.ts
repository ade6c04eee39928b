import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFiles, recordedPid } from './files.ts';
import type { Flavour } from './launch.ts';
import { isAlive } from './pid.ts';
import { type Cluster, startCluster } from './server.ts';

const PREFIX = 'cordon-scratch-';

export interface ScratchOptions {
  readonly flavour?: Flavour | undefined;
  readonly major?: number | undefined;
}

/** A cluster whose owner has to remove it. */
export interface ScratchCluster extends Cluster {
  /** Ends the server at once and deletes its files. Safe to call twice. */
  remove(): void;
}

/**
 * Runs `work` with a cluster of its own: temporary folder, random port, no fsync. Server and folder are removed
 * afterwards, whether `work` succeeds or fails, and when this process is interrupted. What a killed process left
 * behind is removed by the next one.
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
  sweep();
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(directory, 0o755); // the server's OS user has to pass
  writeFileSync(join(directory, 'owner'), String(process.pid));
  const remove = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('exit', remove);
    removeScratch(directory);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    const cluster = await startCluster({ ...options, directory, port: 'random', durable: false });
    return { ...cluster, remove };
  } catch (error) {
    remove();
    throw error;
  }
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

/** Removes the clusters of processes that were killed before they could. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
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
