import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isServersOwn } from '../console/denied.ts';
import { finding, misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import { withMigrationLock } from './lock.ts';
import { explainServerError } from './server-error.ts';
import { refuseTransactionControl } from './syntax.ts';

/** The project's synthetic data, relative to the working directory of every npm script. */
const SEEDS = 'seed';

export interface AppliedSeed {
  readonly fileName: string;
  readonly milliseconds: number;
}

/**
 * Applies the seed files of a folder in order of name, each in one transaction, while nobody else seeds or migrates.
 *
 * @returns the files, with times.
 * @throws CommandError (1) naming file, line, SQLSTATE and statement of a seed that fails: nothing of that file
 * remains, those before it are applied; of one that cannot be parsed or ends its own transaction: nothing is applied; (2) for a
 * folder that cannot be read.
 */
export async function applySeeds(
  url: string,
  directory: string = SEEDS,
  onProgress: (line: string) => void = () => {},
): Promise<AppliedSeed[]> {
  const seeds = await readSeeds(directory);
  const applyAll = async (client: pg.Client) => {
    const applied: AppliedSeed[] = [];
    for (const { fileName, path, statements } of seeds) {
      onProgress(`seeding ${fileName}`);
      const started = performance.now();
      await applySeed(client, path, statements);
      applied.push({ fileName, milliseconds: Math.round(performance.now() - started) });
    }
    return applied;
  };
  // A seed asks what is there and writes the rest: two at once would write it twice.
  return withMigrationLock(url, onProgress, () =>
    withClient(url, applyAll, { applicationName: 'cordon seed' }),
  );
}

interface Seed {
  readonly fileName: string;
  readonly path: string;
  readonly statements: readonly ParsedStatement[];
}

/** All of them before the first is applied, so that a mistake in one leaves no half of the world behind. */
async function readSeeds(directory: string): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const fileName of listSeeds(directory)) {
    const path = join(directory, fileName);
    const statements = await parseSql(readFileSync(path, 'utf8'), path);
    refuseTransactionControl(statements, path, 'a seed');
    seeds.push({ fileName, path, statements });
  }
  return seeds;
}

async function applySeed(
  client: pg.Client,
  path: string,
  statements: readonly ParsedStatement[],
): Promise<void> {
  let statement: ParsedStatement | undefined;
  try {
    // Each begins as if it were alone: a role that the one before took on would hold for this one, too.
    await client.query('discard all');
    await client.query('begin');
    for (statement of statements) await client.query(statement.sql);
    statement = undefined;
    await client.query('commit');
  } catch (cause) {
    await rollBack(client);
    if (!(cause instanceof pg.DatabaseError) || isServersOwn(cause)) throw cause;
    const { problem, details } = explainServerError(path, statement, cause);
    if (cause.code === '42501') {
      throw misuse(
        {
          problem,
          expected: 'the role that migrates (on Supabase it is postgres); nothing of this file remains',
          details,
          remedy: 'name another login in DATABASE_URL',
        },
        { cause },
      );
    }
    throw finding(
      {
        problem,
        expected: 'a seed that can be applied again and again; nothing of this file remains',
        details,
        remedy: 'apply the migrations first (`npm run db:migrate`), or mend the statement',
      },
      { cause },
    );
  }
}

function listSeeds(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw misuse(
      {
        problem: `cannot read the seed folder ${directory}: ${(cause as Error).message}`,
        remedy: 'run the command in the root of the project',
      },
      { cause },
    );
  }
}
