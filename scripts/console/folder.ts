import {
  closeSync,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { misuse } from './errors.ts';

/**
 * Before work whose result goes into a file: it must be possible to write it. Nothing named is nothing to check.
 *
 * @throws CommandError (exit code 2) naming what is in the way: no name, a folder of that name, no folder around it, or
 *   what the system says who may not, or cannot, write there.
 */
export function requirePlaceFor(path: string | undefined): void {
  if (path === undefined) return;
  const expected = 'a file in a folder that exists';
  if (path === '') {
    throw misuse({ problem: 'the name of the file to write is empty', expected, remedy: 'name it' });
  }
  if (isFolder(path)) {
    throw misuse({
      problem: `${path} cannot be written: it is a folder`,
      expected,
      remedy: 'name a file in it',
    });
  }
  const folder = dirname(path);
  if (isFolder(folder)) {
    tryToWrite(path);
    return;
  }
  throw misuse({
    problem: `${path} cannot be written: there is no folder ${folder}`,
    expected,
    remedy: existsSync(folder) ? 'name a file elsewhere: that is a file' : `mkdir -p ${folder}`,
  });
}

/** Of two reports in one file the last remains, and nobody is told of the first. A device takes them all. @throws CommandError (2) */
export function requirePlacesApart(paths: readonly (string | undefined)[]): void {
  const places = paths.flatMap((path) => (path === undefined ? [] : [placeOf(path)]));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice === undefined || (existsSync(twice) && !statSync(twice).isFile())) return;
  throw misuse({
    problem: `two reports are to be written into ${twice}`,
    expected: 'a file for each',
    remedy: 'name another one for one of them',
  });
}

/** However it is written, and behind links. */
function placeOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}

/**
 * Writes what a command was asked for into a file, as a whole or not at all: where there is no room for it, or the command is killed, what
 * stood there stays.
 *
 * @throws CommandError (exit code 2) where the system refuses.
 */
export function writeReport(file: string | URL, text: string): void {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  // A pipe or a device takes what it is given, and is no file to be replaced by one. Behind a link, it is the file that is replaced.
  const isThere = existsSync(path);
  const isFile = !isThere || statSync(path).isFile();
  const target = isThere ? realpathSync(path) : path;
  const unfinished = isFile ? join(dirname(target), `.cordon-${process.pid}`) : target;
  try {
    writeFileSync(unfinished, text, isThere ? { mode: statSync(target).mode } : {});
    if (isFile) renameSync(unfinished, target);
  } catch (cause) {
    if (isFile) rmSync(unfinished, { force: true });
    throw refused(path, cause);
  }
}

/** Opens the file as it will be opened, and leaves nothing behind. A pipe is opened once, when there is something to write. */
function tryToWrite(path: string): void {
  const isThere = existsSync(path);
  if (isThere && !statSync(path).isFile()) return;
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw refused(path, cause);
  }
  if (!isThere) rmSync(path, { force: true });
}

function refused(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return misuse(
    {
      problem: `${path} cannot be written (${code})`,
      expected: 'a place with room where you may write',
      remedy: 'name a file elsewhere, or make room and see who may write there',
    },
    { cause },
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, or a file stands where a folder would have to
  }
}
