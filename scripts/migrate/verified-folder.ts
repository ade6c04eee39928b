import type { ChildProcess } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { misuse } from '../console/errors.ts';
import { isAlive } from '../postgres/cluster/pid.ts';
import { MIGRATIONS, type Migration } from './history.ts';
import type { Runner } from './runners.ts';

const PREFIX = 'cordon-verified-';
/** Whose folder it is stands in its name, which is there as soon as it is. */
const NAME = new RegExp(`^${PREFIX}([1-9][0-9]*)-`);
/** Beside the copy of the project: whose process reads it. */
const READER = 'runner';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes migrations into a folder of their own, for as long as a runner reads them: it applies what was checked, compared and acknowledged,
 * whatever an editor or a `git pull` makes of the project's folder meanwhile. The folder goes with the work, also where a signal ends this process;
 * that of a killed one goes by {@link removeLeftCopies}.
 *
 * @param directory the project's.
 * @param work receives the copy, and what to tell of the runner that it starts: a signal that nobody else holds goes to that.
 */
export async function withVerified<T>(
  runner: Runner,
  migrations: readonly Migration[],
  directory: string,
  work: (copy: string, started: (runner: ChildProcess) => void) => Promise<T>,
): Promise<T> {
  let root: string | undefined;
  let child: ChildProcess | undefined;
  const remove = () => {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  };
  const letGo = () => {
    for (const signal of SIGNALS) process.off(signal, held.has(signal) ? remove : onSignal);
    process.off('exit', remove);
  };
  // The runner gets the time to end; a terminal's Ctrl-C reaches it by itself, a `kill` does not. Once it has ended, what it did is still to be recorded.
  const onSignal = (signal: NodeJS.Signals) => {
    if (child) return void child.kill(signal);
    remove();
    letGo();
    process.kill(process.pid, signal);
  };
  // Whoever holds a signal already takes its own server away and sends it once more, which ends this process if nobody else holds it: held here too, it
  // would be outlived, and the server that is gone taken for one that was lost. So the folder is removed before that, and nothing below is reached.
  const held = new Set<NodeJS.Signals>(SIGNALS.filter((signal) => process.listenerCount(signal) > 0));
  for (const signal of SIGNALS) {
    if (held.has(signal)) process.prependOnceListener(signal, remove);
    else process.on(signal, onSignal);
  }
  process.once('exit', remove);
  try {
    const made = prepare(() => mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`)));
    root = made;
    const copy = join(made, 'project', MIGRATIONS);
    prepare(() => {
      mkdirSync(copy, { recursive: true });
      for (const { fileName, sql } of migrations) writeFileSync(join(copy, fileName), sql);
      runner.surround?.(dirname(resolve(directory)), dirname(copy));
    });
    return await work(copy, (started) => {
      child = started;
      noteReader(made, started);
    });
  } finally {
    letGo();
    remove();
  }
}

/** Whatever the system has against it: no place, no room, something that stands there. @throws CommandError (2) */
function prepare<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw misuse(
      {
        problem: `the migrations cannot be copied into a folder in ${tmpdir()}: ${(cause as Error).message}`,
        expected:
          'a temporary folder with room, in which files, folders and links can be made: the runner reads the migrations from there',
        remedy: 'look at TMPDIR; nothing was applied',
      },
      { cause },
    );
  }
}

function noteReader(root: string, { pid }: ChildProcess): void {
  try {
    writeFileSync(join(root, READER), String(pid));
  } catch {
    // It is at work, and only whoever sweeps after a killed process would have asked.
  }
}

/** Removes the folders of processes that were killed before they could, where no runner that outlived them still reads one. */
export function removeLeftCopies(): void {
  const folder = tmpdir();
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return; // told when a folder is to be made there
  }
  for (const name of names) {
    const owner = Number(NAME.exec(name)?.[1]);
    if (!(owner > 0) || isAlive(owner)) continue;
    const left = join(folder, name);
    try {
      if (isOwn(left) && !isRead(left)) rmSync(left, { recursive: true, force: true });
    } catch {
      // Just being removed by another one.
    }
  }
}

/** The temporary folder is everybody's: what somebody else put there under such a name is not ours to remove, nor what a link leads to. */
function isOwn(path: string): boolean {
  const found = lstatSync(path);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

function isRead(root: string): boolean {
  try {
    return isAlive(Number(readFileSync(join(root, READER), 'utf8')));
  } catch {
    return false; // killed before there was one
  }
}
