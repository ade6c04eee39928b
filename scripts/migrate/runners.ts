import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { resolveBinary } from 'dbmate';
import { misuse } from '../console/errors.ts';
import { MIGRATIONS } from './history.ts';
import { LEDGER } from './ledger.ts';
import { withoutPassword } from './runner-url.ts';

/** A process that applies what is pending. */
export interface RunnerProcess {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** A migration tool that is not ours. */
export interface Runner {
  readonly name: string;
  /** @param url from `runnerUrl`. @param directory - the migrations. */
  readonly process: (url: string, directory: string) => RunnerProcess;
  /** What it looks for beside the migrations. @param from - the project. @param to - where a copy of its migrations stands. */
  readonly surround?: (from: string, to: string) => void;
}

/**
 * dbmate reads the URL from its environment, and takes what else stands in a file `.env` for one: told of none, it reads none. It applies out-of-order
 * files unless strict.
 */
export const dbmate: Runner = {
  name: 'dbmate',
  process: (url, directory) => ({
    file: locate('dbmate', resolveBinary),
    args: [
      ...['--env', 'CORDON_RUNNER_URL', '--env-file', join(resolve(directory), 'none', '.env')],
      ...['--driver', 'postgres'],
      ...['--migrations-dir', resolve(directory), '--migrations-table', LEDGER, '--no-dump-schema'],
      ...['migrate', '--strict'],
    ],
    env: { ...ownEnvironment(), CORDON_RUNNER_URL: url },
    cwd: process.cwd(),
  }),
};

/** The Supabase CLI finds the migrations below `supabase/`, which stands beside the migrations folder. */
export const supabaseCli: Runner = {
  name: 'supabase db push',
  process: (url, directory) => {
    const project = dirname(resolve(directory));
    const flags = ['--include-all=false', '--yes', '--workdir', project];
    const { env, ...rest } = supabaseProcess(url, ['db', 'push', ...flags], project);
    return { ...rest, env: { ...namedBySettings(project), ...env } };
  },
  // Settings name files by where they stand in the project: all of it is there, by links.
  surround: (from, to) => {
    linkAll(from, to, ['supabase']);
    if (existsSync(join(from, 'supabase'))) linkAll(join(from, 'supabase'), join(to, 'supabase'), []);
    else mkdirSync(join(to, 'supabase'));
    symlinkSync(join('..', MIGRATIONS), join(to, 'supabase', MIGRATIONS));
  },
};

/** A value of TOML that is taken from the environment. */
const FROM_ENVIRONMENT = /["']env\((SUPABASE_\w+)\)["']/g;

/**
 * Of the variables that are kept from the CLI, those that the project's settings ask for: without its value a setting is refused, or says
 * the words `env(…)`. Whom it trusts no setting names.
 */
function namedBySettings(project: string): NodeJS.ProcessEnv {
  const settings = join(project, 'supabase', 'config.toml');
  const text = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const names = [...lines.join('\n').matchAll(FROM_ENVIRONMENT)].flatMap(([, name]) => name ?? []);
  return Object.fromEntries(
    names
      .filter((name) => name !== 'SUPABASE_CA_SKIP_VERIFY' && process.env[name] !== undefined)
      .map((name) => [name, process.env[name]]),
  );
}

/** Links to what stands in a folder, but for its migrations. */
function linkAll(from: string, to: string, without: readonly string[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== MIGRATIONS && !without.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
}

/**
 * A call of the Supabase CLI against a database. The password travels in the environment, as libpq's.
 *
 * @param args without `--db-url`.
 */
export function supabaseProcess(url: string, args: readonly string[], cwd: string): RunnerProcess {
  const { url: bare, password } = withoutPassword(url);
  const script = locate('supabase', () =>
    createRequire(import.meta.url).resolve('supabase/dist/supabase.js'),
  );
  return {
    file: process.execPath,
    args: [script, ...args, '--db-url', bare],
    env: {
      ...ownEnvironment(),
      ...(password === undefined ? {} : { PGPASSWORD: password }),
      PGPORT: new URL(url).port || '5432', // beside a socket, the CLI overlooks the port of the URL
      SUPABASE_TELEMETRY_DISABLED: '1',
      SUPABASE_NO_UPDATE_NOTIFIER: '1',
      NO_COLOR: '1',
    },
    cwd,
  };
}

/**
 * Ours, without what a shell tells every client of PostgreSQL: PGHOSTADDR and PGSERVICE lead a runner to another server than the one whose history was
 * compared, PGOPTIONS to other settings, and PGCLIENTENCODING and its like make it refuse. The URL says all that counts. A password is read by us, too.
 * And without what tells the runners themselves something: SUPABASE_DB_MIGRATIONS_ENABLED has one apply nothing and call that a success,
 * SUPABASE_CA_SKIP_VERIFY has it trust anybody. Where its program lies, it has to be told.
 */
const READ = new Set(['PGPASSWORD', 'PGPASSFILE', 'SUPABASE_CLI_BINARY_OVERRIDE']);

function ownEnvironment(): NodeJS.ProcessEnv {
  const isRead = (name: string) => READ.has(name) || !/^(PG|DBMATE_|SUPABASE_)/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isRead(name)));
}

function locate(tool: string, find: () => string): string {
  try {
    return find();
  } catch (cause) {
    throw misuse(
      {
        problem: `the binary of ${tool} is not installed for ${process.platform}-${process.arch}`,
        remedy: 'run `npm ci` (with optional dependencies) on this machine',
      },
      { cause },
    );
  }
}
