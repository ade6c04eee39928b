import { CommandError, misuse } from '../console/errors.ts';
import type { Cluster } from './cluster.ts';
import { withClient } from './connect.ts';
import { escapeIdentifier } from './quote.ts';

/**
 * Creates a database owned by `postgres`, as on Supabase.
 *
 * @param template copied whole, which takes tens of milliseconds; nobody may be connected to it.
 * @throws CommandError (exit code 2) when the name is taken or the template is missing or in use.
 */
export async function createDatabase(
  cluster: Cluster,
  name: string,
  options: { readonly template?: string } = {},
): Promise<void> {
  const template = options.template ? ` template ${escapeIdentifier(options.template)}` : '';
  await asAdmin(cluster, `create database ${escapeIdentifier(name)} owner postgres${template}`, name);
}

/** Drops a database and ends the sessions in it; does nothing when there is none. */
export async function dropDatabase(cluster: Cluster, name: string): Promise<void> {
  await asAdmin(cluster, `drop database if exists ${escapeIdentifier(name)} with (force)`, name);
}

async function asAdmin(cluster: Cluster, statement: string, name: string): Promise<void> {
  try {
    await withClient(cluster.adminUrl('postgres'), (client) => client.query(statement));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw misuse(
      {
        problem: `database ${JSON.stringify(name)}: ${error instanceof Error ? error.message : String(error)}`,
        remedy: 'choose another name, or end the sessions that use it',
      },
      { cause: error },
    );
  }
}
