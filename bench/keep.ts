import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { misuse } from '../scripts/console/errors.ts';

/** What a folder holds that a server lives in. */
const RECORD = 'cluster.json';

/**
 * Before a server is kept in a folder, which becomes its operating system user's: it must be one of an earlier run, or hold nothing.
 *
 * @throws CommandError (exit code 2) for a folder that holds something else.
 */
export function requireKeepable(folder: string): void {
  const isForeign =
    existsSync(folder) &&
    statSync(folder).isDirectory() &&
    !existsSync(join(folder, RECORD)) &&
    readdirSync(folder).length > 0;
  if (!isForeign) return;
  throw misuse({
    problem: `${folder} holds something else`,
    expected: 'the folder of an earlier run, an empty one, or one that is not there yet',
    remedy: 'npm run bench -- --keep .cordon/bench',
  });
}
