import { readFile } from 'node:fs/promises';
import type { Addresses } from '../../../tests/support/scratch-server.ts';
import type { KillOrder } from '../kill-order.ts';
import type { Mutant } from '../mutant.ts';
import type { Kill } from './kill.ts';
import type { MutatedTemplate } from './mutated-template.ts';
import { type CallFolder, NOBODY_KNOWS, type Reach } from './reach.ts';
import { type Part, type Red, Suite } from './suite.ts';

/** Test files are run in groups of these sizes, so that the likeliest killer is alone and the rest start vitest once. */
const GROUPS = [1, 2, 4];

/** So many tests that killed mutants of a function are asked about its next one before anything else is. */
const KNOWN_KILLERS = 4;

/** What batteries learn, and share. */
export interface Memory {
  readonly order: KillOrder;
  readonly reach: Reach;
  readonly killers: Killers;
}

/** Which tests killed mutants of a function, the latest first: its next one mostly dies by the same hand. */
export class Killers {
  readonly #of = new Map<string, readonly Part[]>();

  learn({ subject }: Mutant, { file, test }: Red): void {
    if (test === undefined) return;
    const others = this.of(subject).filter(({ tests }) => tests?.[0] !== test);
    this.#of.set(subject, [{ file, tests: [test] }, ...others].slice(0, KNOWN_KILLERS));
  }

  /** Tests, each by itself. */
  of(subject: string): readonly Part[] {
    return this.#of.get(subject) ?? [];
  }
}

/** The test files, run against databases that are the mutant: of each, the tests that can notice it. */
export class TestFiles {
  readonly #template: Pick<MutatedTemplate, 'whileUnchanged'>;
  readonly #memory: Memory;
  readonly #suite: Pick<Suite, 'files' | 'ask' | 'stop'>;
  /** How the files read, by their names: who mentions a function is likely to notice it. */
  readonly #texts: ReadonlyMap<string, string>;
  /** Parts that are green without a mutant, and files whose tests lean on each other. */
  readonly #sound = new Set<string>();
  readonly #leaning = new Set<string>();

  constructor(
    template: Pick<MutatedTemplate, 'whileUnchanged'>,
    memory: Memory,
    suite: Pick<Suite, 'files' | 'ask' | 'stop'>,
    texts: ReadonlyMap<string, string>,
  ) {
    this.#template = template;
    this.#memory = memory;
    this.#suite = suite;
    this.#texts = texts;
  }

  /**
   * Starts vitest, which takes seconds.
   *
   * @param calls where its tests write down what they call.
   */
  static async start(
    addresses: Addresses,
    template: MutatedTemplate,
    memory: Memory,
    calls: CallFolder,
  ): Promise<TestFiles> {
    const suite = await Suite.start({ ...addresses, template: template.name }, calls.path);
    const textOf = (file: string) => readFile(new URL(`../../../tests/${file}`, import.meta.url), 'utf8');
    const texts = await Promise.all(suite.files.map(async (file) => [file, await textOf(file)] as const));
    return new TestFiles(template, memory, suite, new Map(texts));
  }

