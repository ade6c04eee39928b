import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finding } from '../console/errors.ts';
import { writeReport } from '../console/folder.ts';
import { MIGRATIONS, type Migration, readMigrations } from './history.ts';

/** The list of landed migrations, in the format of `sha256sum`: `cd migrations && sha256sum -c SHA256SUMS`. */
export const CHECKSUM_FILE = 'SHA256SUMS';

const LINE = /^(?<checksum>[0-9a-f]{64}) [ *](?<fileName>\S+)$/;

/** Where the files and the list of landed migrations differ. */
export interface ChecksumReport {
  readonly edited: readonly string[];
  readonly unlisted: readonly string[];
  readonly vanished: readonly string[];
}

/**
 * Compares the migrations of a folder with its list of checksums.
 *
 * @returns file names: edited since they were listed, not listed yet, listed but gone.
 * @throws CommandError (1) for a malformed list or file.
 */
export function compareChecksums(directory: string = MIGRATIONS): ChecksumReport {
  const listed = readChecksums(directory);
  const migrations = readMigrations(directory);
  const present = new Set(migrations.map(({ fileName }) => fileName));
  const names = (chosen: readonly Migration[]) => chosen.map(({ fileName }) => fileName);
  return {
    edited: names(migrations.filter((m) => listed.has(m.fileName) && listed.get(m.fileName) !== m.checksum)),
    unlisted: names(migrations.filter(({ fileName }) => !listed.has(fileName))),
    vanished: [...listed.keys()].filter((fileName) => !present.has(fileName)),
  };
}

/**
 * Adds migrations to the list, as somebody has read them, whatever their files hold by now; lines already there are never changed.
 *
 * @throws CommandError (1) for one that is listed with another checksum.
 */
export function listChecksums(
  directory: string,
  migrations: readonly Pick<Migration, 'fileName' | 'checksum'>[],
): void {
  const listed = readChecksums(directory);
  for (const { fileName, checksum } of migrations) {
    const known = listed.get(fileName);
    if (known !== undefined && known !== checksum) {
      throw finding({
        problem: `cannot list ${join(directory, fileName)}: it was edited after it was listed`,
        expected: 'a new migration',
        remedy: `if it never ran anywhere, remove its line from ${join(directory, CHECKSUM_FILE)} first`,
      });
    }
    listed.set(fileName, checksum);
  }
  writeReport(join(directory, CHECKSUM_FILE), listText(listed));
}

/**
 * One digest of the whole history, landed or not: once every file is listed, that of the list itself
 * (`sha256sum migrations/SHA256SUMS`), so that anybody can tell which history a document speaks of.
 *
 * @returns 64 hex digits.
 */
export function historyDigest(directory: string = MIGRATIONS): string {
  const sums = new Map(readMigrations(directory).map(({ fileName, checksum }) => [fileName, checksum]));
  return createHash('sha256').update(listText(sums)).digest('hex');
}

function listText(sums: ReadonlyMap<string, string>): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fileName, checksum]) => `${checksum}  ${fileName}\n`)
    .join('');
}

function readChecksums(directory: string): Map<string, string> {
  const path = join(directory, CHECKSUM_FILE);
  if (!existsSync(path)) return new Map();
  const listed = new Map<string, string>();
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (line === '') continue;
    const { fileName, checksum } = LINE.exec(line)?.groups ?? {};
    if (!fileName || !checksum || listed.has(fileName)) {
      throw finding({
        problem: `${path}:${index + 1} is not a line of sha256sum, or names a file twice`,
        expected: '<64 hex digits>, two spaces, a file name',
        remedy: 'restore the list from version control',
      });
    }
    listed.set(fileName, checksum);
  }
  return listed;
}
