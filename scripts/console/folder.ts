import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { misuse } from './errors.ts';

/**
 * Before work whose result goes into a file: it must be possible to write it. Nothing named is nothing to check.
 *
 * @throws CordonError (exit code 2) naming what is in the way: no name, a folder of that name, no folder around it.
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
  if (isFolder(folder)) return;
  throw misuse({
    problem: `${path} cannot be written: there is no folder ${folder}`,
    expected,
    remedy: existsSync(folder) ? 'name a file elsewhere: that is a file' : `mkdir -p ${folder}`,
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, or a file stands where a folder would have to
  }
}
