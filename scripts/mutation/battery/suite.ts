import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Addresses } from '../../../tests/support/scratch-server.ts';

/** A test file, or those of its tests that have these ids. */
export interface Part {
  readonly file: string;
  readonly tests?: readonly string[] | undefined;
}

/** The first test that turned red. */
export interface Red {
  readonly file: string;
  /** Its id; none where it was no test. */
  readonly test?: string;
  readonly claim: string;
}

export interface SuiteQuestion {
  readonly parts: readonly Part[];
}

export interface SuiteAnswer {
  /** What there is to run; the first answer carries it. */
  readonly files?: readonly string[];
  readonly red?: Red;
  /** vitest itself failed. */
  readonly broken?: string;
}

/**
 * Files that say nothing about a mutant that the battery has not asked by itself: rules of the catalog with their
 * planted faults, the matrix, pgTAP; what migrates servers of its own, where no mutant is; what builds the package, which two
 * of them at once would do in one folder; and what moves its process to another time zone, which no thread can.
 */
const ASKED_OTHERWISE =
  /^(invariants|matrix\/(access-matrix|audiences|row-conditions)|mutation|db|client\/(day-of|package|testing))\b/;

/** The tests of the database, run against whatever stands in the template they are told to clone. */
export class Suite {
  readonly files: readonly string[];
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, files: readonly string[]) {
    this.#process = child;
    this.files = files.filter((file) => !ASKED_OTHERWISE.test(file));
  }

  /**
   * Starts vitest, once.
   *
   * @param callFolder where the tests write down which functions they call, as long as it exists.
   */
  static async start(addresses: Addresses, callFolder: string): Promise<Suite> {
    const child = fork(fileURLToPath(new URL('suite-process.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        CORDON_TEST_SERVER: JSON.stringify(addresses),
        CORDON_CALLED_FUNCTIONS: callFolder,
      },
    });
    const { files = [] } = await answerOf(child);
    return new Suite(child, files);
  }

  /** Runs files, or parts of them, until a test turns red. */
  async ask(parts: readonly Part[]): Promise<Red | undefined> {
    const answer = answerOf(this.#process);
    this.#process.send({ parts } satisfies SuiteQuestion);
    const { red, broken } = await answer;
    if (broken) throw new Error(`vitest: ${broken}`);
    return red;
  }

  stop(): void {
    this.#process.disconnect();
  }
}

async function answerOf(child: ChildProcess): Promise<SuiteAnswer> {
  const ended = new AbortController();
  const [answer] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`the process that runs vitest ended with code ${code}`);
    }),
  ]).finally(() => ended.abort());
  return answer as SuiteAnswer;
}
