import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { finding, misuse } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import { explainServerError } from './server-error.ts';

/** The project's synthetic data, relative to the working directory of every npm script. */
const SEEDS = 'seed';

export interface AppliedSeed {
  readonly fileName: string;
  readonly milliseconds: number;
}

/**
 * Applies the seed files of a folder in order of name, each in one transaction.
 *
 * @returns the files, with times.
 * @throws CordonError (1) naming file, line, SQLSTATE and statement of a seed that fails: nothing of that file
 * remains, those before it are applied; (2) for a folder that cannot be read.
 */
export async function applySeeds(
  url: string,
  directory: string = SEEDS,
  onProgress: (line: string) => void = () => {},
): Promise<AppliedSeed[]> {
  const fileNames = listSeeds(directory);
  const applyAll = async (client: pg.Client) => {
    const applied: AppliedSeed[] = [];
    for (const fileName of fileNames) {
      onProgress(`seeding ${fileName}`);
      const started = performance.now();
      await applySeed(client, join(directory, fileName));
      applied.push({ fileName, milliseconds: Math.round(performance.now() - started) });
    }
    return applied;
  };
  return withClient(url, applyAll, { applicationName: 'cordon seed' });
}

async function applySeed(client: pg.Client, path: string): Promise<void> {
  const statements = await parseSql(readFileSync(path, 'utf8'), path);
  let statement: ParsedStatement | undefined;
  try {
    await client.query('begin');
    for (statement of statements) await client.query(statement.sql);
    statement = undefined;
    await client.query('commit');
  } catch (cause) {
    await rollBack(client);
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    const { problem, details } = explainServerError(path, statement, cause);
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
    return readdirSync(directory)
      .filter((fileName) => fileName.endsWith('.sql'))
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
