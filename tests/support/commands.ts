import { join } from 'node:path';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';

/** Where this run has its commands bundled. */
export const BUNDLED = 'CORDON_TEST_COMMANDS';

/**
 * The arguments with which Node runs one of our commands: bundled, where that was done. `startScript` starts them from their
 * sources, as npm does.
 *
 * @param script `db-url.ts`; one of another project by its path, which has nothing bundled.
 */
export function commandArguments(script: string, ...args: readonly string[]): string[] {
  const folder = process.env[BUNDLED];
  return folder && /^[\w-]+\.ts$/.test(script)
    ? [join(folder, script.replace(/\.ts$/, '.mjs')), ...args]
    : ['--import', 'tsx', join(PROJECT_ROOT, 'scripts', script), ...args];
}
