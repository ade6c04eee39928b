import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, PROJECT_ROOT } from '../binaries.ts';
import type { OsUser } from '../os-user.ts';

/**
 * Data folders for servers whose data nobody keeps, fresh from initdb or filled once: copying one takes a tenth of the time of making
 * it, and a test run needs fifty. The checkout's own folder holds them, where no other user can plant one.
 */
export const SHELF = join(PROJECT_ROOT, '.cordon', 'kept');

/** After so long, in milliseconds, nothing that was filled is taken any more. */
const STALE = 2 * 24 * 60 * 60 * 1000;

/** So many that were filled are kept: their key changes with each migration that lands, and with what applies it. */
const KEPT = 3;

/** In a data folder, the key of what it was filled with. */
const LABEL = 'cordon.content';

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
export function takeKept(key: string, target: string, user: OsUser | undefined): boolean {
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

/**
 * Keeps a copy of `source`, of a server that is down. A folder that cannot be written costs speed, nothing else.
 *
 * @param content the key of what it was filled with, which its label will name.
 */
export function keepData(key: string, source: string, content?: string): void {
  let unfinished: string | undefined;
  try {
    mkdirSync(SHELF, { recursive: true, mode: 0o700 });
    clearOut();
    unfinished = mkdtempSync(join(SHELF, 'new-'));
    cpSync(source, unfinished, { recursive: true });
    if (content) writeFileSync(join(unfinished, LABEL), content);
    renameSync(unfinished, join(SHELF, content ? filledKey(key, content) : key)); // fails when another process was first
  } catch {
    if (unfinished) rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Names a folder that was filled. */
export function filledKey(key: string, content: string): string {
  return `${key}-${content}`;
}

/** What a data folder was filled with when it was copied; undefined for one that was made here. */
export function contentOf(data: string): string | undefined {
  const label = join(data, LABEL);
  return existsSync(label) ? readFileSync(label, 'utf8') : undefined;
}

/** Removes what is filled and stale, or older than three others, and what a killed process left half copied. */
function clearOut(): void {
  const passing = readdirSync(SHELF)
    .map((name) => ({ name, path: join(SHELF, name), madeAt: statSync(join(SHELF, name)).mtimeMs }))
    .filter(({ name, path }) => name.startsWith('new-') || existsSync(join(path, LABEL)))
    .sort((a, b) => b.madeAt - a.madeAt);
  const older = passing.filter(({ name }) => !name.startsWith('new-')).slice(KEPT);
  for (const each of passing) {
    if (older.includes(each) || each.madeAt < Date.now() - STALE) takeAway(each.name);
  }
}

/**
 * Forgets what was kept of some content: no server comes up on it, as where a disk failed.
 *
 * @returns whether there was any.
 */
export function forgetContent(content: string): boolean {
  const names = existsSync(SHELF) ? readdirSync(SHELF).filter((name) => name.endsWith(`-${content}`)) : [];
  for (const name of names) takeAway(name);
  return names.length > 0;
}

/** Under another name first: who is copying it meanwhile meets an error, and not half of it. */
function takeAway(name: string): void {
  const gone = mkdtempSync(join(SHELF, 'new-'));
  try {
    renameSync(join(SHELF, name), gone);
  } catch {
    // Another process was first.
  } finally {
    rmSync(gone, { recursive: true, force: true });
  }
}

function giveTo(directory: string, user: OsUser | undefined): void {
  if (!user) return;
  chownSync(directory, user.uid, user.gid);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(directory, name), user.uid, user.gid);
  }
}
