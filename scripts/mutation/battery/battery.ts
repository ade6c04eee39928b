import pg from 'pg';
import { undone } from '../../../tests/support/nested.ts';
import { type Addresses, urlOf } from '../../../tests/support/scratch-server.ts';
import { rollBack } from '../../postgres/roll-back.ts';
import type { Mutant } from '../mutant.ts';
import { dropped, freshClone, maintain, onDatabase } from './databases.ts';
import { askInvariant, INVARIANT_NAMES } from './invariants.ts';
import { type Kill, unlessTimedOut } from './kill.ts';
import { askAudiences, askColumns, askGrants, askMatrix, askRowStates, isRuled } from './matrix.ts';
import { MutatedTemplate } from './mutated-template.ts';
import { askTapFile, readTapFiles, type TapFile } from './pgtap.ts';
import { CallFolder } from './reach.ts';
import { type Memory, TestFiles } from './test-files.ts';

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

type Outcome = Pick<Verdict, 'kill' | 'refused'>;
type Question = () => Promise<Kill | undefined>;
type Questions = ReadonlyMap<string, Question>;

const unasked: Question = async () => undefined;

/** Of a function, a question that takes longer waits until the likeliest test file was asked: milliseconds. */
const AT_ONCE = 300;

/**
 * Everything that can notice a mutant, on databases of its own: first what can be asked inside the transaction that
 * makes the mutant and takes it back, then the test files against a template that is the mutant.
 */
export class Battery {
  readonly #addresses: Addresses;
  readonly #ownName: string;
  readonly #template: MutatedTemplate;
  readonly #memory: Memory;
  readonly #taps: readonly TapFile[];
  readonly #calls: CallFolder;
  /** pgTAP files that are red without any mutant by now, though they were green at first. */
  readonly #turnedRed = new Map<string, Kill>();
  #client: pg.Client | undefined;
  #files: Promise<TestFiles> | undefined;

  private constructor(
    addresses: Addresses,
    number: number,
    memory: Memory,
    taps: readonly TapFile[],
    calls: CallFolder,
  ) {
    this.#addresses = addresses;
    this.#ownName = ownName(number);
    this.#template = new MutatedTemplate(addresses, mutantName(number));
    this.#memory = memory;
    this.#taps = taps;
    this.#calls = calls;
  }

  /** @param number tells this battery's databases from another's. */
  static async open(addresses: Addresses, number: number, memory: Memory): Promise<Battery> {
    await maintain(addresses, ...freshClone(addresses.template, ownName(number)));
    return new Battery(addresses, number, memory, await readTapFiles(), await CallFolder.make());
  }

