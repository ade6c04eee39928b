import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { misuse } from './errors.ts';

/**
 * Before work whose result goes into a file: there must be a folder for it. Nothing named is nothing to check.
 *
 * @throws CordonError (exit code 2) naming the folder that is missing.
 */
export function requireFolderOf(path: string | undefined): void {
  if (path === undefined || existsSync(dirname(path))) return;
  throw misuse({
    problem: `${path} cannot be written: there is no folder ${dirname(path)}`,
    expected: 'a file in a folder that exists',
    remedy: `mkdir -p ${dirname(path)}`,
  });
}
