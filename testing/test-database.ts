import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { open } from '../scripts/postgres/connect.ts';
import { escapeIdentifier } from '../scripts/postgres/quote.ts';
import { type Addresses, urlOf } from './addresses.ts';
import { FROM_THE_CLINIC } from './context.ts';
import type { Persona } from './personas.ts';
import { Session } from './session.ts';

/** How `TestDatabase.as` acts. */
export interface ActOptions {
  /** Keeps what the session did. Without it everything is rolled back, whatever happens. */
  readonly commit?: boolean | undefined;
  /** Request headers as PostgREST passes them on: lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Settings of the transaction; the persona's own choice of clinic is among them unless overwritten. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Claims that replace the persona's; undefined removes one; a text is sent as it stands, however malformed. */
  readonly claims?: Readonly<Record<string, unknown>> | string | undefined;
}

/** SQLSTATE of a database that somebody is connected to. */
const IN_USE = '55006';

/** One clone of the template, and the ways to reach it. */
export class TestDatabase {
  readonly name: string;
  readonly #addresses: Addresses;
  readonly #onDropped: () => void;
  readonly #idle = new Map<string, pg.Client[]>();

  private constructor(addresses: Addresses, name: string, onDropped: () => void) {
    this.#addresses = addresses;
    this.name = name;
    this.#onDropped = onDropped;
  }

  /**
   * Clones the template (some 0.1 s).
   *
   * @param name a free one when left out.
   * @param onDropped called once it is removed.
   */
  static async clone(
    addresses: Addresses,
    name = `test_${randomUUID().replaceAll('-', '')}`,
    onDropped: () => void = () => {},
  ): Promise<TestDatabase> {
    // Copying files beats logging pages where nothing is synced to disk anyway.
    await maintain(
      addresses,
      `create database ${escapeIdentifier(name)} owner ${escapeIdentifier(ownerOf(addresses))} template ${escapeIdentifier(addresses.template)} strategy file_copy`,
    );
    return new TestDatabase(addresses, name, onDropped);
  }

  /** Closes every connection and removes the clone. */
  async drop(): Promise<void> {
    const clients = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(clients.map((client) => client.end()));
    const drop = `drop database if exists ${escapeIdentifier(this.name)}`;
    // Unforced first: PostgreSQL waits five seconds for connections to leave. A pool has ended before its sockets have, and
    // by force they would be told so when nobody listens any more: an error outside of every test.
    await maintain(this.#addresses, drop).catch((error) => {
      if ((error as { code?: unknown }).code !== IN_USE) throw error;
      return maintain(this.#addresses, `${drop} with (force)`);
    });
    this.#onDropped();
  }

  /** The URL for tests that bring their own client. */
  url(login: 'superuser' | 'postgres' | 'authenticator'): string {
    return urlOf(this.#addresses[login], this.name);
  }

  /**
   * Acts as a persona the way PostgREST does: logged in as `authenticator`, role and claims set inside a transaction,
   * and rolled back unless asked otherwise.
   */
  as<T>(persona: Persona, fn: (session: Session) => Promise<T>, options: ActOptions = {}): Promise<T> {
    return this.#transaction('authenticator', options.commit === true, async (client) => {
      // In one message, as PostgREST does: a test acts thousands of times, and each message costs as much as what it asks.
      const settings = [['role', persona.role], ...settingsOf(persona, options)];
      const calls = settings.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
      await client.query(`select ${calls.join(', ')}`, settings.flat());
      return fn(new Session(client));
    });
  }

  /** Acts as the superuser in a transaction that is kept unless `rollback` is asked for. For set-up and re-reading. */
  asSuperuser<T>(fn: (session: Session) => Promise<T>, options: { rollback?: boolean } = {}): Promise<T> {
    return this.#transaction('superuser', options.rollback !== true, (client) => fn(new Session(client)));
  }

  /** Acts as the migrating role, as {@link asSuperuser} does. */
  asPostgres<T>(fn: (session: Session) => Promise<T>, options: { rollback?: boolean } = {}): Promise<T> {
    return this.#transaction('postgres', options.rollback !== true, (client) => fn(new Session(client)));
  }

  async #transaction<T>(
    login: 'superuser' | 'postgres' | 'authenticator',
    keep: boolean,
    fn: (client: pg.Client) => Promise<T>,
  ): Promise<T> {
    const client = await this.#borrow(login);
    let usable = false;
    try {
      await client.query('begin');
      const result = await fn(client);
      // A check put off to the commit would never run in a rolled-back transaction.
      await client.query(keep ? 'commit' : 'set constraints all immediate; rollback');
      usable = true;
      return result;
    } catch (error) {
      usable = await client.query('rollback').then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      // Nobody waits for it once the clone was dropped.
      const idle = usable ? this.#idle.get(login) : undefined;
      if (idle) idle.push(client);
      else await client.end();
    }
  }

  async #borrow(login: 'superuser' | 'postgres' | 'authenticator'): Promise<pg.Client> {
    const idle = this.#idle.get(login) ?? [];
    this.#idle.set(login, idle);
    const waiting = idle.pop();
    if (waiting) return waiting;
    const client = await open(this.url(login), { applicationName: `cordon test ${login}` });
    // One that the server ended while it waited is nobody's next one.
    client.once('end', () => {
      const at = idle.indexOf(client);
      if (at !== -1) idle.splice(at, 1);
    });
    return client;
  }
}

function settingsOf(persona: Persona, options: ActOptions): [string, string][] {
  const claims =
    typeof options.claims === 'string'
      ? options.claims
      : JSON.stringify({ ...persona.claims, ...options.claims });
  return [
    ['request.jwt.claims', claims],
    ['request.headers', JSON.stringify({ ...FROM_THE_CLINIC, ...options.headers })],
    ...Object.entries({ ...persona.settings, ...options.settings }),
  ];
}

/** The migrating role. */
function ownerOf({ postgres }: Addresses): string {
  return decodeURIComponent(new URL(postgres).username);
}

/** By server: the connection that made the last clone, for the next one: to connect costs as much as to clone. */
const idle = new Map<string, MaintenanceClient>();
type MaintenanceClient = pg.Client & { ref(): void; unref(): void };

async function maintain(addresses: Addresses, statement: string): Promise<void> {
  const url = urlOf(addresses.superuser, 'postgres');
  const kept = idle.get(url);
  idle.delete(url);
  const client = kept ?? (await openMaintenance(url));
  client.ref();
  try {
    await client.query(statement);
  } catch (error) {
    await client.end().catch(() => {});
    // What has no SQLSTATE came from no server: it went away while the connection was idle.
    if (kept && (error as { code?: unknown }).code === undefined) return maintain(addresses, statement);
    throw error;
  }
  if (idle.has(url)) return client.end();
  idle.set(url, client);
  // The process need not wait for it.
  client.unref();
}

async function openMaintenance(url: string): Promise<MaintenanceClient> {
  const client = (await open(url, { applicationName: 'cordon testing' })) as MaintenanceClient;
  client.once('end', () => {
    if (idle.get(url) === client) idle.delete(url);
  });
  return client;
}

/** Ends the connection that is kept to a server for the next clone. */
export async function endMaintenance(addresses: Addresses): Promise<void> {
  const url = urlOf(addresses.superuser, 'postgres');
  const client = idle.get(url);
  idle.delete(url);
  client?.ref();
  await client?.end();
}
