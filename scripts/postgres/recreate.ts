import type pg from 'pg';
import { CommandError, misuse } from '../console/errors.ts';
import { connect, withClient } from './connect.ts';
import { inspectPlatform } from './platform.ts';
import { escapeIdentifier } from './quote.ts';
import { describeUrl, parseDatabaseUrl, withDatabase } from './url.ts';

/**
 * Drops a database with everything in it and creates it empty, with the same owner.
 *
 * @param url the database; its role has to own it (or be superuser) and have CREATEDB.
 * @throws CommandError (exit code 2) for real Supabase, whose database is not ours to drop, and for missing rights.
 */
export async function recreateDatabase(url: string): Promise<void> {
  const { database } = parseDatabaseUrl(url);
  const owner = await withClient(url, async (client) => {
    if ((await inspectPlatform(client)).real) throw isSupabase(url);
    return ownerOf(client, database);
  }).catch((error: unknown) => {
    if (isMissingDatabase(error)) return undefined; // dropped before, and the creation failed: go on from there
    throw error;
  });
  const maintenance = await connect(withDatabase(url, database === 'postgres' ? 'template1' : 'postgres'));
  const name = escapeIdentifier(database);
  try {
    await maintenance.query(`drop database if exists ${name} with (force)`);
    await maintenance.query(`create database ${name}${owner ? ` owner ${escapeIdentifier(owner)}` : ''}`);
  } catch (error) {
    throw misuse(
      {
        problem: `${describeUrl(url)} could not be recreated: ${error instanceof Error ? error.message : String(error)}`,
        expected: 'a role that owns the database and has CREATEDB',
        remedy: 'use such a role in DATABASE_URL',
      },
      { cause: error },
    );
  } finally {
    await maintenance.end();
  }
}

async function ownerOf(client: pg.Client, database: string): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [database],
  );
  return rows[0]?.owner;
}

function isMissingDatabase(error: unknown): boolean {
  return error instanceof CommandError && /the server has no database/.test(error.explanation.problem);
}

function isSupabase(url: string): CommandError {
  return misuse({
    problem: `${describeUrl(url)} is a Supabase project: its database holds Auth and Storage, too`,
    expected: 'a database of our own',
    remedy: 'use `supabase db reset --linked`, which empties only your schemas',
  });
}
