import { appendFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { misuse } from '../../console/errors.ts';
import type { Binaries } from '../binaries.ts';

import { explainStorageFailure } from './failure.ts';
import { type ClusterFiles, removeUnfinished, writeOwned } from './files.ts';
import { blankKey, filledKey, keepData, takeKept } from './kept-data.ts';
import { PASSWORD, run } from './process.ts';

/**
 * Creates the data folder. It is made under another name and renamed when complete, so that a `data` folder,
 * where there is one, is never half-finished. Data that need not last is copied from an earlier one's start.
 *
 * @param content what it should be filled with, where a folder that is so was kept.
 * @throws CommandError (exit code 2) when the folder is full, read-only or initdb cannot run here.
 */
export async function initialiseData(
  files: ClusterFiles,
  binaries: Binaries,
  superuser: string,
  durable: boolean,
  content?: string,
): Promise<void> {
  removeUnfinished(files);
  const unfinished = join(files.home, `data.new-${process.pid}`);
  const key = durable ? undefined : dataKey(binaries, superuser);
  const keys = key ? [...(content ? [filledKey(key, content)] : []), key] : [];
  if (keys.some((each) => takeKept(each, unfinished, files.user))) return renameSync(unfinished, files.data);
  const passwordFile = join(files.home, `data.new-${process.pid}.password`);
  writeOwned(files, passwordFile, `${PASSWORD}\n`, 0o600);
  try {
    const outcome = await run(
      binaries.initdb,
      initdbArguments(unfinished, superuser, passwordFile, binaries.major),
      files,
    );
    if (outcome.status !== 0) throw explainInitFailure(files, outcome.output);
    appendFileSync(join(unfinished, 'postgresql.conf'), "\ninclude = 'cordon.conf'\n");
    if (key) keepData(key, unfinished);
    renameSync(unfinished, files.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Names the data folder that these programs make for this superuser. */
export function dataKey(binaries: Binaries, superuser: string): string {
  return blankKey(binaries, initdbArguments('', superuser, '', binaries.major));
}

function initdbArguments(data: string, superuser: string, passwordFile: string, major: number): string[] {
  // The built-in provider sorts the same on every system, and macOS has no C.UTF-8 of its own.
  const locale =
    major >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8'];
  return [
    `--pgdata=${data}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...locale,
    '--no-instructions',
    // The renaming decides whether the folder counts; the first checkpoint writes it all out.
    '--no-sync',
  ];
}

function explainInitFailure(files: ClusterFiles, output: string) {
  const known = explainStorageFailure(files.home, output);
  if (known) return known;
  return misuse({
    problem: 'initdb could not create the database files',
    expected: `a new data folder in ${files.home}`,
    details: output.split('\n').slice(-6),
    remedy: 'see the lines above; a DATABASE_URL to another server works without it',
  });
}
