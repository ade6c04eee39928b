import type { Addresses } from '../../../tests/support/scratch-server.ts';
import { twinsOf } from '../../../tests/support/twins.ts';
import type { Mutant } from '../mutant.ts';
import { dropped, freshClone, maintain, onDatabase } from './databases.ts';

/** The databases that test files clone, and one mutant at a time in them. */
export class MutatedTemplate {
  readonly name: string;
  readonly #addresses: Addresses;
  #isUnchanged = false;

  constructor(addresses: Addresses, name: string) {
    this.#addresses = addresses;
    this.name = name;
  }

  /** Makes them where they are not there, or not without a mutant. */
  async make(): Promise<void> {
    if (this.#isUnchanged) return;
    const { template } = this.#addresses;
    await maintain(
      this.#addresses,
      ...freshClone(template, this.name),
      ...freshClone(twinsOf(template), twinsOf(this.name)),
    );
    this.#isUnchanged = true;
  }

  /** Works on the mutant, and takes it back. */
  async whileChanged<T>({ sql, undo }: Mutant, work: () => Promise<T>): Promise<T> {
    await this.make();
    this.#isUnchanged = false;
    await this.#change(sql);
    const result = await work();
    if (undo !== undefined) {
      await this.#change(undo);
      this.#isUnchanged = true;
    }
    return result;
  }

  /** In the midst of `whileChanged`: works on what stands there without the mutant, and puts it back. */
  async whileUnchanged<T>({ sql, undo }: Mutant, work: () => Promise<T>): Promise<T> {
    if (undo === undefined) await this.make();
    else await this.#change(undo);
    const result = await work();
    await this.#change(sql);
    this.#isUnchanged = false;
    return result;
  }

  async remove(): Promise<void> {
    await maintain(this.#addresses, ...[this.name, twinsOf(this.name)].map(dropped));
  }

  async #change(sql: string): Promise<void> {
    await Promise.all(
      [this.name, twinsOf(this.name)].map((name) =>
        onDatabase(this.#addresses, name, (client) => client.query(sql)),
      ),
    );
  }
}
