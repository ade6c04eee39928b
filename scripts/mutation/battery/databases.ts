import pg from 'pg';
import { type Addresses, urlOf } from '../../../tests/support/scratch-server.ts';
import { escapeIdentifier } from '../../postgres/quote.ts';

/** Statements that make a database anew from another. */
export function freshClone(template: string, name: string): readonly string[] {
  return [
    dropped(name),
    `create database ${escapeIdentifier(name)} owner postgres template ${escapeIdentifier(template)} strategy file_copy`,
  ];
}

/** The statement that removes a database, whoever is connected to it. */
export function dropped(name: string): string {
  return `drop database if exists ${escapeIdentifier(name)} with (force)`;
}

/** Runs statements about the server, each by itself, as superuser. */
export async function maintain(addresses: Addresses, ...statements: readonly string[]): Promise<void> {
  await onDatabase(addresses, 'postgres', async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** Works on one database as superuser, on a connection of its own. */
export async function onDatabase<T>(
  addresses: Addresses,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(addresses.superuser, database) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