  /**
   * Runs test files, one at a time, without any mutant, and learns what each of their tests calls. One that is red is run once
   * more, without being looked at, and held against everything: a busy machine is no finding, and neither is being watched.
   *
   * @param next the next file to run; several batteries may share one list.
   * @param calls where the tests write down what they call.
   * @returns what is red without any mutant.
   */
  async survey(
    next: (files: readonly string[]) => string | undefined,
    calls: CallFolder,
  ): Promise<Kill | undefined> {
    await calls.take();
    for (let file = next(this.#suite.files); file; file = next(this.#suite.files)) {
      const part = { file };
      const start = Date.now();
      const isGreen = (await this.#suite.ask([part])) === undefined;
      // Being watched takes its time too, of every file: what takes minutes is known before anybody waits for it.
      this.#memory.order.took(file, Date.now() - start);
      const red = isGreen ? undefined : await calls.without(() => this.#suite.ask([part]));
      if (red) return { by: red.file, claim: red.claim };
      this.#memory.reach.learn(file, isGreen ? await calls.take() : NOBODY_KNOWS);
    }
    await calls.remove();
    return undefined;
  }

  /** Those that can notice a mutant, the likeliest first; of whom nobody knows what they call, last: however quick, they mostly call something else. */
  for(mutant: Mutant): readonly string[] {
    // No test names a trigger's function; it names the table that the trigger stands on.
    const name = mutant.subject.replace(/^\w+\./, '').replace(/^tg_(\w+?)__\w+$/, '$1');
    const { reach, order } = this.#memory;
    const mentions = (file: string) => (this.#texts.get(file) ?? '').split(name).length - 1;
    const tests = (file: string) => reach.testsNoticing(mutant, file)?.length ?? 0;
    const files = order.sort(
      mutant,
      reach.noticing(mutant, this.#suite.files),
      (file) => mentions(file) + tests(file),
    );
    const isKnown = (file: string) => reach.isKnownToCall(mutant, file);
    return [...files.filter(isKnown), ...files.filter((file) => !isKnown(file))];
  }

  /** Asks the tests that killed others of the same function, while the template is the mutant. */
  async askKnownKillers(mutant: Mutant): Promise<Kill | undefined> {
    for (const part of this.#memory.killers.of(mutant.subject)) {
      if (this.#leaning.has(part.file)) continue;
      const kill = await this.#askParts(mutant, [part]);
      if (kill) return kill;
    }
    return undefined;
  }

  /** Asks files in turn, while the template is the mutant, until a test turns red. */
  async ask(mutant: Mutant, files: readonly string[]): Promise<Kill | undefined> {
    const waiting = [...files];
    for (const size of [...GROUPS, files.length]) {
      const group = waiting.splice(0, size);
      if (group.length === 0) break;
      const start = Date.now();
      const kill = await this.#askParts(
        mutant,
        group.map((file) => ({ file, tests: this.#testsOf(mutant, file) })),
      );
      const [only] = group;
      if (group.length === 1 && only) this.#memory.order.took(only, Date.now() - start);
      if (kill) return kill;
    }
    return undefined;
  }

  stop(): void {
    this.#suite.stop();
  }

  #testsOf(mutant: Mutant, file: string): readonly string[] | undefined {
    return this.#leaning.has(file) ? undefined : this.#memory.reach.testsNoticing(mutant, file);
  }

  async #askParts(mutant: Mutant, parts: readonly Part[]): Promise<Kill | undefined> {
    const red = await this.#suite.ask(parts);
    if (!red) return undefined;
    const tests = parts.find(({ file }) => file === red.file)?.tests;
    if (!(await this.#isSound(mutant, red, tests))) {
      const others = parts.filter(({ file }) => file !== red.file);
      // What a file left behind in its thread may keep it red: whole and without the mutant, it says nothing.
      if (!tests) return others.length === 0 ? undefined : this.#askParts(mutant, others);
      // What leans on a test that was left out is red for that: the file is asked whole, and the others again.
      this.#leaning.add(red.file);
      return this.#askParts(mutant, [{ file: red.file }, ...others]);
    }
    this.#memory.killers.learn(mutant, red);
    this.#memory.order.learn(mutant, red.file);
    return { by: red.file, claim: red.claim };
  }

  /** Whether the same part of the file is green without the mutant. */
  async #isSound(mutant: Mutant, { file, test }: Red, tests?: readonly string[]): Promise<boolean> {
    const part = test === undefined ? tests : tests?.slice(0, tests.indexOf(test) + 1);
    const name = [file, ...(part ?? [])].join(' ');
    if (this.#sound.has(name)) return true;
    const red = await this.#template.whileUnchanged(mutant, () => this.#suite.ask([{ file, tests: part }]));
    if (!red) this.#sound.add(name);
    return !red;
  }
}
