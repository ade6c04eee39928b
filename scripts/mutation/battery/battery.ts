import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { undone } from '../../../tests/support/nested.ts';
import { type Addresses, urlOf } from '../../../tests/support/scratch-server.ts';
import { twinsOf } from '../../../tests/support/twins.ts';
import { rollBack } from '../../postgres/roll-back.ts';
import type { KillOrder } from '../kill-order.ts';
import type { Mutant } from '../mutant.ts';
import { dropped, freshClone, maintain, onDatabase } from './databases.ts';
import { askInvariant, INVARIANT_NAMES } from './invariants.ts';
import { type Kill, unlessTimedOut } from './kill.ts';
import { askAudiences, askColumns, askGrants, askMatrix, askRowStates, isRuled } from './matrix.ts';
import { askTapFile, readTapFiles, type TapFile } from './pgtap.ts';
import { CallFolder, type Reach } from './reach.ts';
import { Suite } from './suite.ts';

export interface Verdict {
  readonly mutant: Mutant;
  /** What noticed it; nothing did where this is missing. */
  readonly kill?: Kill;
  /** What the server said to the mutant itself: then the operator is wrong, and nothing was shown. */
  readonly refused?: string;
  /** At most so many test files were asked, and nothing noticed it: nothing was shown. All of them where it is missing. */
  readonly asked?: number;
  readonly milliseconds: number;
}

/** What batteries learn, and share. */
export interface Memory {
  readonly order: KillOrder;
  readonly reach: Reach;
}

type Outcome = Pick<Verdict, 'kill' | 'refused'>;
type Question = () => Promise<Kill | undefined>;
type Questions = ReadonlyMap<string, Question>;

const unasked: Question = async () => undefined;

/** Test files are run in groups of these sizes, so that the likeliest killer is alone and the rest start vitest once. */
const GROUPS = [1, 2, 4];

/** Of a function, a question that takes longer waits until the likeliest test file was asked: milliseconds. */
const AT_ONCE = 300;

/**
 * Everything that can notice a mutant, on databases of its own: first what can be asked inside the transaction that
 * makes the mutant and takes it back, then the test files against a template that is the mutant.
 */
export class Battery {
  readonly #addresses: Addresses;
  readonly #mutantName: string;
  readonly #ownName: string;
  readonly #order: KillOrder;
  readonly #reach: Reach;
  readonly #taps: readonly TapFile[];
  readonly #calls: CallFolder;
  #client: pg.Client | undefined;
  /** Whether the databases that test files clone are there, without a mutant. */
  #isTemplateUnchanged = false;
  #suite: Promise<Suite> | undefined;
  readonly #texts = new Map<string, string>();

  private constructor(
    addresses: Addresses,
    number: number,
    { order, reach }: Memory,
    taps: readonly TapFile[],
    calls: CallFolder,
  ) {
    this.#addresses = addresses;
    this.#ownName = ownName(number);
    this.#mutantName = mutantName(number);
    this.#order = order;
    this.#reach = reach;
    this.#taps = taps;
    this.#calls = calls;
  }

  /** @param number tells this battery's databases from another's. */
  static async open(addresses: Addresses, number: number, memory: Memory): Promise<Battery> {
    await maintain(addresses, ...freshClone(addresses.template, ownName(number)));
    return new Battery(addresses, number, memory, await readTapFiles(), await CallFolder.make());
  }

