import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const FILE = fileURLToPath(new URL('../../.cordon/mutation-order.json', import.meta.url));

/** Who killed how many mutants, by what they had in common. Only the order depends on it, never a verdict. */
export class KillOrder {
  readonly #kills: Record<string, Record<string, number>>;

  private constructor(kills: Record<string, Record<string, number>>) {
    this.#kills = kills;
  }

  /** What earlier runs learned. */
  static async read(): Promise<KillOrder> {
    const text = await readFile(FILE, 'utf8').catch(() => '{}');
    try {
      return new KillOrder(JSON.parse(text));
    } catch {
      return new KillOrder({});
    }
  }

  learn(mutant: Mutant, killer: string): void {
    for (const trait of traitsOf(mutant)) {
      const kills = this.#kills[trait] ?? {};
      this.#kills[trait] = { ...kills, [killer]: (kills[killer] ?? 0) + 1 };
    }
  }

  /** The candidates, likeliest killer first. `bonus` breaks ties between those that never met such a mutant. */
  sort(
    mutant: Mutant,
    candidates: readonly string[],
    bonus: (candidate: string) => number = () => 0,
  ): readonly string[] {
    const [both, subject, operator] = traitsOf(mutant).map((trait) => this.#kills[trait] ?? {});
    const score = (name: string) =>
      100 * share(both, name) +
      20 * share(subject, name) +
      10 * share(operator, name) +
      Math.min(9, bonus(name));
    const scores = new Map(candidates.map((name) => [name, score(name)]));
    return [...candidates].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
  }

  /** Keeps what was learned for the next run. */
  async write(): Promise<void> {
    await mkdir(dirname(FILE), { recursive: true });
    await writeFile(FILE, JSON.stringify(this.#kills));
  }
}

function traitsOf({ operator, subject }: Mutant): readonly [string, string, string] {
  return [`${operator} ${subject}`, subject, operator];
}

function share(kills: Record<string, number> | undefined, name: string): number {
  const total = Object.values(kills ?? {}).reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (kills?.[name] ?? 0) / total;
}
