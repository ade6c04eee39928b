import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LEDGER } from '../../scripts/migrate/ledger.ts';
import type { Runner } from '../../scripts/migrate/runners.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { commandArguments } from '../support/commands.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = fileURLToPath(import.meta.resolve('tsx'));

/** A well-formed migration around some SQL, which begins on line 6. */
export function migrationText(sql: string): string {
  return `-- migrate:up
-- Why: a fixture.
-- Access: none.
-- Locks: none.
set local lock_timeout = '5s';
${sql}

-- migrate:down
`;
}

export interface Project {
  readonly root: string;
  readonly directory: string;
  /** Writes a well-formed migration: `add('20260101000000_create_a', 'create table …')`. */
  add(name: string, sql: string): string;
  /** Writes a file as it stands. */
  write(fileName: string, text: string): string;
  remove(): void;
}

/** A project of its own in a temporary folder, laid out as ours is. */
export function makeProject(files: Readonly<Record<string, string>> = {}): Project {
  const root = mkdtempSync(join(tmpdir(), 'cordon-project-'));
  const directory = join(root, 'migrations');
  mkdirSync(directory);
  mkdirSync(join(root, 'seed'));
  mkdirSync(join(root, 'supabase'));
  symlinkSync('../migrations', join(root, 'supabase', 'migrations'));
  cpSync(join(CHECKOUT, 'supabase', 'config.toml'), join(root, 'supabase', 'config.toml'));
  const write = (fileName: string, text: string) => {
    writeFileSync(join(directory, fileName), text);
    return join(directory, fileName);
  };
  const add = (name: string, sql: string) => write(`${name}.sql`, migrationText(sql));
  for (const [name, sql] of Object.entries(files)) add(name, sql);
  return { root, directory, write, add, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly pid: number;
  readonly finished: Promise<Outcome>;
  /** Resolves when it has printed such a line to either stream, to what was found. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  kill(): void;
}

/** Starts one of our npm scripts as a user does, with a project of its own as working directory. */
export function startScript(
  script: string,
  project: Project,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Command {
  const file = resolve(CHECKOUT, 'scripts', `${script}.ts`);
  return start(process.execPath, ['--import', TSX, file, ...args], { cwd: project.root, env });
}

/** The same from what this run has bundled: for tests about what the command does, and not how it is started. */
export function startCommand(
  script: string,
  project: Project,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Command {
  return start(process.execPath, commandArguments(`${script}.ts`, ...args), { cwd: project.root, env });
}

/** Calls a runner by hand, without any of our checks. */
export function callRunner(runner: Runner, url: string, directory: string): Promise<Outcome> {
  const { file, args, cwd, env } = runner.process(url, directory);
  return start(file, args, { cwd, env }).finished;
}

/** Starts any program, and keeps what it prints. */
export function start(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Command {
  const env = { ...process.env, DATABASE_URL: undefined, NO_COLOR: '1', ...options.env };
  const child = spawn(file, [...args], { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      for (const check of waiting) check();
    });
  }
  const finished = new Promise<Outcome>((done) => {
    child.once('close', (code) => done({ code, ...text }));
  });
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const check = () => {
        const found = pattern.exec(text.stdout + text.stderr);
        if (found) done(found);
      };
      waiting.add(check);
      check();
      void finished.then(() =>
        fail(new Error(`ended without printing ${pattern}:\n${text.stdout}${text.stderr}`)),
      );
    });
  return { pid: child.pid ?? 0, finished, printed, kill: () => child.kill('SIGKILL') };
}

/** The rows of the ledger, as text. */
export function ledgerOf(url: string): Promise<Row[]> {
  return rowsOf(
    url,
    `select version::text, name, checksum is not null as checked from ${LEDGER} order by version`,
  );
}

/** Whether such a table exists. */
export async function hasTable(url: string, name: string): Promise<boolean> {
  const [row] = await rowsOf(url, `select to_regclass('${name}') is not null as found`);
  return row?.found === true;
}

export function rowsOf(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql)).rows);
}

/** A row whose columns the test knows. */
export interface Row {
  readonly [column: string]: unknown;
  readonly found?: boolean;
}