  /** Stops vitest and removes the databases. */
  async close(): Promise<void> {
    await this.#disconnect();
    (await this.#suite)?.stop();
    await this.#calls.remove();
    await maintain(
      this.#addresses,
      ...[this.#ownName, this.#mutantName, twinsOf(this.#mutantName)].map(dropped),
    );
  }

  /**
   * Makes a mutant, and asks until something notices it.
   *
   * @param options.files how many test files, the likeliest first: of none, whatever the transaction can answer; of some, what it
   *   answers at once.
   */
  async judge(mutant: Mutant, { files = Infinity } = {}): Promise<Verdict> {
    const start = Date.now();
    const outcome = await (files === 0 ? this.#inTransaction(mutant) : this.#byWhoeverIsNext(mutant, files));
    const isOpen = !isDecided(outcome) && files !== Infinity;
    return { mutant, ...outcome, ...(isOpen && { asked: files }), milliseconds: Date.now() - start };
  }

  /**
   * Asks the transaction, then the test files. What changes a function is mostly noticed by a file of its own: the likeliest one
   * comes before whatever takes seconds.
   */
  async #byWhoeverIsNext(mutant: Mutant, most: number): Promise<Outcome> {
    const isAtOnce = (name: string) => !mutant.calls || this.#order.costOf(name) <= AT_ONCE;
    const soon = await this.#inTransaction(mutant, isAtOnce);
    if (isDecided(soon)) return soon;
    const files = await this.#filesFor(mutant);
    if (most < files.length) return this.#bySuite(mutant, files.slice(0, most));
    const [likeliest, ...others] = files;
    if (!mutant.calls || !likeliest) return this.#bySuite(mutant, [likeliest ?? [], others].flat(), true);
    const likely = await this.#bySuite(mutant, [likeliest]);
    if (isDecided(likely)) return likely;
    const later = await this.#inTransaction(mutant, (name) => !isAtOnce(name));
    return isDecided(later) ? later : this.#bySuite(mutant, others, true);
  }

  /**
   * Asks everything that needs no test files of the database as it stands, and learns what each question calls.
   *
   * @returns what is red without any mutant.
   */
  async surveyCatalog(): Promise<Kill | undefined> {
    const client = await this.#connected();
    await client.query('begin');
    try {
      for (const name of INVARIANT_NAMES) {
        const kill = await undone(client, () => askInvariant(client, name));
        if (kill) return kill;
      }
      for (const [name, ask] of this.#runningQuestions(client)) {
        const before = await callsOf(client);
        const kill = await undone(client, ask);
        if (kill) return kill;
        const after = await callsOf(client);
        this.#reach.learn(
          name,
          [...after.keys()].filter((called) => after.get(called) !== before.get(called)),
        );
      }
    } finally {
      await rollBack(client);
    }
    return undefined;
  }

  /**
   * Runs test files, one at a time, without any mutant, and learns what each of them calls. One that is red is run once
   * more: a busy machine is no finding.
   *
   * @param next the next file to run; several batteries may share one list.
   * @returns what is red without any mutant.
   */
  async surveyFiles(next: (files: readonly string[]) => string | undefined): Promise<Kill | undefined> {
    // The server counts what is called; sessions from here on do.
    const counting = [`alter system set track_functions = 'all'`, 'select pg_reload_conf()'];
    await maintain(this.#addresses, ...counting);
    await this.#makeTemplate();
    const unequal = await this.#askWholeMatrix();
    if (unequal) return unequal;
    const suite = await this.#started();
    await this.#calls.take();
    for (let file = next(suite.files); file; file = next(suite.files)) {
      let kill = await suite.ask([file]);
      if (kill) {
        await this.#calls.take();
        kill = await suite.ask([file]);
      }
      if (kill) return kill;
      this.#reach.learn(file, await this.#calls.take());
    }
    await this.#calls.remove();
    return undefined;
  }

  /** @param isAsked which questions, by their names; all when left out. */
  async #inTransaction(mutant: Mutant, isAsked: (name: string) => boolean = () => true): Promise<Outcome> {
    const client = await this.#connected();
    try {
      await client.query('begin');
      try {
        await client.query(mutant.sql);
      } catch (error) {
        return { refused: error instanceof Error ? error.message : String(error) };
      }
      const questions = this.#questions(client, mutant);
      const asked = [...questions.keys()].filter(isAsked);
      for (const name of this.#order.sort(mutant, asked, likelihoodOf(mutant))) {
        const ask = () => undone(client, questions.get(name) ?? unasked);
        const kill = await this.#timed(name, ask).catch(unlessTimedOut);
        if (!kill) continue;
        this.#order.learn(mutant, name);
        return { kill };
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
      options: '-c statement_timeout=30s -c lock_timeout=10s -c track_functions=all',
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

  /** What can be asked without another database, by the names under which the order knows it. */
  #questions(client: pg.Client, mutant: Mutant): Questions {
    const { subject, role } = mutant;
    const table = isRuled(subject) ? subject : undefined;
    const running = this.#runningQuestions(client, table === undefined);
    const noticing = new Set(this.#reach.noticing(mutant, [...running.keys()]));
    return new Map<string, Question>([
      ...(/-(column|table|grant)$/.test(mutant.operator)
        ? ([
            ['grants', () => askGrants(client, subject)],
            ['columns', () => askColumns(client, subject)],
          ] as const)
        : []),
      ...(table
        ? ([
            ['row states of a table', () => askRowStates(client, { table, role })],
            ['matrix of a table', () => askMatrix(client, { table, role })],
          ] as const)
        : []),
      ...(table && (role === undefined || role === 'authenticated')
        ? ([['audiences of a table', () => askAudiences(client, table)]] as const)
        : []),
      ...INVARIANT_NAMES.map((name) => [name, () => askInvariant(client, name)] as const),
      ...[...running].filter(([name]) => noticing.has(name)),
    ]);
  }

  async #timed<T>(name: string | undefined, ask: () => Promise<T>): Promise<T> {
    const start = Date.now();
    try {
      return await ask();
    } finally {
      if (name !== undefined) this.#order.took(name, Date.now() - start);
    }
  }

  /** What runs our functions to find an answer, by the names that kills carry. */
  #runningQuestions(client: pg.Client, isEverywhere = true): Questions {
    return new Map([
      ...this.#taps.map((file) => [file.name, () => askTapFile(client, file)] as const),
      ...(isEverywhere
        ? ([
            ['matrix', () => askMatrix(client, { table: 'public.patients' })],
            ['row states', () => askRowStates(client)],
          ] as const)
        : []),
    ]);
  }

  /** Runs test files, and at last the whole matrix if that is asked, against a database that is the mutant. */
  async #bySuite(mutant: Mutant, files: readonly string[], isLast = false): Promise<Outcome> {
    if (!this.#isTemplateUnchanged) await this.#makeTemplate();
    this.#isTemplateUnchanged = false;
    await this.#changeTemplate(mutant.sql);
    const kill =
      (await this.#byFiles(mutant, [...files])) ?? (isLast ? await this.#askWholeMatrix() : undefined);
    if (mutant.undo) {
      await this.#changeTemplate(mutant.undo);
      this.#isTemplateUnchanged = true;
    }
    return kill ? { kill } : {};
  }

  async #byFiles(mutant: Mutant, files: string[]): Promise<Kill | undefined> {
    const suite = await this.#started();
    for (const size of [...GROUPS, files.length]) {
      const group = files.splice(0, size);
      if (group.length === 0) break;
      const kill = await this.#timed(group.length === 1 ? group[0] : undefined, () => suite.ask(group));
      if (!kill) continue;
      this.#order.learn(mutant, kill.by);
      return kill;
    }
    return undefined;
  }

  /** The test files that can notice a mutant, the likeliest first. */
  async #filesFor(mutant: Mutant): Promise<readonly string[]> {
    const suite = await this.#started();
    const name = mutant.subject.replace(/^\w+\./, '');
    const mentions = (file: string) => (this.#texts.get(file) ?? '').split(name).length - 1;
    return this.#order.sort(mutant, this.#reach.noticing(mutant, suite.files), mentions);
  }

  async #askWholeMatrix(): Promise<Kill | undefined> {
    return onDatabase(this.#addresses, this.#mutantName, async (client) => {
      await client.query('begin');
      return (
        (await askColumns(client)) ??
        (await askRowStates(client)) ??
        (await askMatrix(client)) ??
        (await askAudiences(client))
      );
    });
  }

