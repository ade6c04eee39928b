import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from '../mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FILE = join(ROOT, '.cordon', 'mutation-reach.json');

const TESTS = join(ROOT, 'tests');

/** Everything that a test of the database is made of. */
const SOURCES = ['client', 'functions', 'migrations', 'policies', 'scripts', 'seed', 'testing', 'tests'];

/** What judges mutants is asked by no test file that the battery runs. */
const JUDGES = join(ROOT, 'scripts', 'mutation');

/** What a test file called without any mutant. `?` stands for whatever nobody could tell. */
export interface Calls {
  /** In its hooks, which all of its tests stand on. */
  readonly everywhere: readonly string[];
  /** In each test, by its id. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** What was seen, of which sources, and of which text of each test file. */
interface Kept {
  readonly of: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly calls: Readonly<Record<string, Calls>>;
}

/** Which functions each test called without any mutant: the tests that can notice that one of them was changed. */
export class Reach {
  readonly #sources: Pick<Kept, 'of' | 'texts'>;
  readonly #calls: Record<string, Calls>;
  #written = Promise.resolve();

  private constructor(sources: Pick<Kept, 'of' | 'texts'>, calls: Record<string, Calls>) {
    this.#sources = sources;
    this.#calls = calls;
  }

  /** What was seen of these very sources before, test file by test file, or nothing yet. */
  static async read(): Promise<Reach> {
    const sources = await digestsOfSources();
    const text = await readFile(FILE, 'utf8').catch(() => '{}');
    try {
      const { of, texts = {}, calls = {} } = JSON.parse(text) as Partial<Kept>;
      const seen = Object.entries(calls).filter(
        ([file]) => of === sources.of && texts[file] === sources.texts[file],
      );
      return new Reach(sources, Object.fromEntries(seen));
    } catch {
      // Somebody else's hand: the test files are looked at anew.
      return new Reach(sources, {});
    }
  }

  /** Whether a file was run without any mutant, and was green. */
  has(file: string): boolean {
    return this.#calls[file] !== undefined;
  }

  /** Keeps what a green file called; with `?` among it, it is held against everything. */
  learn(file: string, calls: Calls): void {
    this.#calls[file] = calls;
  }

  /**
   * The files that can notice a mutant by what it does. The battery asks the rules of the catalog itself; another file that only
   * reads a function's text, or a trigger's row, is left out. So a mutant may seem to live that such a file would kill, and none
   * seems to die.
   */
  noticing({ calls }: Mutant, files: readonly string[]): readonly string[] {
    if (!calls) return files;
    return files.filter((file) => {
      const { everywhere, tests } = this.#calls[file] ?? NOBODY_KNOWS;
      return mayCall(everywhere, calls) || Object.values(tests).some((called) => called.includes(calls));
    });
  }

  /** Whether a file was seen to call what a mutant changes, and is not only held against it because nobody could tell what it calls. */
  isKnownToCall({ calls }: Mutant, file: string): boolean {
    const { everywhere, tests } = this.#calls[file] ?? NOBODY_KNOWS;
    return !calls || [everywhere, ...Object.values(tests)].some((called) => called.includes(calls));
  }

  /** The tests of a file that can notice a mutant, by their ids; all of them, where its hooks can too. */
  testsNoticing({ calls }: Mutant, file: string): readonly string[] | undefined {
    const { everywhere, tests } = this.#calls[file] ?? NOBODY_KNOWS;
    if (!calls || mayCall(everywhere, calls)) return undefined;
    return Object.keys(tests).filter((test) => mayCall(tests[test] ?? [], calls));
  }

  /** Keeps what was seen, one write after the other, for a run that is ended meanwhile: looking at all files takes ten minutes. */
  write(): Promise<void> {
    this.#written = this.#written.then(async () => {
      await mkdir(dirname(FILE), { recursive: true });
      await writeFile(`${FILE}.new`, JSON.stringify({ ...this.#sources, calls: this.#calls } satisfies Kept));
      await rename(`${FILE}.new`, FILE);
    });
    return this.#written;
  }
}

export const NOBODY_KNOWS: Calls = { everywhere: ['?'], tests: {} };

function mayCall(called: readonly string[], name: string): boolean {
  return called.includes('?') || called.includes(name);
}

/** A folder that tests/support/called-functions.ts writes into as long as it exists. */
export class CallFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<CallFolder> {
    return new CallFolder(await mkdtemp(join(tmpdir(), 'cordon-calls-')));
  }

  /** What was called since the last time. Nobody knows where no database was dropped. */
  async take(): Promise<Calls> {
    const names = await readdir(this.path);
    const texts = await Promise.all(names.map((name) => readFile(join(this.path, name), 'utf8')));
    await Promise.all(names.map((name) => rm(join(this.path, name))));
    if (names.length === 0) return NOBODY_KNOWS;
    const everywhere = new Set<string>();
    const tests = new Map<string, Set<string>>();
    for (const line of texts.flatMap((text) => text.split('\n')).filter((text) => text !== '')) {
      const { test, calls } = JSON.parse(line) as { test?: string; calls: readonly string[] };
      const called = test === undefined ? everywhere : (tests.get(test) ?? new Set<string>());
      for (const name of calls) called.add(name);
      if (test !== undefined) tests.set(test, called);
    }
    return {
      everywhere: [...everywhere].sort(),
      tests: Object.fromEntries([...tests].map(([test, called]) => [test, [...called].sort()])),
    };
  }

  /** Works without anything being written: to be looked at may be what turns a test red. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    await this.remove();
    const result = await work();
    await mkdir(this.path);
    return result;
  }

  /** Nothing is written any more. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** One digest of all that every test stands on, and one of each test file: another test leaves what the others call as it was. */
async function digestsOfSources(): Promise<Pick<Kept, 'of' | 'texts'>> {
  const hash = createHash('sha256');
  const texts: Record<string, string> = {};
  for (const folder of SOURCES) {
    const names = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter((each) => !each.startsWith(JUDGES)).sort()) {
      const text = await readFile(file);
      if (/\.test\.(ts|sql)$/.test(file))
        texts[relative(TESTS, file)] = createHash('sha256').update(text).digest('hex');
      else hash.update(file.slice(ROOT.length)).update(text);
    }
  }
  return { of: hash.digest('hex'), texts };
}
