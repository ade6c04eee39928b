import pg from 'pg';
import { checkInvariant, INVARIANTS } from '../../catalog/invariants/index.ts';
import type { Kill } from './kill.ts';

/** The rules about the catalog, by the names that kills carry. What merely compares it with the sources is not among them. */
export const INVARIANT_NAMES: readonly string[] = INVARIANTS.map(({ name }) => `invariant ${name}`);

/** Holds one rule about the catalog against a mutant. */
export async function askInvariant(client: pg.Client, name: string): Promise<Kill | undefined> {
  const invariant = INVARIANTS.find((each) => name === `invariant ${each.name}`);
  if (!invariant) return undefined;
  const kill: Kill = { by: name, claim: invariant.claim };
  try {
    const { offenders } = await checkInvariant(client, invariant);
    return offenders.length > 0 ? kill : undefined;
  } catch (error) {
    // Some rules ask functions of ours. Where the mutant is one that no longer answers, `npm run db:check` ends with its error.
    if (error instanceof pg.DatabaseError && isAnswer(error.code)) return kill;
    throw error;
  }
}

/** An error of the statement; not of the machine, the session, or those who work beside it. */
function isAnswer(code = ''): boolean {
  return !/^(?:08|40|53|55|57|58|XX)/.test(code);
}