  /** What was found red without any mutant while mutants were judged; it killed none, and was not asked any more. */
  get turnedRed(): readonly Kill[] {
    return [...this.#turnedRed.values()];
  }

  /** Stops vitest and removes the databases. */
  async close(): Promise<void> {
    await this.#disconnect();
    (await this.#files)?.stop();
    await this.#calls.remove();
    await this.#template.remove();
    await maintain(this.#addresses, dropped(this.#ownName));
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
   * comes before whatever takes seconds, and who killed others of the same function before everything.
   */
  async #byWhoeverIsNext(mutant: Mutant, most: number): Promise<Outcome> {
    const known = await this.#byKnownKillers(mutant);
    if (isDecided(known)) return known;
    const isAtOnce = (name: string) =>
      !mutant.calls ||
      (this.#memory.order.costOf(name) <= AT_ONCE && (isOfCatalog(mutant) || !name.startsWith('invariant')));
    const soon = await this.#inTransaction(mutant, isAtOnce);
    if (isDecided(soon)) return soon;
    const files = (await this.#started()).for(mutant);
    if (most < files.length) return this.#byFiles(mutant, files.slice(0, most));
    const [likeliest, ...others] = files;
    if (!mutant.calls || !likeliest) return this.#byFiles(mutant, files, true);
    const likely = await this.#byFiles(mutant, [likeliest]);
    if (isDecided(likely)) return likely;
    const later = await this.#inTransaction(mutant, (name) => !isAtOnce(name));
    return isDecided(later) ? later : this.#byFiles(mutant, others, true);
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
        const everywhere = [...after.keys()].filter((called) => after.get(called) !== before.get(called));
        this.#memory.reach.learn(name, { everywhere, tests: {} });
      }
    } finally {
      await rollBack(client);
    }
    return undefined;
  }

  /**
   * Runs test files, one at a time, without any mutant, and learns what each of their tests calls.
   *
   * @param next the next file to run; several batteries may share one list.
   * @returns what is red without any mutant.
   */
  async surveyFiles(next: (files: readonly string[]) => string | undefined): Promise<Kill | undefined> {
    // The server counts what is called; sessions from here on do.
    const counting = [`alter system set track_functions = 'all'`, 'select pg_reload_conf()'];
    await maintain(this.#addresses, ...counting);
    await this.#template.make();
    return (await this.#askWholeMatrix()) ?? (await this.#started()).survey(next, this.#calls);
  }

  /** @param isAsked which questions, by their names; all when left out. */
  async #inTransaction(mutant: Mutant, isAsked: (name: string) => boolean = () => true): Promise<Outcome> {
    const outcome = await this.#whileMutated(mutant, (name) => isAsked(name) && !this.#turnedRed.has(name));
    const { kill } = outcome;
    if (!kill) return outcome;
    if (!(await this.#isGreenWithout(kill.by))) return this.#inTransaction(mutant, isAsked);
    this.#memory.order.learn(mutant, kill.by);
    return outcome;
  }

  async #whileMutated(mutant: Mutant, isAsked: (name: string) => boolean): Promise<Outcome> {
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
      for (const name of this.#memory.order.sort(mutant, asked, likelihoodOf(mutant))) {
        const ask = () => undone(client, questions.get(name) ?? unasked);
        const kill = await this.#timed(name, ask).catch(unlessTimedOut);
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

  /** Asks a pgTAP file that noticed a mutant once more without it: one that a clock or chance turned red would notice every mutant from then on. */
  async #isGreenWithout(name: string): Promise<boolean> {
    const file = this.#taps.find((tap) => tap.name === name);
    if (!file) return true;
    const client = await this.#connected();
    await client.query('begin');
    try {
      const red = await undone(client, () => askTapFile(client, file));
      if (red) this.#turnedRed.set(name, red);
      return !red;
    } finally {
      await rollBack(client);
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
    const noticing = new Set(this.#memory.reach.noticing(mutant, [...running.keys()]));
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
      if (name !== undefined) this.#memory.order.took(name, Date.now() - start);
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

  /** Asks who killed others of the same function. What the server does not take is left to the transaction, which says so. */
  async #byKnownKillers(mutant: Mutant): Promise<Outcome> {
    if (this.#memory.killers.of(mutant.subject).length === 0) return {};
    const files = await this.#started();
    const kill = await this.#template
      .whileChanged(mutant, () => files.askKnownKillers(mutant))
      .catch((error: unknown) => {
        if (error instanceof pg.DatabaseError) return undefined;
        throw error;
      });
    return kill ? { kill } : {};
  }

  /** Runs test files, and at last the whole matrix if that is asked, against a database that is the mutant. */
  async #byFiles(mutant: Mutant, names: readonly string[], isLast = false): Promise<Outcome> {
    const files = await this.#started();
    const kill = await this.#template.whileChanged(
      mutant,
      async () => (await files.ask(mutant, names)) ?? (isLast ? await this.#askWholeMatrix() : undefined),
    );
    return kill ? { kill } : {};
  }

  async #askWholeMatrix(): Promise<Kill | undefined> {
    return onDatabase(this.#addresses, this.#template.name, async (client) => {
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
  #started(): Promise<TestFiles> {
    this.#files ??= TestFiles.start(this.#addresses, this.#template, this.#memory, this.#calls);
    return this.#files;
  }
}

function isDecided({ kill, refused }: Outcome): boolean {
  return kill !== undefined || refused !== undefined;
}

/**
 * Whether it changes what the rules about the catalog speak of. What changes a function's text they do not notice (none of 2,500),
 * and asking them all takes longer than a test file.
 */
function isOfCatalog({ operator }: Pick<Mutant, 'operator'>): boolean {
  return /fence|trigger|security|execute|search-path/.test(operator);
}

/** What is likely to notice a mutant of which nothing is known yet, from 0 to 9. */
function likelihoodOf({ operator, subject }: Mutant): (name: string) => number {
  const own = subject.replace('.', '/');
  return (name) => {
    if (name === 'grants' || name.includes(own)) return 9;
    // Rules about the catalog speak of fences, grants and triggers; what a policy asks shows in its rows.
    if (name.startsWith('invariant')) return isOfCatalog({ operator }) ? 6 : 0;
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
