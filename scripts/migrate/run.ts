import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { counted } from '../console/counted.ts';
import { LOST_CONNECTION } from '../console/denied.ts';
import { finding, misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { isGone } from '../postgres/connect-failure.ts';
import { MIGRATIONS, type Migration, readMigrations } from './history.ts';
import {
  assertConsistent,
  compareWithLedger,
  completeLedger,
  type LedgerRow,
  prepareLedger,
  readLedger,
  recordStart,
} from './ledger.ts';
import { withMigrationLock } from './lock.ts';
import { runnerUrl, withoutSecret } from './runner-url.ts';
import type { Runner } from './runners.ts';
import { withoutRowValues } from './server-error.ts';
import { removeLeftCopies, withVerified } from './verified-folder.ts';
import { type AppliedMigration, type Run, watch } from './watch.ts';

export interface MigrateOptions {
  /** The folder with the migrations. */
  readonly directory?: string;
  /** Told what is under way, one line at a time. */
  readonly onProgress?: (line: string) => void;
}

export interface MigrateResult {
  /** What this call applied, oldest first. */
  readonly applied: readonly AppliedMigration[];
  /** How many of the files the database had before. */
  readonly alreadyApplied: number;
}

/**
 * Brings a database to the newest migration with one of the two runners: validate, lock, compare with the
 * ledger, run, complete the ledger. Nothing is applied unless every file is well-formed and the history unedited.
 *
 * @throws CommandError (1) for a malformed, edited, missing, out-of-order or failing migration; (2) for a server
 * that cannot be used, or that went away.
 */
export async function runMigrations(
  runner: Runner,
  url: string,
  { directory = MIGRATIONS, onProgress = () => {} }: MigrateOptions = {},
): Promise<MigrateResult> {
  readMigrations(directory); // whoever wrote a malformed one hears of it without a server
  return withMigrationLock(url, onProgress, async (client) => {
    removeLeftCopies(); // now that no runner is at work here any more
    const migrations = readMigrations(directory); // as they are now: the lock may have been waited for
    const comparison = compareWithLedger(migrations, await readLedger(client));
    assertConsistent(comparison);
    const alreadyApplied = comparison.applied.length;
    if (comparison.pending.length === 0) {
      if (alreadyApplied > 0) await recordSight(client, migrations);
      return { applied: [], alreadyApplied };
    }
    const { checkSyntax } = await import('./syntax.ts'); // the grammar costs 0.1 s to load
    await checkSyntax(comparison.pending);
    const { requireAcknowledged } = await import('../handshake/protect.ts');
    await requireAcknowledged(client, comparison.pending);
    await prepareLedger(client);
    await recordStart(client, comparison.pending);
    const run = await withVerified(runner, migrations, directory, (copy, started) =>
      watch(
        runner.process(runnerUrl(url, isEncrypted(client)), copy),
        comparison.pending,
        onProgress,
        started,
      ),
    );
    if (run.failure === undefined) {
      const { pending } = compareWithLedger(migrations, await complete(client, url, migrations));
      if (pending.length > 0) throw leftOut(runner, url, run, pending);
      return { applied: run.applied, alreadyApplied };
    }
    throw await explainRun(client, url, runner, run, migrations);
  });
}

/** A runner may call it a success to apply nothing: settings of its own may tell it so. */
function leftOut(runner: Runner, url: string, { printed }: Run, pending: readonly Migration[]): Error {
  return finding({
    problem: `${runner.name} ended well, and ${counted(pending.length, 'migration')} ${pending.length === 1 ? 'is' : 'are'} not applied`,
    expected: 'a line in the ledger for each that was pending',
    details: [...pending.map(({ path }) => `pending    ${path}`), ...shown(printed, url)],
    remedy:
      'see what it printed above: `[db.migrations] enabled = false` in supabase/config.toml, or SUPABASE_DB_MIGRATIONS_ENABLED in .env, has it leave them out',
  });
}

/** What a runner printed, without values of rows and without the password. */
function shown(printed: string, url: string): string[] {
  return withoutRowValues(withoutSecret(printed, url));
}

async function explainRun(
  client: pg.ClientBase,
  url: string,
  runner: Runner,
  { applied, current, failure = '', signal }: Run,
  migrations: readonly Migration[],
): Promise<Error> {
  const before = applied.map(
    ({ version, name, milliseconds }) => `applied    ${version}_${name}.sql (${milliseconds} ms)`,
  );
  if (signal) {
    return finding({
      problem: `${runner.name} was ended by ${signal}${current ? ` while it applied ${current.path}` : ''}`,
      expected: 'a migration is one transaction: it is applied as a whole or not at all',
      details: before,
      remedy: 'run the same command again: it goes on where this one stopped',
    });
  }
  try {
    await complete(client, url, migrations);
  } catch (cause) {
    // Anything else, such as a timeout, is told with what made the runner fail.
    if (!isGone(cause)) return explainFailed(url, runner, { current, failure }, before);
    return misuse(
      {
        problem: `${LOST_CONNECTION}${current ? ` while ${current.path} was applied` : ''}`,
        expected:
          'a server that stays up; a migration is one transaction, so it is applied as a whole or not at all',
        details: before,
        remedy:
          'run the same command again: it starts the embedded server if needed and goes on where it stopped',
      },
      { cause },
    );
  }
  return explainFailed(url, runner, { current, failure }, before);
}

async function explainFailed(
  url: string,
  runner: Runner,
  { current, failure = '' }: Pick<Run, 'current' | 'failure'>,
  before: readonly string[],
): Promise<Error> {
  const { explainFailure } = await import('./failure.ts');
  if (!current) {
    return finding({
      problem: `${runner.name} failed before it applied anything`,
      expected: 'exit code 0',
      details: shown(failure, url),
      remedy: 'see what it printed above; the database is exactly as before',
    });
  }
  try {
    return finding(await explainFailure(url, current, withoutSecret(failure, url), before));
  } catch (cause) {
    if (isGone(cause)) throw cause;
    return finding(
      {
        problem: `${current.path} failed, and nobody could look again why`,
        expected: 'every statement to succeed; nothing of this file remains',
        details: [...shown(failure, url), ...before],
        remedy: 'see what it printed above, mend it, and run again',
      },
      { cause },
    );
  }
}

/** The lock's connection may have died of idleness during a long migration: then by a new one. @returns the ledger. */
async function complete(
  client: pg.ClientBase,
  url: string,
  migrations: readonly Migration[],
): Promise<LedgerRow[]> {
  const work = async (by: pg.ClientBase) => {
    await completeLedger(by, migrations);
    return readLedger(by);
  };
  try {
    return await work(client);
  } catch {
    return withClient(url, work);
  }
}

/** Adopts rows that a runner wrote when it was called by hand; without any, it writes nothing. */
async function recordSight(client: pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  const rows = await readLedger(client);
  if (rows.every(({ name, checksum }) => name !== null && checksum !== null)) return;
  await prepareLedger(client);
  await completeLedger(client, migrations);
}

/** As the socket has it: of a pooler, the server can only tell how the pooler came to it. */
function isEncrypted(client: pg.ClientBase): boolean {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream instanceof TLSSocket;
}
