import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { resolveBinary } from 'dbmate';
import { misuse } from '../console/errors.ts';
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
}

/** dbmate reads the URL from its environment. It applies out-of-order files unless strict. */
export const dbmate: Runner = {
  name: 'dbmate',
  process: (url, directory) => ({
    file: locate('dbmate', resolveBinary),
    args: [
      ...['--env', 'CORDON_RUNNER_URL', '--driver', 'postgres'],
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
    return supabaseProcess(url, ['db', 'push', ...flags], project);
  },
};

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
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isRead = (name: string) => !/^PG/i.test(name) || name === 'PGPASSWORD' || name === 'PGPASSFILE';
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
