import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const FILE = fileURLToPath(new URL('../../.cordon/mutation-order.json', import.meta.url));

/** What is not known to take longer takes this long: milliseconds. */
const UNKNOWN_COST = 200;

interface Learned {
  /** How many mutants each asker killed, by what they had in common. */
  readonly kills: Record<string, Record<string, number>>;
  /** What each asker takes, in milliseconds, recent times counting most. */
  readonly costs: Record<string, number>;
}

/** Who killed how many mutants, and what asking them takes. Only the order depends on it, never a verdict. */
export class KillOrder {
  readonly #kills: Record<string, Record<string, number>>;
  readonly #costs: Record<string, number>;

  private constructor({ kills, costs }: Learned) {
    this.#kills = kills;
    this.#costs = costs;
  }

  /** What earlier runs learned. */
  static async read(): Promise<KillOrder> {
    const text = await readFile(FILE, 'utf8').catch(() => '{}');
    try {
      const { kills = {}, costs = {} } = JSON.parse(text) as Partial<Learned>;
      return new KillOrder({ kills, costs });
    } catch {
      return new KillOrder({ kills: {}, costs: {} });
    }
  }

  learn(mutant: Mutant, killer: string): void {
    for (const trait of traitsOf(mutant)) {
      const kills = this.#kills[trait] ?? {};
      this.#kills[trait] = { ...kills, [killer]: (kills[killer] ?? 0) + 1 };
    }
  }

  /** @param milliseconds what asking took this time. */
  took(asker: string, milliseconds: number): void {
    const known = this.#costs[asker] ?? milliseconds;
    this.#costs[asker] = known + (milliseconds - known) / 10;
  }

  /** What asking is known to take, in milliseconds. */
  costOf(asker: string): number {
    return this.#costs[asker] ?? UNKNOWN_COST;
  }

  /**
   * The candidates, whoever kills most in the least time first.
   *
   * @param bonus how likely a candidate is that never met such a mutant, from 0 to 9.
   */
  sort(
    mutant: Mutant,
    candidates: readonly string[],
    bonus: (candidate: string) => number = () => 0,
  ): readonly string[] {
    const [both, subject, operator] = traitsOf(mutant).map((trait) => this.#kills[trait] ?? {});
    const likelihood = (name: string) =>
      1 +
      100 * share(both, name) +
      20 * share(subject, name) +
      10 * share(operator, name) +
      Math.min(9, bonus(name));
    const scores = new Map(
      candidates.map((name) => [name, likelihood(name) / Math.max(1, this.costOf(name))]),
    );
    return [...candidates].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
  }

  /** Keeps what was learned for the next run. */
  async write(): Promise<void> {
    await mkdir(dirname(FILE), { recursive: true });
    await writeFile(FILE, JSON.stringify({ kills: this.#kills, costs: this.#costs } satisfies Learned));
  }
}

function traitsOf({ operator, subject }: Mutant): readonly [string, string, string] {
  return [`${operator} ${subject}`, subject, operator];
}

function share(kills: Record<string, number> | undefined, name: string): number {
  const total = Object.values(kills ?? {}).reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (kills?.[name] ?? 0) / total;
}
