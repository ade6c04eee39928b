import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { misuse } from '../scripts/console/errors.ts';
import { refusePooledSession } from '../scripts/migrate/pooler.ts';
import { connect } from '../scripts/postgres/connect.ts';
import { escapeIdentifier } from '../scripts/postgres/quote.ts';
import { type Addresses, urlOf } from './addresses.ts';
import { endMaintenance, TestDatabase } from './test-database.ts';

/** `cordon_test_<token of the process>_<number>` */
const CLONE = /^cordon_test_([0-9a-f]{12})_\d+$/;

interface Keeper {
  readonly token: string;
  readonly clones: Set<TestDatabase>;
  /** Its session holds the lock of the token for as long as the process lives; none where the server ended it. */
  session: Promise<Client> | undefined;
  count: number;
}

/** One for each server that this process has asked for a clone. */
const keepers = new Map<string, Promise<Keeper>>();

/**
 * Clones the template of a test server (some 0.1 s). Clones that a killed process left behind go when the next process makes its
 * first one: each stands under a lock that ends with its owner's session.
 *
 * @param addresses from {@link startTestServer}; plain data, which a runner can hand to its workers.
 * @returns the clone; `drop` it when the test file ends.
 * @throws CommandError (2) where the server cannot be reached, or what is given is no addresses.
 */
export async function cloneDatabase(addresses: Addresses): Promise<TestDatabase> {
  if (typeof addresses?.superuser !== 'string' || typeof addresses.template !== 'string') {
    throw misuse({
      problem: 'cloneDatabase was given no addresses of a test server',
      expected: 'what startTestServer gave as `addresses`',
      remedy: 'call cloneDatabase(server.addresses); in a worker, cloneDatabase(inject("cordon"))',
    });
  }
  const known = keepers.get(addresses.superuser);
  const made = known ?? keep(addresses);
  if (!known) keepers.set(addresses.superuser, made);
  const keeper = await made.catch((error) => {
    keepers.delete(addresses.superuser);
    throw error;
  });
  // Without the lock, the next process would take the clones of this one for left behind.
  await hold(keeper, addresses);
  keeper.count += 1;
  const clone = await TestDatabase.clone(addresses, `cordon_test_${keeper.token}_${keeper.count}`, () =>
    keeper.clones.delete(clone),
  );
  keeper.clones.add(clone);
  return clone;
}

/** Ends this process's hold on a server, and with it whatever clones it has not dropped. */
export async function releaseServer(addresses: Addresses): Promise<void> {
  const keeper = await keepers.get(addresses.superuser);
  keepers.delete(addresses.superuser);
  if (!keeper) return;
  try {
    for (const clone of keeper.clones) await clone.drop();
  } finally {
    await endMaintenance(addresses);
    const client = await keeper.session?.catch(() => undefined);
    (client as (Client & { ref(): void }) | undefined)?.ref();
    await client?.end();
  }
}

async function keep(addresses: Addresses): Promise<Keeper> {
  const keeper: Keeper = {
    token: randomBytes(6).toString('hex'),
    clones: new Set(),
    session: undefined,
    count: 0,
  };
  await hold(keeper, addresses);
  return keeper;
}

/** Takes the lock of the token, and again after the server went away and came back. */
async function hold(keeper: Keeper, addresses: Addresses): Promise<void> {
  const lose = () => {
    keeper.session = undefined;
  };
  keeper.session ??= lock(addresses, keeper.token, lose);
  await keeper.session.catch((error) => {
    lose();
    throw error;
  });
}

async function lock(addresses: Addresses, token: string, onEnd: () => void): Promise<Client> {
  const url = urlOf(addresses.superuser, 'postgres');
  const client = await connect(url, { applicationName: 'cordon testing' });
  try {
    await refusePooledSession(client, url, 'the lock that keeps clones of living processes');
    await client.query('select pg_advisory_lock($1)', [key(token)]);
    await sweep(client, token);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  client.once('end', onEnd);
  // From now on it is idle, and the process need not wait for it.
  (client as Client & { unref(): void }).unref();
  return client;
}

const key = (token: string): bigint => BigInt(`0x${token}`);

/** Drops the clones of processes that are gone. A session gets its own lock a second time: that tells nothing of `own`. */
async function sweep(client: Client, own: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select datname as name from pg_database');
  const tokens = new Set(rows.flatMap(({ name }) => CLONE.exec(name)?.[1] ?? []));
  tokens.delete(own);
  for (const token of tokens) {
    const { rows: found } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [key(token)],
    );
    if (!found[0]?.locked) continue;
    await dropClones(client, token);
    await client.query('select pg_advisory_unlock($1)', [key(token)]);
  }
}

async function dropClones(client: Client, token: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select datname as name from pg_database');
  for (const { name } of rows) {
    if (CLONE.exec(name)?.[1] !== token) continue;
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
  }
}
