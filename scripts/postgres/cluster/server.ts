import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { misuse } from '../../console/errors.ts';
import { findBinaries } from '../binaries.ts';
import { reachableBinaries } from '../os-user.ts';
import { explainStorageFailure } from './failure.ts';
import { type ClusterFiles, clusterFiles, makeHome, postmasterPort, readRecord } from './files.ts';
import { furnish } from './furnish.ts';
import { dataKey } from './init.ts';
import { contentOf, keepData } from './kept-data.ts';
import { launch, type StartOptions, superuserOf } from './launch.ts';
import { withLock } from './lock.ts';
import { isAlive } from './pid.ts';
import { clusterUrl, DATABASE, findRunning, type Running } from './process.ts';

/** A running PostgreSQL server of our own. */
export interface Cluster {
  /** The folder it was asked for in. */
  readonly directory: string;
  /** Where its data and log are: the same folder, or its shelter when the OS user cannot reach that. */
  readonly home: string;
  readonly logFile: string;
  readonly port: number;
  readonly pid: number;
  /** `17.10` */
  readonly version: string;
  /** What its data were filled with before it was started the first time, by the key that was asked for; see `ScratchOptions`. */
  readonly content?: string | undefined;
  /** Connection URL of the superuser: `supabase_admin`, or `postgres` on a plain cluster. The usual database is `cordon`, there `postgres`. */
  adminUrl(database?: string): string;
  /** Connection URL of the role `postgres`: not superuser on a Supabase-like cluster, as on Supabase. */
  url(database?: string): string;
}

export type ClusterStatus =
  | { readonly state: 'running'; readonly cluster: Cluster }
  | { readonly state: 'stopped'; readonly port: number }
  | { readonly state: 'absent' };

/**
 * Starts the server of a folder, creating its data first if there is none; does nothing when it is up.
 * It keeps running after this process ends. Two callers at once get the same server.
 *
 * @throws CommandError (exit code 2) for a taken port, a folder that cannot be written or is full, data of another
 *   major version, missing programs, or a server that does not come up.
 */
export async function startCluster(options: StartOptions): Promise<Cluster> {
  const files = clusterFiles(options.directory);
  const plain = options.flavour === 'plain';
  const up = await alreadyRunning(files);
  if (up && (up.furnished || plain)) {
    if (typeof options.port === 'number' && options.port !== up.port) {
      options.onProgress?.(
        `the server is running on port ${up.port}; stop it first to move it to ${options.port}`,
      );
    }
    return describe(files, up);
  }
  return exclusively(files, async () => {
    const running = (await alreadyRunning(files)) ?? (await launch(files, options));
    if (!running.furnished && !plain) await furnish(running.port);
    return describe(files, running);
  });
}

/**
 * Stops the server of a folder and waits until it is down.
 *
 * @returns whether there was one to stop.
 * @throws CommandError (exit code 2) when it belongs to another OS user or does not stop.
 */
export async function stopCluster(directory: string): Promise<boolean> {
  const files = clusterFiles(directory);
  if (!(await alreadyRunning(files))) return false;
  return exclusively(files, () => shutDown(files));
}

/**
 * Stops the server of a folder and removes its data. The port stays recorded.
 *
 * @throws CommandError (exit code 2) when it belongs to another OS user or does not stop.
 */
export async function eraseCluster(directory: string): Promise<void> {
  const files = clusterFiles(directory);
  if (!existsSync(files.home)) return;
  await exclusively(files, async () => {
    await shutDown(files);
    rmSync(files.data, { recursive: true, force: true });
    // A shelter is taken only where it is still needed.
    if (files.home !== files.directory) rmSync(files.home, { recursive: true, force: true });
  });
}

/**
 * Keeps what the data of a folder are filled with now for others to begin with, and starts its server again.
 *
 * @param options as it was started. `content` is the key under which it is kept.
 */
export async function keepContent(options: StartOptions & { readonly content: string }): Promise<Cluster> {
  const files = clusterFiles(options.directory);
  const key = dataKey(
    reachableBinaries(findBinaries(options.major), files.user),
    superuserOf(files, options),
  );
  await exclusively(files, async () => {
    await shutDown(files);
    keepData(key, files.data, options.content);
  });
  return startCluster(options);
}

/** Whether the server of a folder is up, without changing anything. */
export async function clusterStatus(directory: string): Promise<ClusterStatus> {
  const files = clusterFiles(directory);
  const running = await alreadyRunning(files);
  if (running) return { state: 'running', cluster: describe(files, running) };
  const record = readRecord(files);
  return record ? { state: 'stopped', port: record.port } : { state: 'absent' };
}

/** Under the cluster's lock, and with the errors of a folder that cannot be written explained. */
async function exclusively<T>(files: ClusterFiles, work: () => Promise<T>): Promise<T> {
  try {
    makeHome(files);
    return await withLock(files.lock, work);
  } catch (error) {
    // Only what the operating system refused: a server's message may say "permission denied", too.
    const refused = error instanceof Error && 'syscall' in error;
    throw (refused ? explainStorageFailure(files.home, String(error)) : undefined) ?? error;
  }
}

async function shutDown(files: ClusterFiles): Promise<boolean> {
  const running = await alreadyRunning(files);
  if (!running) return false;
  // PostgreSQL's fast shutdown: sessions are ended, not waited for. A signal needs no programs of the right major.
  process.kill(running.pid, 'SIGINT');
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    if (!isAlive(running.pid)) return true;
  }
  throw misuse({
    problem: `the server on port ${running.port} (process ${running.pid}) did not stop within a minute`,
    remedy: `see ${files.log}`,
  });
}

function describe(files: ClusterFiles, running: Running): Cluster {
  // A plain cluster has no database of ours.
  const usual = running.superuser === 'postgres' ? 'postgres' : DATABASE;
  return {
    directory: files.directory,
    home: files.home,
    logFile: files.log,
    port: running.port,
    pid: running.pid,
    version: running.version,
    content: contentOf(files.data),
    adminUrl: (database = usual) => clusterUrl(running.port, running.superuser, database),
    url: (database = usual) => clusterUrl(running.port, 'postgres', database),
  };
}

async function alreadyRunning(files: ClusterFiles): Promise<Running | undefined> {
  const port = postmasterPort(files);
  const record = readRecord(files) ?? (port ? { port, superuser: superuserOf(files, {}) } : undefined);
  return record && findRunning(files, record);
}
