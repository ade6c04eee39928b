import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CordonError, misuse } from '../../console/errors.ts';
import { type Binaries, findBinaries } from '../binaries.ts';
import { reachableBinaries } from '../os-user.ts';
import { doesNotAnswer, explainStartFailure, explainStorageFailure, otherMajor } from './failure.ts';
import {
  type ClusterFiles,
  clusterFiles,
  dataMajor,
  logLength,
  logSince,
  makeHome,
  postmasterPort,
  readRecord,
  recordedPid,
  writeOwned,
  writeRecord,
} from './files.ts';
import { furnish } from './furnish.ts';
import { initialiseData } from './init.ts';
import { withLock } from './lock.ts';
import { isAlive } from './pid.ts';
import { DEFAULT_PORT, nextFreePort, portTaken, randomPort, requirePort } from './port.ts';
import { clusterUrl, findRunning, forgetDeadServer, type Running, run } from './process.ts';
import { settingsFile } from './settings.ts';

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
  /** Connection URL of the superuser: `supabase_admin`, or `postgres` on a plain cluster. */
  adminUrl(database?: string): string;
  /** Connection URL of the role `postgres`: not superuser on a Supabase-like cluster, as on Supabase. */
  url(database?: string): string;
}

/** `supabase`: roles, a database `cordon` and the platform as on Supabase. `plain`: superuser `postgres`, nothing else. */
export type Flavour = 'supabase' | 'plain';

export interface StartOptions {
  readonly directory: string;
  /** Insist on this port. Without it the recorded one, else 54329, else the next free one; `random` for any. */
  readonly port?: number | 'random' | undefined;
  /** False: faster, and lost in a crash. */
  readonly durable?: boolean | undefined;
  /** Without it `CORDON_POSTGRES_MAJOR`, else 17. */
  readonly major?: number | undefined;
  readonly flavour?: Flavour | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

export type ClusterStatus =
  | { readonly state: 'running'; readonly cluster: Cluster }
  | { readonly state: 'stopped'; readonly port: number }
  | { readonly state: 'absent' };

/**
 * Starts the server of a folder, creating its data first if there is none; does nothing when it is up.
 * It keeps running after this process ends. Two callers at once get the same server.
 *
 * @throws CordonError (exit code 2) for a taken port, a folder that cannot be written or is full, data of another
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
 * @throws CordonError (exit code 2) when it belongs to another OS user or does not stop.
 */
export async function stopCluster(directory: string): Promise<boolean> {
  const files = clusterFiles(directory);
  if (!(await alreadyRunning(files))) return false;
  return exclusively(files, () => shutDown(files));
}

/**
 * Stops the server of a folder and removes its data. The port stays recorded.
 *
 * @throws CordonError (exit code 2) when it belongs to another OS user or does not stop.
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
    if (error instanceof CordonError) throw error;
    throw explainStorageFailure(files.home, String(error)) ?? error;
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
  return {
    directory: files.directory,
    home: files.home,
    logFile: files.log,
    port: running.port,
    pid: running.pid,
    version: running.version,
    adminUrl: (database) => clusterUrl(running.port, running.superuser, database),
    url: (database) => clusterUrl(running.port, 'postgres', database),
  };
}

async function alreadyRunning(files: ClusterFiles): Promise<Running | undefined> {
  const port = postmasterPort(files);
  const record = readRecord(files) ?? (port ? { port, superuser: superuserOf(files, {}) } : undefined);
  return record && findRunning(files, record);
}

function superuserOf(files: ClusterFiles, { flavour }: Pick<StartOptions, 'flavour'>): string {
  return readRecord(files)?.superuser ?? (flavour === 'plain' ? 'postgres' : 'supabase_admin');
}

/** Initialises if need be, then starts. The caller holds the lock and knows that no server answers. */
async function launch(files: ClusterFiles, options: StartOptions): Promise<Running> {
  const binaries = reachableBinaries(findBinaries(options.major), files.user);
  const superuser = superuserOf(files, options);
  const found = dataMajor(files);
  if (found !== undefined && found !== binaries.major) throw otherMajor(files, found, binaries.major);
  if (found === undefined) {
    options.onProgress?.(`creating a PostgreSQL ${binaries.major} database in ${files.home}`);
    await initialiseData(files, binaries, superuser);
  }
  const mute = forgetDeadServer(files);
  if (mute !== undefined) throw doesNotAnswer(files, mute);
  const wished = readRecord(files)?.port ?? DEFAULT_PORT;
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, wished);
    const failure = await tryStart(files, binaries, port, options.durable ?? true);
    if (!failure) {
      writeRecord(files, { port, superuser });
      if (options.port === undefined && port !== wished) {
        options.onProgress?.(`port ${wished} is taken by another program; using ${port} from now on`);
      }
      const running = await findRunning(files, { port, superuser });
      if (running) return running;
      throw explainStartFailure(files, [], 'it came up and then did not answer');
    }
    if (failure.kind === 'fatal' || attempt === 20) throw failure.error;
    if (failure.kind === 'port' && typeof options.port === 'number') throw await portTaken(port);
    if (failure.kind === 'ghost') await sleep(250);
  }
}

function choosePort(insisted: StartOptions['port'], wished: number): Promise<number> {
  if (insisted === 'random') return randomPort();
  if (insisted !== undefined) return requirePort(insisted);
  return nextFreePort(wished);
}

interface StartFailure {
  /** `port`: lost to another program since it was chosen. `ghost`: children of a killed server are still leaving. */
  readonly kind: 'port' | 'ghost' | 'fatal';
  readonly error: CordonError;
}

async function tryStart(
  files: ClusterFiles,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<StartFailure | undefined> {
  writeOwned(files, join(files.data, 'cordon.conf'), settingsFile({ port, durable }), 0o600);
  const position = prepareLog(files);
  const outcome = await run(
    binaries.pgCtl,
    ['start', '-D', files.data, '-l', files.log, '-w', '-t', '120', '-s'],
    files,
  );
  if (outcome.status === 0) return undefined;
  const log = logSince(files, position);
  const text = log.join('\n');
  const error = explainStartFailure(files, log, outcome.output);
  if (/could not bind|Address already in use/.test(text)) return { kind: 'port', error };
  if (/pre-existing shared memory block|is another postmaster/.test(text) && !postmasterLives(files)) {
    return { kind: 'ghost', error };
  }
  return { kind: 'fatal', error };
}

function postmasterLives(files: ClusterFiles): boolean {
  const pid = recordedPid(files);
  return pid !== undefined && isAlive(pid);
}

/** Creates the log for its OS user, keeps one old one of at most a few megabytes, and returns where the new part starts. */
function prepareLog(files: ClusterFiles): number {
  if (logLength(files) > 5_000_000) renameSync(files.log, `${files.log}.1`);
  const length = logLength(files);
  if (length === 0) writeOwned(files, files.log, '', 0o644);
  return length;
}
