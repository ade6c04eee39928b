import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../postgres/cluster.ts';
import { withClient } from '../postgres/connect.ts';
import { createDatabase } from '../postgres/databases.ts';
import type { Migration } from './history.ts';

/** The database that a cluster which began with a history holds. */
export const HISTORY_DATABASE = 'cordon_history';

/** What decides how a history is applied, beside its files. */
const APPLIERS = ['.', '../postgres'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

/** Names what these migrations make of a database, applied by the programs of this checkout. */
export function historyKey(migrations: readonly Migration[]): string {
  const digest = createHash('sha256').update(appliers());
  for (const { fileName, checksum } of migrations) digest.update(`${checksum} ${fileName}\n`);
  return digest.digest('hex').slice(0, 16);
}

/**
 * Creates a database as a copy of the history that its cluster began with, where that is how these migrations begin.
 *
 * @returns whether it did.
 */
export async function copyHistory(
  cluster: Cluster,
  name: string,
  migrations: readonly Migration[],
): Promise<boolean> {
  const { content } = cluster;
  const lengths = Array.from(migrations, (_, at) => migrations.length - at);
  if (!lengths.some((length) => content?.startsWith(historyKey(migrations.slice(0, length))))) return false;
  await createDatabase(cluster, name, { template: HISTORY_DATABASE });
  await withClient(cluster.adminUrl(name), (superuser) => superuser.query(COPY_SETTINGS));
  return true;
}

/** What a database and roles in it are set to is no part of the copy. Written as it stands: SET would take a list for one name. */
const COPY_SETTINGS = `
  insert into pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
  select own.oid, s.setrole, s.setconfig
  from pg_catalog.pg_db_role_setting as s
  join pg_catalog.pg_database as d on d.oid = s.setdatabase and d.datname = '${HISTORY_DATABASE}'
  join pg_catalog.pg_database as own on own.datname = current_database()`;

let text: string | undefined;

function appliers(): string {
  text ??= APPLIERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|sql)$/.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  ).join('\n');
  return text;
}
