import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from '../mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FILE = join(ROOT, '.cordon', 'mutation-reach.json');

/** Everything that a test of the database is made of. */
const SOURCES = ['client', 'functions', 'migrations', 'policies', 'scripts', 'seed', 'testing', 'tests'];

/** What judges mutants is asked by no test file that the battery runs. */
const JUDGES = join(ROOT, 'scripts', 'mutation');

/** Which functions each test file called without any mutant: the files that can notice that one of them was changed. */
export class Reach {
  readonly #of: string;
  readonly #calls: Record<string, readonly string[]>;

  private constructor(of: string, calls: Record<string, readonly string[]>) {
    this.#of = of;
    this.#calls = calls;
  }

  /** What was seen of these very sources before, or nothing yet. */
  static async read(): Promise<Reach> {
    const of = await digestOfSources();
    const text = await readFile(FILE, 'utf8').catch(() => '{}');
    try {
      const kept = JSON.parse(text) as { of?: string; calls?: Record<string, readonly string[]> };
      return new Reach(of, kept.of === of ? (kept.calls ?? {}) : {});
    } catch {
      // A write that was interrupted: the test files are looked at anew.
      return new Reach(of, {});
    }
  }

  /** Whether a file was run without any mutant, and was green. */
  has(file: string): boolean {
    return this.#calls[file] !== undefined;
  }

  /** Keeps what a green file called; with `?` among it, it is held against everything. */
  learn(file: string, calls: readonly string[]): void {
    this.#calls[file] = calls;
  }

  /**
   * The files that can notice a mutant by what it does. The battery asks the rules of the catalog itself; another file that only
   * reads a function's text, or a trigger's row, is left out. So a mutant may seem to live that such a file would kill, and none
   * seems to die.
   */
  noticing(mutant: Mutant, files: readonly string[]): readonly string[] {
    const { calls } = mutant;
    if (!calls) return files;
    return files.filter((file) => {
      const called = this.#calls[file] ?? ['?'];
      return called.includes('?') || called.includes(calls);
    });
  }

  async write(): Promise<void> {
    await mkdir(dirname(FILE), { recursive: true });
    await writeFile(FILE, JSON.stringify({ of: this.#of, calls: this.#calls }));
  }
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

  /** What was called since the last time. `?` alone where no database was dropped: then nothing is known. */
  async take(): Promise<readonly string[]> {
    const names = await readdir(this.path);
    const texts = await Promise.all(names.map((name) => readFile(join(this.path, name), 'utf8')));
    await Promise.all(names.map((name) => rm(join(this.path, name))));
    return names.length === 0 ? ['?'] : [...new Set(texts.flatMap((text) => text.split('\n')))].sort();
  }

  /** Nothing is written any more. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    const names = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter((each) => !each.startsWith(JUDGES)).sort())
      hash.update(file.slice(ROOT.length)).update(await readFile(file));
  }
  return hash.digest('hex');
}
