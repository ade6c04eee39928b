import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, PROJECT_ROOT } from '../binaries.ts';
import type { OsUser } from '../os-user.ts';

/**
 * Data folders fresh from initdb, kept for servers whose data nobody keeps: copying one takes a tenth of the time of
 * making it, and a test run needs twenty. The checkout's own folder holds them, where no other user can plant one.
 */
const SHELF = join(PROJECT_ROOT, '.cordon', 'blank');

/** Names what initdb would make: by these programs, with these arguments. */
export function blankKey(binaries: Binaries, initdbArguments: readonly string[]): string {
  const { size, mtimeMs } = statSync(binaries.initdb);
  const what = JSON.stringify([binaries.major, size, mtimeMs, initdbArguments]);
  return `${binaries.major}-${createHash('sha256').update(what).digest('hex').slice(0, 12)}`;
}

/**
 * Copies the kept folder to `target`, owned by the server's OS user.
 *
 * @returns whether there was one that could be copied; nothing is left at `target` otherwise.
 */
export function takeBlank(key: string, target: string, user: OsUser | undefined): boolean {
  const kept = join(SHELF, key);
  if (!existsSync(kept)) return false;
  try {
    cpSync(kept, target, { recursive: true });
    giveTo(target, user);
    return true;
  } catch {
    // Another user's, or a full disk: initdb will say so better.
    rmSync(target, { recursive: true, force: true });
    return false;
  }
}

/** Keeps a copy of `source`. A folder that cannot be written costs speed, nothing else. */
export function keepBlank(key: string, source: string): void {
  let unfinished: string | undefined;
  try {
    mkdirSync(SHELF, { recursive: true, mode: 0o700 });
    unfinished = mkdtempSync(join(SHELF, 'new-'));
    cpSync(source, unfinished, { recursive: true });
    renameSync(unfinished, join(SHELF, key)); // fails when another process was first
  } catch {
    if (unfinished) rmSync(unfinished, { recursive: true, force: true });
  }
}

function giveTo(directory: string, user: OsUser | undefined): void {
  if (!user) return;
  chownSync(directory, user.uid, user.gid);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(directory, name), user.uid, user.gid);
  }
}
