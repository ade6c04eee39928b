import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';

/** Where this run has its commands bundled. */
export const BUNDLED = 'CORDON_TEST_COMMANDS';

/** Whether this test run is root, who hands the server to the OS user `postgres`. */
export const isRoot = process.getuid?.() === 0;

/** `nobody`: as ordinary as users get, and it exists everywhere. */
const ORDINARY = 65_534;

/** Whether an ordinary user can read the checkout: not a clone in /root. */
export const ordinaryMayRead =
  !isRoot ||
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', PROJECT_ROOT], { uid: ORDINARY, gid: ORDINARY, cwd: '/' })
    .status === 0;

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

export interface Finished {
  /** 1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly text: string;
}

export interface RunOptions {
  /** As root: run it as `nobody`. Otherwise this user is an ordinary one already. */
  readonly ordinary?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs one of the npm scripts' files with arguments. */
export function runScript(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return runNode(commandArguments(file, ...args), options);
}

/** Runs a TypeScript module's text in a process of its own, which can import the project's files by `/…` paths. */
export function runModule(text: string, options: RunOptions = {}): Promise<Finished> {
  return runNode(['--import', 'tsx', '--input-type=module', '--eval', text], options);
}

/** Runs Node with these arguments. */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, args, options);
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  { ordinary = false, env = {}, cwd = PROJECT_ROOT }: RunOptions = {},
): Promise<Finished> {
  const switched = ordinary && isRoot ? { uid: ORDINARY, gid: ORDINARY } : {};
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        cwd,
        env: { ...process.env, HOME: '/nonexistent', ...env },
        maxBuffer: 10_000_000,
        ...switched,
      },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0;
        resolve({ code, stdout, stderr, text: `${stdout}${stderr}` });
      },
    );
  });
}
