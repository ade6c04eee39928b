import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { misuse } from '../console/errors.ts';
import { MIGRATIONS, type Migration } from './history.ts';
import type { Runner } from './runners.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes migrations into a folder of their own, for as long as a runner reads them: it applies what was checked, compared and acknowledged,
 * whatever an editor or a `git pull` makes of the project's folder meanwhile.
 *
 * @param directory the project's.
 * @param work receives the copy.
 */
export async function withVerified<T>(
  runner: Runner,
  migrations: readonly Migration[],
  directory: string,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const root = makeRoot();
  const remove = () => rmSync(root, { recursive: true, force: true });
  // Whoever holds a signal already sends it once more when he has cleaned up, which ends this process if nobody else holds it: nothing below is reached.
  // Where nobody does, watch() sees to it that it is.
  const held = SIGNALS.filter((signal) => process.listenerCount(signal) > 0);
  for (const signal of held) process.prependOnceListener(signal, remove);
  process.once('exit', remove);
  try {
    const copy = join(root, MIGRATIONS);
    mkdirSync(copy);
    for (const { fileName, sql } of migrations) writeFileSync(join(copy, fileName), sql);
    runner.surround?.(dirname(resolve(directory)), root);
    return await work(copy);
  } finally {
    for (const signal of held) process.off(signal, remove);
    process.off('exit', remove);
    remove();
  }
}

function makeRoot(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'cordon-verified-'));
  } catch (cause) {
    throw misuse(
      {
        problem: `no folder can be made in ${tmpdir()}: ${(cause as Error).message}`,
        expected: 'a temporary folder that can be written: the runner reads the migrations from there',
        remedy: 'look at TMPDIR; nothing was applied',
      },
      { cause },
    );
  }
}
