import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { type Addresses, urlOf } from '../../../tests/support/scratch-server.ts';
import { escapeIdentifier } from '../../postgres/quote.ts';
import type { KillOrder } from '../kill-order.ts';
import type { Mutant } from '../mutant.ts';
import { askInvariant, INVARIANT_NAMES } from './invariants.ts';
import type { Kill } from './kill.ts';
import { askColumns, askMatrix, askRowStates, isRuled } from './matrix.ts';
import { undone } from './nested.ts';
import { askTapFile, readTapFiles, type TapFile } from './pgtap.ts';
import { Suite } from './suite.ts';

export interface Verdict {
  readonly mutant: Mutant;
  /** What noticed it; nothing did where this is missing. */
  readonly kill?: Kill;
  /** What the server said to the mutant itself: then the operator is wrong, and nothing was shown. */
  readonly refused?: string;
  readonly milliseconds: number;
}

/** The mutant that is none: whatever turns red for it would seem to kill every other. */
export const UNCHANGED: Mutant = { key: 'unchanged', operator: '', subject: '', sql: 'select 1' };

/** Test files are run in groups of these sizes, so that the likeliest killer is alone and the rest start vitest once. */
const GROUPS = [1, 2, 4];

/**
 * Everything that can notice a mutant, on databases of its own: first what can be asked inside the transaction that
 * makes the mutant and takes it back, then the test files against a template that is the mutant.
 */
export class Battery {
  readonly #addresses: Addresses;
  readonly #mutantName: string;
  readonly #ownName: string;
  readonly #order: KillOrder;
  readonly #taps: readonly TapFile[];
  #client: pg.Client | undefined;
  #suite: Promise<Suite> | undefined;
  readonly #texts = new Map<string, string>();

  private constructor(addresses: Addresses, number: number, order: KillOrder, taps: readonly TapFile[]) {
    this.#addresses = addresses;
    this.#ownName = ownName(number);
    this.#mutantName = mutantName(number);
    this.#order = order;
    this.#taps = taps;
  }

  /** @param number tells this battery's databases from another's. */
  static async open(addresses: Addresses, number: number, order: KillOrder): Promise<Battery> {
    await maintain(addresses, ...freshClone(addresses.template, ownName(number)));
    return new Battery(addresses, number, order, await readTapFiles());
  }

  /** Stops vitest and removes the databases. */
  async close(): Promise<void> {
    await this.#disconnect();
    (await this.#suite)?.stop();
    await maintain(this.#addresses, ...[this.#ownName, this.#mutantName].map(dropped));
  }

  /**
   * Makes a mutant, and asks until something notices it.
   *
   * @param options.isShallow asks only what the transaction can answer.
   */
  async judge(mutant: Mutant, { isShallow = false } = {}): Promise<Verdict> {
    const start = Date.now();
    const outcome = await this.#inTransaction(mutant);
    const isDecided = isShallow || outcome.refused !== undefined;
    const kill = outcome.kill ?? (isDecided ? undefined : await this.#bySuite(mutant));
    if (kill && mutant !== UNCHANGED) this.#order.learn(mutant, kill.by);
    return { mutant, ...outcome, ...(kill && { kill }), milliseconds: Date.now() - start };
  }

  async #inTransaction(mutant: Mutant): Promise<{ kill?: Kill; refused?: string }> {
    const client = await this.#connected();
    try {
      await client.query('begin');
      try {
        await client.query(mutant.sql);
      } catch (error) {
        return { refused: error instanceof Error ? error.message : String(error) };
      }
      for (const ask of this.#questions(client, mutant)) {
        const kill = await undone(client, ask);
        if (kill) return { kill };
      }
      return {};
    } catch (error) {
      // Whatever ends a session ends the mutant's: the next one gets a new session.
      await this.#disconnect();
      throw error;
    } finally {
      await this.#client?.query('rollback').catch(() => this.#disconnect());
    }
  }

  /** One session for all mutants: a new one would read the catalogs anew. */
  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      connectionString: urlOf(this.#addresses.superuser, this.#ownName),
      application_name: 'cordon mutation',
      options: '-c statement_timeout=30s -c lock_timeout=10s',
    });
    client.on('error', () => {});
    await client.connect();
    this.#client = client;
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  /** What can be asked without another database, cheapest and likeliest first. */
  *#questions(client: pg.Client, mutant: Mutant): Generator<() => Promise<Kill | undefined>> {
    const { subject, role } = mutant;
    const table = isRuled(subject) ? subject : undefined;
    const rows = table
      ? [() => askRowStates(client, { table, role }), () => askMatrix(client, { table, role })]
      : [];
    const rules = this.#order.sort(mutant, INVARIANT_NAMES).map((name) => () => askInvariant(client, name));
    if (/-(column|table|grant)$/.test(mutant.operator)) yield () => askColumns(client, subject);
    // Rules about the catalog speak of fences, grants and triggers; what a policy asks shows in its rows.
    yield* /fence|trigger|security|execute/.test(mutant.operator) ? [...rules, ...rows] : [...rows, ...rules];
    const taps = new Map(this.#taps.map((file) => [file.name, file]));
    const own = subject.replace('.', '/');
    for (const name of this.#order.sort(mutant, [...taps.keys()], (file) => (file.includes(own) ? 9 : 0))) {
      const file = taps.get(name);
      if (file) yield () => askTapFile(client, file);
    }
    if (table) return;
    yield () => askRowStates(client);
    yield () => askMatrix(client, { table: 'public.patients' });
  }

  /** Runs the test files, and at last the whole matrix, against a database that is the mutant. */
  async #bySuite(mutant: Mutant): Promise<Kill | undefined> {
    await this.#makeTemplate(mutant);
    const suite = await this.#started();
    const name = mutant.subject.replace(/^\w+\./, '');
    const mentions = (file: string) => (this.#texts.get(file) ?? '').split(name).length - 1;
    const files = [...this.#order.sort(mutant, suite.files, mutant.subject ? mentions : undefined)];
    for (const size of [...GROUPS, files.length]) {
      const kill = files.length > 0 ? await suite.ask(files.splice(0, size)) : undefined;
      if (kill) return kill;
    }
    return this.#onTemplate(async (client) => {
      await client.query('begin');
      return (await askColumns(client)) ?? (await askRowStates(client)) ?? (await askMatrix(client));
    });
  }

  /** vitest, once something needs it. */
  async #started(): Promise<Suite> {
    this.#suite ??= Suite.start({ ...this.#addresses, template: this.#mutantName });
    const suite = await this.#suite;
    for (const file of suite.files) {
      if (this.#texts.has(file)) continue;
      this.#texts.set(file, await readFile(new URL(`../../../tests/${file}`, import.meta.url), 'utf8'));
    }
    return suite;
  }

  async #makeTemplate(mutant: Mutant): Promise<void> {
    await maintain(this.#addresses, ...freshClone(this.#addresses.template, this.#mutantName));
    await this.#onTemplate((client) => client.query(mutant.sql));
  }

  async #onTemplate<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: urlOf(this.#addresses.superuser, this.#mutantName) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

function ownName(number: number): string {
  return `mutation_${number}`;
}

function mutantName(number: number): string {
  return `mutant_${number}`;
}

function freshClone(template: string, name: string): readonly string[] {
  return [
    dropped(name),
    `create database ${escapeIdentifier(name)} owner postgres template ${escapeIdentifier(template)} strategy file_copy`,
  ];
}

function dropped(name: string): string {
  return `drop database if exists ${escapeIdentifier(name)} with (force)`;
}

async function maintain(addresses: Addresses, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(addresses.superuser, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
