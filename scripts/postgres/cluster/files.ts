import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { OsUser } from '../os-user.ts';
import { makeOwnDirectory, reachableDirectory, serverUser } from '../os-user.ts';

/** Where the files of one cluster are, and whose they are. */
export interface ClusterFiles {
  /** The folder the caller asked for. */
  readonly directory: string;
  /** The folder used: the same one, or its shelter under /var/tmp (see os-user.ts). */
  readonly home: string;
  readonly data: string;
  readonly log: string;
  readonly lock: string;
  /** The OS user the server runs as; undefined for whoever runs this program. */
  readonly user: OsUser | undefined;
}

/** What is remembered between commands, in `cluster.json`. */
export interface ClusterRecord {
  readonly port: number;
  readonly superuser: string;
}

/** Finds out where a cluster's files are, without creating any. */
export function clusterFiles(directory: string): ClusterFiles {
  const wished = serverUser();
  const home = reachableDirectory(directory, wished);
  const data = join(home, 'data');
  return {
    directory: resolve(directory),
    home,
    data,
    log: join(home, 'server.log'),
    lock: join(home, 'start.lock'),
    user: wished && (ownerOf(data) ?? wished),
  };
}

export function makeHome(files: ClusterFiles): void {
  makeOwnDirectory(files.home, files.user);
}

export function readRecord(files: ClusterFiles): ClusterRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(files.home, 'cluster.json'), 'utf8')) as ClusterRecord;
    if (Number.isInteger(record.port) && typeof record.superuser === 'string') return record;
  } catch {
    // None yet, or cut short by a crash.
  }
  return undefined;
}

/** Readable by others: whoever may connect may know where. */
export function writeRecord(files: ClusterFiles, record: ClusterRecord): void {
  writeOwned(files, join(files.home, 'cluster.json'), `${JSON.stringify(record)}\n`, 0o644);
}

/** Writes a file that the server's OS user owns and can read, whatever this process's user and umask are. */
export function writeOwned(files: ClusterFiles, path: string, text: string, mode: number): void {
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  if (files.user) chownSync(path, files.user.uid, files.user.gid);
}

/** Leftovers of an initialisation that was interrupted. The caller holds the lock, so none is in use. */
export function removeUnfinished(files: ClusterFiles): void {
  for (const name of readdirSync(files.home)) {
    if (name.startsWith('data.new-')) rmSync(join(files.home, name), { recursive: true, force: true });
  }
}

/** The major version that wrote the data, or undefined when there is none yet. */
export function dataMajor(files: ClusterFiles): number | undefined {
  if (!existsSync(files.data)) return undefined;
  return Number(readFileSync(join(files.data, 'PG_VERSION'), 'utf8').trim());
}

/** The process id in `postmaster.pid`. The file outlives a server that was killed. */
export function recordedPid(files: ClusterFiles): number | undefined {
  return Number(postmasterLine(files, 0)) || undefined;
}

/** The port in `postmaster.pid`: where the server is that runs although `cluster.json` was lost. */
export function postmasterPort(files: ClusterFiles): number | undefined {
  return Number(postmasterLine(files, 3)) || undefined;
}

function postmasterLine(files: ClusterFiles, line: number): string | undefined {
  try {
    return readFileSync(join(files.data, 'postmaster.pid'), 'utf8').split('\n')[line];
  } catch {
    return undefined;
  }
}

/** The last lines of the server log after a position, for error messages. */
export function logSince(files: ClusterFiles, position: number): string[] {
  try {
    const text = readFileSync(files.log).subarray(position).toString('utf8');
    return text.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}

export function logLength(files: ClusterFiles): number {
  return statSync(files.log, { throwIfNoEntry: false })?.size ?? 0;
}

/** Root keeps running existing data as the user who created it: an ordinary user may have. */
function ownerOf(path: string): OsUser | undefined {
  try {
    const { uid, gid } = statSync(path);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}
