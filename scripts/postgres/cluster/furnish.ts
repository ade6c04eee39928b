import { withClient } from '../connect.ts';
import { ensurePlatform } from '../platform.ts';
import { escapeIdentifier, quoteLiteral } from '../quote.ts';
import { clusterUrl, DATABASE, PASSWORD } from './process.ts';

const SUPERUSER = 'supabase_admin';

/** Roles that a service of Supabase logs in with. Here they get the cluster's well-known password. */
const LOGIN_ROLES = ['postgres', 'authenticator', 'supabase_auth_admin', 'supabase_storage_admin'];

/**
 * Makes a fresh cluster look like a new Supabase project: the role `postgres` (not superuser), the database
 * `cordon` it owns, the platform in it, and passwords. Every step is skipped where it was done before, so that
 * a crash in between is mended by the next start.
 */
export async function furnish(port: number): Promise<void> {
  // Renamed when complete: that a database `cordon` exists is what says that the cluster is furnished.
  const database = `${DATABASE}.new`;
  const name = escapeIdentifier(database);
  await withClient(clusterUrl(port, SUPERUSER, 'postgres'), async (client) => {
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
    await ensurePlatform(clusterUrl(port, SUPERUSER, database));
    for (const role of LOGIN_ROLES) {
      await client.query(`alter role ${escapeIdentifier(role)} password ${quoteLiteral(PASSWORD)}`);
    }
    await client.query(`alter database ${name} owner to postgres`);
    await client.query(`alter database ${name} rename to ${escapeIdentifier(DATABASE)}`);
  });
}
