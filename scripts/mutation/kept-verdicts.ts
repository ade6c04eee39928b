import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './battery/battery.ts';
import { reasonFor } from './equivalents.ts';
import { isStillThere } from './killers.ts';
import type { Mutant } from './mutant.ts';

const FILE = fileURLToPath(new URL('../../.cordon/mutation.ndjson', import.meta.url));

interface Line {
  readonly key: string;
  /** Digest of the statements: of another text nothing is known. */
  readonly of: string;
  readonly by: string | null;
  readonly claim: string | null;
  /** The server did not take it. */
  readonly refused?: true;
  /** At most so many test files were asked: that it lives says nothing. */
  readonly asked?: number;
  readonly milliseconds: number;
}

/**
 * What was found out about each mutant, written down at once, so that whoever is interrupted goes on there. A killed
 * mutant stays killed as long as its statements are the same, and what killed it is there.
 */
export class KeptVerdicts {
  readonly #file: string;
  readonly #lines: Map<string, Line>;
  readonly #recorded: ReadonlyMap<string, Verdict>;

  private constructor(file: string, lines: Map<string, Line>, recorded: ReadonlyMap<string, Verdict>) {
    this.#file = file;
    this.#lines = lines;
    this.#recorded = recorded;
  }

  /**
   * Reads what is known; a line that was cut short by an interruption is left out.
   *
   * @param recorded what is known besides, of what was never judged here.
   */
  static read({
    file = FILE,
    recorded = new Map(),
  }: {
    readonly file?: string;
    readonly recorded?: ReadonlyMap<string, Verdict>;
  } = {}): KeptVerdicts {
    const lines = new Map<string, Line>();
    const known = textOf(file);
    for (const text of known.split('\n')) {
      const line = parsed(text);
      if (line) lines.set(line.key, line);
    }
    mkdirSync(dirname(file), { recursive: true });
    // Only ever appended to: several runs may write at once. What follows a line that was cut short begins a new one.
    if (known !== '' && !known.endsWith('\n')) appendFileSync(file, '\n');
    return new KeptVerdicts(file, lines, recorded);
  }

  /** Whether nothing was ever judged here. */
  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  keep({ mutant, kill, refused, milliseconds, asked }: Verdict): void {
    const line: Line = {
      key: mutant.key,
      of: digestOf(mutant),
      by: kill?.by ?? null,
      claim: kill?.claim ?? refused ?? null,
      ...(refused !== undefined && { refused: true }),
      ...(asked !== undefined && { asked }),
      milliseconds,
    };
    // What more was asked about is not forgotten for what is said by less.
    const known = this.#of(mutant);
    const before = known ? (known.asked ?? Infinity) : this.#recorded.has(mutant.key) ? Infinity : -1;
    if (asked !== undefined && asked < before) return;
    this.#lines.set(mutant.key, line);
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** What is known of a mutant; nothing where it was not judged, or lives as far as some of the tests can say and no reason is listed. */
  verdictOn(mutant: Mutant): Verdict | undefined {
    const line = this.#of(mutant);
    if (!line) return this.#recorded.get(mutant.key);
    if (this.wasAsked(mutant) && reasonFor(mutant.key) === undefined) return undefined;
    return {
      mutant,
      ...(line.by !== null && { kill: { by: line.by, claim: line.claim ?? '' } }),
      ...(line.refused && { refused: line.claim ?? '' }),
      milliseconds: line.milliseconds,
    };
  }

  /** Whether the transaction and at least so many test files were asked about it in vain, and not all of them. */
  wasAsked(mutant: Mutant, files = 0): boolean {
    const line = this.#of(mutant);
    return line?.by === null && line.asked !== undefined && line.asked >= files;
  }

  #of(mutant: Mutant): Line | undefined {
    const line = this.#lines.get(mutant.key);
    return line?.of === digestOf(mutant) && (line.by === null || isStillThere(line.by)) ? line : undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text);
    return typeof line?.key === 'string' && typeof line.of === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

function digestOf({ sql }: Mutant): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 16);
}
