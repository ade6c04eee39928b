import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finding } from '../console/errors.ts';
import { writeReport } from '../console/folder.ts';

/**
 * Writes a file that must not exist yet, whole or not at all.
 *
 * @throws CommandError (1) if it exists; it is left alone.
 */
export function writeNewFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeReport(temporary, text);
  try {
    linkSync(temporary, path); // unlike rename, fails where the name is taken
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw finding(
      { problem: `${path} exists already`, expected: 'a new file', remedy: 'run again' },
      { cause },
    );
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** `migrations/20261125100000_create_schemas.sql` */
export function migrationPath(directory: string, version: string, name: string): string {
  return join(directory, `${version}_${name}.sql`);
}
