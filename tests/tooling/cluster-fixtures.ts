import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../../scripts/console/errors.ts';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { commandArguments } from '../support/commands.ts';

/** Whether this test run is root, who hands the server to the OS user `postgres`. */
export const isRoot = process.getuid?.() === 0;

/** `nobody`: as ordinary as users get, and it exists everywhere. */
const ORDINARY = 65_534;

/** Whether an ordinary user can read the checkout: not a clone in /root. */
export const ordinaryMayRead =
  !isRoot ||
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', PROJECT_ROOT], { uid: ORDINARY, gid: ORDINARY, cwd: '/' })
    .status === 0;

/** A temporary folder that every user may enter. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** As root: run it as `nobody`. Otherwise this user is an ordinary one already. */
  readonly ordinary?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a TypeScript module's text in a process of its own, which can import the project's files by `/…` paths. */
export function runModule(text: string, options: RunOptions = {}): Promise<Finished> {
  return runNode(['--import', 'tsx', '--input-type=module', '--eval', text], options);
}

/** Runs one of the npm scripts' files with arguments. */
export function runScript(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return runNode(commandArguments(file, ...args), options);
}

function runNode(args: readonly string[], { ordinary = false, env = {} }: RunOptions): Promise<Finished> {
  const switched = ordinary && isRoot ? { uid: ORDINARY, gid: ORDINARY } : {};
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: PROJECT_ROOT, env: { ...process.env, HOME: '/nonexistent', ...env }, ...switched },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      },
    );
  });
}

/** The numeric user that a process runs as. */
export function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** What an operation that must fail tells its user. Fails the test if it succeeds or throws anything else. */
export async function explanationOf(work: () => unknown): Promise<{ exitCode: number; text: string }> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { problem, expected, remedy, details = [] } = error.explanation;
    return { exitCode: error.exitCode, text: [problem, expected, ...details, remedy].join('\n') };
  }
  throw new Error('it should have failed');
}

/** Occupies a port of 127.0.0.1 until closed, hanging up on callers or keeping silent. */
export function occupy(
  port = 0,
  manner: 'hang up' | 'silent' = 'hang up',
): Promise<{ port: number; server: Server }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => (manner === 'silent' ? socket.unref() : socket.destroy()));
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address ? address.port : port, server });
    });
  });
}
