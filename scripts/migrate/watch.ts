import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Migration } from './history.ts';
import type { RunnerProcess } from './runners.ts';

export interface AppliedMigration {
  readonly version: string;
  readonly name: string;
  readonly milliseconds: number;
}

/** How the run of a runner went. */
export interface Run {
  readonly applied: readonly AppliedMigration[];
  /** What was being applied when the runner failed. */
  readonly current: Migration | undefined;
  /** Everything that the runner printed. */
  readonly printed: string;
  /** The same with how it ended, if it failed. */
  readonly failure: string | undefined;
  /** What ended the runner from outside. */
  readonly signal: NodeJS.Signals | null;
}

/** Both runners announce a file before they apply it: `Applying: x.sql`, `Applying migration x.sql...`. */
const ANNOUNCEMENT = /^Applying(?::| migration) (\S+?\.sql)/;

/**
 * Starts a runner and follows what it prints.
 *
 * @param pending the migrations it is expected to apply.
 * @param onProgress told each file as it is begun.
 * @param started told the process, before it does anything.
 */
export async function watch(
  { file, args, env, cwd }: RunnerProcess,
  pending: readonly Migration[],
  onProgress: (line: string) => void,
  started: (runner: ChildProcess) => void,
): Promise<Run> {
  const child = spawn(file, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started(child);
  const printed: string[] = [];
  const applied: AppliedMigration[] = [];
  let current: { migration: Migration; since: number } | undefined;
  const finishCurrent = () => {
    if (!current) return;
    const { version, name } = current.migration;
    applied.push({ version, name, milliseconds: Math.round(performance.now() - current.since) });
    current = undefined;
  };
  const read = (line: string) => {
    printed.push(line);
    const migration = pending.find(({ fileName }) => fileName === ANNOUNCEMENT.exec(line)?.[1]);
    if (!migration) return;
    finishCurrent();
    current = { migration, since: performance.now() };
    onProgress(`applying ${migration.fileName}`);
  };
  const streams = [child.stdout, child.stderr].map(async (input) => {
    for await (const line of createInterface({ input })) read(line);
  });
  const exit = await new Promise<{ code: number | string | null; signal: NodeJS.Signals | null }>(
    (resolve) => {
      child.once('error', (error) => resolve({ code: error.message, signal: null }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    },
  );
  await Promise.all(streams);
  if (exit.code === 0) {
    finishCurrent();
    return { applied, current: undefined, printed: printed.join('\n'), failure: undefined, signal: null };
  }
  const failure = [...printed, `exit code ${exit.code ?? exit.signal}`].join('\n');
  return {
    applied,
    current: current?.migration,
    printed: printed.join('\n'),
    failure,
    signal: exit.signal,
  };
}
