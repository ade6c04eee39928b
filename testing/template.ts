import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { type Migration, readMigrations } from '../scripts/migrate/history.ts';
import { completeLedger, LEDGER, prepareLedger } from '../scripts/migrate/ledger.ts';
import { refusePooledSession } from '../scripts/migrate/pooler.ts';
import { connect, withClient } from '../scripts/postgres/connect.ts';
import { ensurePlatform, platformFiles } from '../scripts/postgres/platform.ts';
import { escapeIdentifier } from '../scripts/postgres/quote.ts';
import { urlOf } from './addresses.ts';

/** Where `migrations/` and `seed/` stand: beside this folder in a checkout, beside `dist/` in the package. */
const ROOT = fileURLToPath(
  [new URL('../', import.meta.url), new URL('../../', import.meta.url)].find((each) =>
    existsSync(new URL('migrations/SHA256SUMS', each)),
  ) ?? new URL('../', import.meta.url),
);

/** What an application adds to the template. */
export interface Preparation {
  /** Applies the application's own schema and data, as the migrating role. */
  readonly prepare?: ((client: ClientBase) => Promise<void>) | undefined;
  /** Names what `prepare` makes: another text, another template. */
  readonly version?: string | undefined;
}

/** Logins of the server that the template is built on: one that creates databases, and the one that migrates. */
export interface Builders {
  readonly superuser: string;
  readonly postgres: string;
}

/**
 * Makes sure that a server has the template that tests clone: platform, migrations, seed, the test's clock, what the application
 * adds. Of several that ask at once one builds it and the others wait; it gets its name when it is complete, so that one whose
 * builder was killed is built anew.
 *
 * @returns its name, which tells what is in it.
 * @throws CommandError (2) for a server that cannot be used, an Error for a migration, seed or preparation that fails.
 */
export async function ensureTemplate(
  builders: Builders,
  { prepare, version = '' }: Preparation,
): Promise<string> {
  const migrations = readMigrations(join(ROOT, 'migrations'));
  const name = templateName(migrations, version);
  const url = urlOf(builders.superuser, 'postgres');
  const admin = await connect(url, { applicationName: 'cordon testing' });
  try {
    await refusePooledSession(admin, url, 'the lock under which a template is built');
    await waitFor(admin, keyOf(name));
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 1) return name;
    const draft = `${name}_draft`;
    await sweep(admin);
    const owner = decodeURIComponent(new URL(builders.postgres).username);
    await admin.query(`create database ${escapeIdentifier(draft)} owner ${escapeIdentifier(owner)}`);
    try {
      await build(builders, draft, migrations, prepare);
      await admin.query(`alter database ${escapeIdentifier(draft)} rename to ${escapeIdentifier(name)}`);
    } catch (error) {
      // Its name says what it was for: who mends `prepare` changes the version, and nobody would come by here again.
      await admin.query(`drop database if exists ${escapeIdentifier(draft)} with (force)`).catch(() => {});
      throw error;
    }
    return name;
  } finally {
    await admin.end(); // frees the lock
  }
}

async function build(
  { superuser, postgres }: Builders,
  database: string,
  migrations: readonly Migration[],
  prepare: Preparation['prepare'],
): Promise<void> {
  await ensurePlatform(urlOf(superuser, database));
  await withClient(urlOf(postgres, database), (client) => applyMigrations(client, migrations));
  await withClient(urlOf(superuser, database), (client) => fillTemplate(client));
  if (prepare) await withClient(urlOf(postgres, database), prepare);
  await withClient(urlOf(superuser, database), (client) => client.query('vacuum analyze'));
}

/** The lock under which a template is built. */
function keyOf(template: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${createHash('sha256').update(template).digest('hex').slice(0, 16)}`));
}

const DRAFT = /^(cordon_template_[0-9a-f]{16})_draft$/;

/** Drops what builders left that are gone, of whatever version. One gets its own lock a second time: nothing of its own is being built yet. */
async function sweep(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select datname as name from pg_database');
  for (const { name: draft } of rows) {
    const [, template] = DRAFT.exec(draft) ?? [];
    if (template === undefined) continue;
    const key = [keyOf(template)];
    const { rows: found } = await client.query('select pg_try_advisory_lock($1) as locked', key);
    if (!found[0]?.locked) continue;
    await client.query(`drop database if exists ${escapeIdentifier(draft)} with (force)`);
    await client.query('select pg_advisory_unlock($1)', key);
  }
}

/** Polled, because a session that blocks in a query holds a snapshot that others may have to wait for. */
async function waitFor(client: ClientBase, key: bigint): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      key,
    ]);
    if (rows[0]?.locked) return;
    await sleep(100);
  }
}

/**
 * Names a template by all that it is made of: the platform too, which another version of this package may supply otherwise to a server that keeps
 * its templates.
 *
 * @param read gives the text of a file.
 */
export function templateName(
  migrations: readonly Pick<Migration, 'checksum'>[],
  version: string,
  read: (file: string) => string | Buffer = (file) => readFileSync(file),
): string {
  const hash = createHash('sha256').update(version);
  for (const { checksum } of migrations) hash.update(checksum);
  for (const file of [...platformFiles(), ...seedFiles(SEED), CLOCK]) hash.update(read(file));
  return `cordon_template_${hash.digest('hex').slice(0, 16)}`;
}

/** As both runners do: each file is one transaction, and stands in the ledger. */
async function applyMigrations(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  await prepareLedger(client);
  for (const { path, up, version } of migrations) {
    await named(path, async () => {
      await client.query('begin');
      await client.query(up);
      await client.query(`insert into ${LEDGER} (version) values ($1)`, [version]);
      await client.query('commit');
    });
  }
  await completeLedger(client, migrations);
}

const SEED = join(ROOT, 'seed');
const CLOCK = fileURLToPath(new URL('./test-clock.sql', import.meta.url));

/**
 * Loads the seed and the test's clock, as superuser.
 *
 * @param seed the folder; this package's own when left out.
 */
export async function fillTemplate(superuser: ClientBase, seed = SEED): Promise<void> {
  const files = seedFiles(seed);
  // Before the last, which seals what was written: the clock writes hours.
  for (const file of [...files.slice(0, -1), CLOCK, ...files.slice(-1)]) {
    await named(file, () => superuser.query(readFileSync(file, 'utf8')));
  }
}

/** In the order of their names, as `npm run db:seed` applies them. */
function seedFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => join(folder, name));
}

async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
