import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { misuse } from '../console/errors.ts';
import { type Binaries, programsIn } from './binaries.ts';

/** PostgreSQL refuses to run as root, so root runs it as this OS user. */
const USER_NAME = 'postgres';

/** World-traversable and kept across reboots: where things go that the OS user cannot reach in the checkout. */
const SHELTER_PARENT = '/var/tmp';

let known: OsUser | undefined;

export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The OS user that the server has to run as, or undefined when that is simply whoever runs this program.
 *
 * @throws CommandError (exit code 2) as root when the user is missing and cannot be created.
 */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  known ??= lookUp() ?? create();
  if (known) return known;
  throw misuse({
    problem: `running as root, and the OS user ${USER_NAME} does not exist and could not be created`,
    expected: 'an unprivileged user to run the server as: PostgreSQL refuses root',
    remedy: `run \`useradd --system ${USER_NAME}\`, or run npm as an ordinary user, or set DATABASE_URL`,
  });
}

/**
 * A place for the server's files that its OS user can reach: the folder asked for, or, when that lies below a
 * folder closed to the user (a clone in /root), one under /var/tmp named after it.
 */
export function reachableDirectory(directory: string, user: OsUser | undefined): string {
  if (!user) return resolve(directory);
  const shelter = shelterFor(directory);
  if (existsSync(join(shelter, 'data'))) return shelter; // where it was put once it stays
  return canTraverse(resolve(directory, '..'), user) ? resolve(directory) : shelter;
}

/** Makes sure the user may execute the programs, copying them out of a closed checkout when it may not. */
export function reachableBinaries(binaries: Binaries, user: OsUser | undefined): Binaries {
  if (!user || canTraverse(join(binaries.root, 'bin'), user)) return binaries;
  const shelter = shelterFor(binaries.root);
  const copy = join(shelter, 'native');
  if (!existsSync(copy)) {
    openShelter(shelter);
    const unfinished = join(shelter, `native.${process.pid}`);
    cpSync(binaries.root, unfinished, { recursive: true, verbatimSymlinks: true });
    openTree(unfinished);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error; // otherwise another process was faster, with the same files
    }
  }
  return { ...programsIn(copy), major: binaries.major };
}

/** Creates a folder that the server's OS user owns; readable to others, since the data inside is not. */
export function makeOwnDirectory(directory: string, user: OsUser | undefined): void {
  if (user && directory.startsWith(`${SHELTER_PARENT}/`)) openShelter(directory);
  makeOpen(directory);
  if (user) chownSync(directory, user.uid, user.gid);
}

/** Creates a folder that others may enter, whatever the umask: the server's OS user has to get to its data. */
function makeOpen(directory: string): void {
  if (isDirectory(directory)) return;
  // One level at a time: Node's recursive mkdir reports a read-only file system as a missing folder.
  makeOpen(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if (isDirectory(directory)) return; // another process was faster
    throw error;
  }
  chmodSync(directory, 0o755);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Opens copied programs for reading; a strict umask at `npm ci` would have closed the copies, too. */
function openTree(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.mode & 0o100 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) openTree(join(path, name));
}

/** The folder under /var/tmp that stands in for a path the OS user cannot reach. */
function shelterFor(path: string): string {
  return join(
    SHELTER_PARENT,
    `cordon-${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12)}`,
  );
}

/** /var/tmp is everybody's: a folder that someone else put there under our name must not be trusted. */
function openShelter(directory: string): void {
  makeOpen(directory);
  const stat = lstatSync(directory);
  const trusted = [0, serverUser()?.uid];
  if (stat.isDirectory() && trusted.includes(stat.uid)) return;
  throw misuse({
    problem: `${directory} exists and belongs to OS user ${stat.uid}`,
    expected: `root or ${USER_NAME} to own it`,
    remedy: 'remove it',
  });
}

function canTraverse(directory: string, user: OsUser): boolean {
  // Asking the kernel as that user, rather than reading mode bits, respects ACLs and mounts too.
  let existing = directory;
  // Up to the nearest folder there is: the rest will be made, or is a file and fails with an error of its own.
  while (!isDirectory(existing)) existing = dirname(existing);
  const answer = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', existing], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    stdio: 'ignore',
  });
  return answer.status === 0;
}

/** `id` knows users from every source, not /etc/passwd alone: `uid=101(postgres) gid=104(postgres) groups=…` */
function lookUp(): OsUser | undefined {
  const answer = spawnSync('id', [USER_NAME], { encoding: 'utf8' });
  const [, uid, gid] = /^uid=(\d+)\S* gid=(\d+)/.exec(answer.stdout ?? '') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function create(): OsUser | undefined {
  const shadow = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER_NAME];
  const busybox = ['-S', '-D', '-H', USER_NAME];
  if (spawnSync('useradd', shadow).status !== 0) spawnSync('adduser', busybox);
  return lookUp();
}
