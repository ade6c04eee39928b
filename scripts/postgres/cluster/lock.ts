import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { misuse } from '../../console/errors.ts';
import { isAlive } from './pid.ts';

const PATIENCE_MS = 90_000;

/**
 * Runs `work` while no other process starts or stops the same cluster; a second one waits.
 *
 * The lock only spares two starts from doing the same work twice. Should it ever fail, PostgreSQL's own
 * postmaster.pid and the renaming of finished data folders still keep the data whole.
 *
 * @param file the lock file; it holds the process id of its owner.
 * @throws CommandError (exit code 2) when the lock is still held after 90 seconds.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!take(file)) {
    if (!stealFromDead(file)) {
      if (Date.now() > deadline) throw stuck(file);
      await sleep(50);
    }
  }
  try {
    return await work();
  } finally {
    if (holder(file) === process.pid) rmSync(file, { force: true });
  }
}

/** Written aside and linked into place, so that nobody ever reads a lock without its owner. */
function take(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A lock whose owner was killed is moved away first: of two processes that see it, one succeeds. */
function stealFromDead(file: string): boolean {
  const owner = holder(file);
  if (owner === undefined || isAlive(owner)) return false;
  const away = `${file}.dead-${process.pid}`;
  try {
    renameSync(file, away);
  } catch {
    return false;
  }
  const stolen = holder(away);
  if (stolen === owner) {
    rmSync(away, { force: true });
    return true;
  }
  // It had changed hands in between: give it back.
  try {
    linkSync(away, file);
  } catch {
    // Someone else took the lock in that instant; both will find that the server is up.
  }
  rmSync(away, { force: true });
  return false;
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function stuck(file: string) {
  return misuse({
    problem: `another process (${holder(file) ?? 'gone'}) has been starting or stopping the server for ${PATIENCE_MS / 1000} s`,
    expected: `the lock ${file} to be released`,
    remedy: 'end that process, or remove the lock file if it is not one of ours',
  });
}
