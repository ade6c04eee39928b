import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finding, misuse } from '../console/errors.ts';
import { checkText, type Problem } from './rules.ts';

/** The project's history, relative to the working directory of every npm script. */
export const MIGRATIONS = 'migrations';

const FILE_NAME = /^(?<version>\d{14})_(?<name>[a-z][a-z0-9_]*)\.sql$/;

/** One file of the history. */
export interface Migration {
  /** The 14 digits that order it. */
  readonly version: string;
  /** `create_patients` */
  readonly name: string;
  /** `20261125090000_create_patients.sql` */
  readonly fileName: string;
  /** Path as a user can open it. */
  readonly path: string;
  /** The whole file, markers included. */
  readonly sql: string;
  /** What runs: the text between the two markers, without them. */
  readonly up: string;
  /** SHA-256 of the file's bytes, in hex: what `sha256sum` prints. */
  readonly checksum: string;
}

/**
 * Reads the migrations of a folder in the order in which they run, and checks everything that text alone tells:
 * names, unique versions, markers, header, lock timeout, empty down section. (Grammar: {@link checkSyntax}.)
 *
 * @param directory the folder; files that do not end in `.sql` are ignored.
 * @returns the migrations, oldest first; an empty folder is an empty history.
 * @throws CommandError (1) listing every malformed file with its line; (2) if the folder cannot be read.
 */
export function readMigrations(directory: string = MIGRATIONS): Migration[] {
  const entries = listSqlFiles(directory);
  const problems: Problem[] = [];
  const migrations: Migration[] = [];
  for (const entry of entries) {
    const fileName = entry.name;
    const path = join(directory, fileName);
    if (!entry.isFile()) {
      // What a link leads to is not in the history, and can change behind its back; a pipe is read once, or never ends.
      problems.push({ path, line: 1, problem: 'is a link, a pipe or a device, and no file of its own' });
      continue;
    }
    const parts = FILE_NAME.exec(fileName)?.groups;
    if (!parts) {
      problems.push({ path, line: 1, problem: 'name is not <14 digits>_<verb_object>.sql in lower case' });
      continue;
    }
    const bytes = readFileSync(path);
    const text = checkText(path, bytes, problems);
    if (!text) continue;
    const checksum = createHash('sha256').update(bytes).digest('hex');
    const { version = '', name = '' } = parts;
    migrations.push({ version, name, fileName, path, checksum, sql: text.sql, up: text.up });
  }
  for (const [index, { path, version }] of migrations.entries()) {
    const earlier = migrations[index - 1];
    if (earlier?.version !== version) continue;
    problems.push({ path, line: 1, problem: `version ${version} is also that of ${earlier.fileName}` });
  }
  if (problems.length > 0) throw malformed(problems);
  return migrations;
}

function listSqlFiles(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith('.sql'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw misuse(
      {
        problem: `cannot read the migrations folder ${directory}: ${(cause as Error).message}`,
        remedy: 'run the command in the root of the project',
      },
      { cause },
    );
  }
}

function malformed(problems: readonly Problem[]): Error {
  const files = new Set(problems.map(({ path }) => path));
  return finding({
    problem: files.size === 1 ? `malformed migration ${[...files][0]}` : `${files.size} malformed migrations`,
    expected: 'a file as `npm run db:new -- <verb_object>` writes it',
    details: problems.map(({ path, line, problem }) => `${path}:${line}  ${problem}`),
    remedy: 'mend the lines named above; nothing was applied',
  });
}