  /** vitest, once something needs it. */
  async #started(): Promise<Suite> {
    this.#suite ??= Suite.start({ ...this.#addresses, template: this.#mutantName }, this.#calls.path);
    const suite = await this.#suite;
    for (const file of suite.files) {
      if (this.#texts.has(file)) continue;
      this.#texts.set(file, await readFile(new URL(`../../../tests/${file}`, import.meta.url), 'utf8'));
    }
    return suite;
  }

  /** Databases for the test files to clone, without a mutant. */
  async #makeTemplate(): Promise<void> {
    const { template } = this.#addresses;
    await maintain(
      this.#addresses,
      ...freshClone(template, this.#mutantName),
      ...freshClone(twinsOf(template), twinsOf(this.#mutantName)),
    );
    this.#isTemplateUnchanged = true;
  }

  async #changeTemplate(sql: string): Promise<void> {
    for (const name of [this.#mutantName, twinsOf(this.#mutantName)])
      await onDatabase(this.#addresses, name, (client) => client.query(sql));
  }
}

function isDecided({ kill, refused }: Outcome): boolean {
  return kill !== undefined || refused !== undefined;
}

/** What is likely to notice a mutant of which nothing is known yet, from 0 to 9. */
function likelihoodOf({ operator, subject }: Mutant): (name: string) => number {
  const own = subject.replace('.', '/');
  const isOfCatalog = /fence|trigger|security|execute/.test(operator);
  return (name) => {
    if (name === 'grants' || name.includes(own)) return 9;
    // Rules about the catalog speak of fences, grants and triggers; what a policy asks shows in its rows.
    if (name.startsWith('invariant')) return isOfCatalog ? 6 : 0;
    return name.endsWith('of a table') ? 6 : 0;
  };
}

/** How often each function was called in this transaction so far. */
async function callsOf(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; calls: string }>(
    `select schemaname || '.' || funcname as name, sum(calls)::text as calls from pg_stat_xact_user_functions group by 1`,
  );
  return new Map(rows.map(({ name, calls }) => [name, calls]));
}

function ownName(number: number): string {
  return `mutation_${number}`;
}

function mutantName(number: number): string {
  return `mutant_${number}`;
}
