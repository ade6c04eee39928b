import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What folders of bundled commands begin with; the id of the process that made one follows. */
export const BUNDLE_PREFIX = '.cordon-commands-';

const DAY = 86_400_000;

/**
 * Removes the bundles of runs that were killed, which could not do it themselves: their process is gone. Of one whose name tells no
 * process, as older runs wrote them, a day decides.
 */
export function removeStaleBundles(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(BUNDLE_PREFIX)) continue;
    const folder = join(parent, name);
    const pid = /^(\d+)-/.exec(name.slice(BUNDLE_PREFIX.length))?.[1];
    const isStale = pid ? !isAlive(Number(pid)) : Date.now() - (modified(folder) ?? Date.now()) > DAY;
    if (isStale) rmSync(folder, { recursive: true, force: true });
  }
}

/** `undefined` where another run has just removed it. */
function modified(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // another user's is one too
  }
}
