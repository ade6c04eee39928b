import { dirname, join } from 'node:path';
import { $ } from 'zx';
import { modifiedAt } from './test-report.ts';

/** What no test reads and nothing runs on. */
const APART = new Set(['LICENSE']);

/**
 * Whether anything that the outcome of a test may depend on is newer than that time, or gone: every file that git lists or would list. Whatever a
 * list by hand left out, a stale report would prove.
 *
 * @param checkout its folder; where git lists nothing, there is nothing to tell it by, and it counts as changed.
 */
export async function changedSince(checkout: string, time: number): Promise<boolean> {
  const listed = await $({
    cwd: checkout,
    quiet: true,
    nothrow: true,
    verbose: false,
  })`git ls-files -z --cached --others --exclude-standard`;
  const files = listed.stdout.split('\0').filter((file) => file !== '' && !APART.has(file));
  if (!listed.ok || files.length === 0) return true;
  // A folder is newer where a file of it is gone, but for the checkout's own, in which commands keep things.
  const folders = new Set(files.map(dirname).filter((folder) => folder !== '.'));
  for (const name of [...files, ...folders]) {
    const at = await modifiedAt(join(checkout, name));
    if (at === 0 || at > time) return true;
  }
  return false;
}
