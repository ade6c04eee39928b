import { AsyncLocalStorage } from 'node:async_hooks';
import { SessionMisuseError } from './errors.ts';

interface Open {
  /** What lends the connections. */
  readonly lender: object;
  readonly outer: Open | undefined;
  isOpen: boolean;
}

const current = new AsyncLocalStorage<Open>();

/**
 * Runs a session, unless the code that asks for it runs inside another one of the same pool: the two would wait for each
 * other as soon as the pool is used up, and see each other's changes or not by chance.
 *
 * @throws SessionMisuseError
 */
export async function unnested<T>(lender: object, fn: () => Promise<T>): Promise<T> {
  const outer = current.getStore();
  for (let each = outer; each; each = each.outer) {
    if (each.isOpen && each.lender === lender) {
      throw new SessionMisuseError('a session was opened inside a session of the same pool', {
        hint: 'Pass the session on to what needs it, or open the second one after the first has ended.',
      });
    }
  }
  const open: Open = { lender, outer, isOpen: true };
  try {
    return await current.run(open, fn);
  } finally {
    // What the session left running must not be taken for a part of it.
    open.isOpen = false;
  }
}
