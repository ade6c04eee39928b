import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';

export const FOLDER = '.github/workflows';

/** The workflows as they stand, by file name. */
export const WORKFLOWS: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

interface StepText {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The step of a workflow by its id: its shell text, and what its `env` says. */
export function stepOf(file: string, job: string, id: string): Required<Pick<StepText, 'run' | 'env'>> {
  const { jobs } = parse(WORKFLOWS[file] ?? '') as { jobs: Record<string, { steps: StepText[] }> };
  const step = jobs[job]?.steps.find((each) => each.id === id);
  if (!step?.run) throw new Error(`${file} has no step ${job}.${id} that runs something`);
  return { run: step.run, env: step.env ?? {} };
}

/** One call of a program in whose place the test stands. */
interface Call {
  readonly args: readonly string[];
  /** What `--input` named, parsed. */
  readonly input?: unknown;
}

export interface Ran {
  readonly code: number;
  readonly output: string;
  /** What the step wrote to $GITHUB_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly calls: readonly Call[];
}

/**
 * Runs the shell of a step as a runner does: `bash --noprofile --norc -eo pipefail`, in an empty folder.
 *
 * @param folder stays; what the step left is there.
 * @param programs by name, as the text of a Node module: what stands on PATH before anything else.
 */
export async function runStep(
  folder: string,
  run: string,
  env: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const bin = join(folder, 'bin');
  const at = (name: string) => join(folder, name);
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, `${name}.cjs`), text);
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${join(bin, name)}.cjs" "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(at('step.sh'), run);
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', at('step.sh')], {
      cwd: existsSync(at('work')) ? at('work') : folder,
      env: {
        HOME: folder,
        PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
        GITHUB_OUTPUT: at('output'),
        GITHUB_STEP_SUMMARY: at('summary'),
        CALLS: at('calls'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (exit) => resolve({ code: exit ?? -1, output: text }));
  });
  const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '');
  const linesOf = (name: string) => read(name).split('\n').filter(Boolean);
  return {
    code,
    output,
    outputs: Object.fromEntries(linesOf('output').map((line) => line.split(/=(.*)/s).slice(0, 2))),
    summary: read('summary'),
    calls: linesOf('calls').map((line) => JSON.parse(line) as Call),
  };
}

/**
 * GitHub's command, as far as the workflows call it: tells what it was asked, and answers a listing page by page as
 * `--paginate` does, one array behind the other.
 */
export function fakeGh(
  pages: readonly (readonly unknown[])[],
  failure?: { readonly on: string; readonly message: string },
): string {
  return `
    const { appendFileSync, readFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    const at = args.indexOf('--input');
    const input = at < 0 ? undefined : JSON.parse(readFileSync(args[at + 1], 'utf8'));
    appendFileSync(process.env.CALLS, JSON.stringify({ args, input }) + '\\n');
    if (args[0] !== 'api' || !process.env.GH_TOKEN) { console.error('gh: no'); process.exit(4); }
    const failure = ${JSON.stringify(failure ?? null)};
    if (failure && args.join(' ').includes(failure.on)) { console.error(failure.message); process.exit(1); }
    if (args.includes('--paginate')) for (const page of ${JSON.stringify(pages)}) process.stdout.write(JSON.stringify(page));
    else if (!args.includes('--silent')) process.stdout.write(JSON.stringify({ private: process.env.PUBLIC !== 'yes' }));
  `;
}

export const REPOSITORY = 'clinic/database';
export const BOT = { login: 'github-actions[bot]' };
export const SOMEBODY = { login: 'mallory' };
/** What a shell would do something with, and Markdown and JSON too. */
export const HOSTILE = '"$(touch stolen)" `touch stolen` \\ \u2028 $GH_TOKEN \'; touch stolen #\n';

/** What a step asked of GitHub: the method and the path. */
export const called = ({ calls }: Ran) =>
  calls.map(({ args }) => {
    const at = args.indexOf('--method');
    return `${at < 0 ? 'GET' : args[at + 1]} ${args.find((each) => each.startsWith('repos/'))}`;
  });

/** Nobody's machine must have jq; GitHub's have it. */
export const hasJq = spawnSync('jq', ['--version']).status === 0;
