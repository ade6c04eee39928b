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
  const statement = `create database ${escapeIdentifier(name)} owner postgres${template}`;
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
